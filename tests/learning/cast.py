"""What the tests of learning share: the shipped course, runs of it, and moments."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from learnplat.catalogue.shelf import shelf
from learnplat.core.actors import Actor, Role
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.learning.models import CourseRun, Pace

COURSE = "universal-legal-framework"
UNITS = (
    "nineteen-instruments",
    "security-council",
    "lawful-by-design",
    "foundations-test",
    "criminalizing",
    "jurisdiction",
    "extradite-or-prosecute",
    "into-practice-test",
    "listing-and-freezing",
    "foreign-terrorist-fighters",
    "incitement-and-borders",
    "council-in-practice-test",
)
FIRST, SECOND, LAST = UNITS[0], UNITS[1], UNITS[-1]
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def actor_of(person: SimpleNamespace) -> Actor:
    """The person as an action knows them."""
    roles = frozenset({Role.PRACTITIONER, *person.roles})
    return Actor(
        person.id,
        person.name,
        person.language,
        person.zone,
        person.country,
        roles,
        frozenset((role, "") for role in person.roles),
    )


def a_run(house: Any, **values: Any) -> int:
    """A run of the shipped course, self-paced unless days are given. Its id."""
    facts = {
        "course_key": COURSE,
        "title": None,
        "starts_on": None,
        "ends_on": None,
        "zone": "UTC",
        "languages": ["ar", "en", "fr", "es"],
        "partners": [],
        "seats": None,
        "planned_at": utc_now(),
    } | values
    facts.setdefault("pace", Pace.DATED if facts["ends_on"] else Pace.SELF_PACED)
    with house.app.app_context(), transaction() as session:
        serial = session.query(CourseRun).count() + 1
        run = CourseRun(**({"code": f"TEST-{serial}", "seats_taken": 0} | facts))
        session.add(run)
        session.flush()
        return run.id


def a_dated_run(house: Any, **values: Any) -> int:
    """A run from 1 February to 12 March 2027 in Niamey."""
    days = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 12), "zone": "Africa/Niamey"}
    return a_run(house, **(days | values))


def the_catalogue() -> Any:
    return shelf()


def enrolled(house: Any, person: SimpleNamespace, run_id: int) -> int:
    """Enrol the person through the API. The enrolment's id."""
    answer = house.enter(person).ask("POST", f"/api/v1/runs/{run_id}/enrolments", {})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


def completed(house: Any, enrolment_id: int, *units: str, language: str | None = None) -> Any:
    """Complete units through the API as whoever is signed in. The last answer."""
    answer = None
    for unit in units:
        body = {"language": language} if language else {}
        answer = house.ask(
            "POST", f"/api/v1/enrolments/{enrolment_id}/units/{unit}/completion", body
        )
        assert answer.status_code == 200, answer.text
    return answer
