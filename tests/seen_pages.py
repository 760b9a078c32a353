"""The pages that people see, and as whom each is looked at."""

UNIT = "/courses/universal-legal-framework/units/jurisdiction"
COURSE = "/courses/universal-legal-framework"
PUBLIC = (
    "/",
    "/courses",
    COURSE,
    "/instruments",
    "/instruments?q=financing&kind=resolution",
    "/instruments/obligations",
    "/instruments/bombings-1997",
    "/instruments/s-res-1373-2001",
    "/glossary",
    "/glossary?q=zzzzqqq",
    "/glossary/extradite-or-prosecute",
    "/search?q=extradition",
    "/search?q=zzzzqqq",
    "/discussions",
    "/discussions/1",
    "/sign-in",
    "/sign-up",
    "/sign-up/sent",
    "/sign-up/waiting",
    "/confirm-address",
    "/confirm-address/made-up",
    "/confirmation",
    "/confirmation/made-up",
    "/invitation/made-up",
    "/forgotten-password",
    "/about",
    "/privacy",
    "/terms",
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
    "/profile/address",
    "/profile/sessions",
    "/profile/identity",
    "/runs/2/application",
    "/runs/3/application",
    "/profile/security",
    "/profile/security/passkeys/new",
    "/profile/data",
    "/profile/erasure",
    "/confirm",
    "/discussions",
    "/discussions/1",
)
TRAINER = (
    "/courses/financing/guide",
    "/runs",
    "/runs/new",
    "/discussions/new",
    "/discussions/1/edit",
    UNIT,
)
ADMIN = (
    "/people",
    "/people/1/lost-factors",
    "/people/1/erasure",
    "/invitations",
    "/confirmations",
    "/confirmations/1",
    "/audit",
    "/audit/export",
    "/audit/exports",
    "/statistics/participation?since=2012-01-01&until=2012-12-31",
    "/statistics/enrolments?since=2012-01-01&until=2012-12-31",
)
VETTER = (
    "/admissions",
    "/admissions?state=decided",
    "/admissions/1",
    "/admissions/2",
    "/institutions",
    "/institutions?state=refused",
    "/institutions/1",
    "/institutions/2",
    "/institutions/new",
    "/people/1/standing",
)
BY_PERSON = (
    (None, PUBLIC),
    ("moussa", PRACTITIONER),
    ("trainer", TRAINER),
    ("vetter", VETTER),
    ("admin", ADMIN),
)
LANGUAGES = ("ar", "en", "fr", "es")


def enrol(page: object, language: str) -> None:
    """Take the open place in the shipped course, if it is not taken yet."""
    page.goto(f"/{language}{COURSE}")  # type: ignore[attr-defined]
    button = page.locator("form[action$='/enrolment'] button").first  # type: ignore[attr-defined]
    if button.count():
        button.click()
