"""The pages that people see, and as whom each is looked at."""

UNIT = "/courses/universal-legal-framework/units/jurisdiction"
COURSE = "/courses/universal-legal-framework"
PUBLIC = (
    "/",
    "/courses",
    COURSE,
    "/instruments",
    "/instruments/bombings-1997",
    "/instruments/s-res-1373-2001",
    "/search?q=extradition",
    "/search?q=zzzzqqq",
    "/discussions",
    "/discussions/1",
    "/sign-in",
    "/sign-up",
    "/forgotten-password",
    "/about",
    "/api",
    "/no-such-page",
)
PRACTITIONER = (
    "/",
    COURSE,
    UNIT,
    "/my-learning",
    "/profile",
    "/profile/edit",
    "/profile/password",
    "/profile/sessions",
    "/discussions",
    "/discussions/1",
)
TRAINER = ("/runs", "/runs/new", "/discussions/new", "/discussions/1/edit", UNIT)
ADMIN = (
    "/people",
    "/audit",
    "/statistics/participation?since=2012-01-01&until=2012-12-31",
    "/statistics/enrolments?since=2012-01-01&until=2012-12-31",
)
BY_PERSON = ((None, PUBLIC), ("moussa", PRACTITIONER), ("trainer", TRAINER), ("admin", ADMIN))
LANGUAGES = ("ar", "en", "fr", "es")


def enrol(page: object, language: str) -> None:
    """Take the open place in the shipped course, if it is not taken yet."""
    page.goto(f"/{language}{COURSE}")  # type: ignore[attr-defined]
    button = page.locator("form[action$='/enrolment'] button").first  # type: ignore[attr-defined]
    if button.count():
        button.click()
