"""The world of the sweep: two of everything, so that each person meets what is another's."""

import itertools
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import Any

from sqlalchemy import select

from learnplat import audit
from learnplat.admission.models import Admission, AdmissionState, Invitation
from learnplat.catalogue.shelf import shelf
from learnplat.core.actors import STAFF_ROLES, Role
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.discussions.models import (
    Discussion,
    DiscussionStatus,
    DiscussionText,
    Registration,
)
from learnplat.learning.models import (
    Application,
    ApplicationState,
    Confirmation,
    CourseRun,
    Enrolment,
    EnrolmentStatus,
    Pace,
)
from learnplat.people.factors.models import Passkey
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.models import (
    AccountKind,
    ApiToken,
    Institution,
    InstitutionState,
    RoleGrant,
    SignIn,
    Standing,
)
from learnplat.tables import metadata

COURSE, OTHER_COURSE = "universal-legal-framework", "another-course"
SHELF = "learnplat.shelf"
UNIT = "nineteen-instruments"
WHO = (
    "anonymous",
    "practitioner",
    "focal_point",
    "expert",
    "tutor",
    "trainer",
    "moderator",
    "vetter",
    "auditor",
    "admin",
)
MISSING = 987_654_321
# Facts of one country, and of the other: nobody has the same as their twin.
HERE, ELSEWHERE = ("MA", Language.AR), ("NE", Language.FR)
_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class World:
    run: int  # of the course that the scoped roles are for
    other_run: int
    other_discussion: int
    orphan: int  # an application from a country that has no focal point
    holder: SimpleNamespace  # of a role that an admin may take back
    other_holder: SimpleNamespace
    people: dict[str, SimpleNamespace]
    twins: dict[str, SimpleNamespace]  # who hold the same roles for other things


@contextmanager
def two_courses(house: Any) -> Iterator[None]:
    """Meanwhile the shipped course is taught under another key too."""
    extensions = house.app.extensions
    with house.app.app_context():
        catalogue = shelf()
    course = catalogue.course(COURSE)
    courses = {**catalogue.courses, OTHER_COURSE: replace(course, key=OTHER_COURSE)}
    # As long as the version does not move, a process keeps the catalogue that it holds.
    extensions[SHELF] = (0.0, replace(catalogue, courses=MappingProxyType(courses)))
    try:
        yield
    finally:
        del extensions[SHELF]


def a_world(house: Any) -> World:
    now = utc_now()
    with house.app.app_context(), transaction() as session:
        runs = [
            CourseRun(
                code=code,
                course_key=course,
                pace=Pace.SELF_PACED,
                languages=["ar", "en", "fr", "es"],
                partners=[],
                seats=None,
                planned_at=now,
            )
            for code, course in (("ULF-2026-1", COURSE), ("AC-2026-1", OTHER_COURSE))
        ]
        other = _discussion(OTHER_COURSE, now)
        session.add_all([*runs, other])
        session.flush()
        run, other_run, other_discussion = runs[0].id, runs[1].id, other.id
    people = {who: _person(house, who, HERE, run, now) for who in WHO}
    twins = {who: _person(house, who, ELSEWHERE, other_run, now) for who in WHO}
    holders = [_holder(house, country[0]) for country in (HERE, ELSEWHERE)]
    colleague = house.person("Colleague", country="SN")
    with house.app.app_context(), transaction() as session:
        application = _application(colleague.id, run, "SN", now)
        session.add(application)
        session.flush()
        orphan = application.id
    with house.app.app_context(), transaction() as session:
        facts = {"export": "audit", "form": "csv", "since": "2026-01-01", "until": "2026-01-02"}
        # A wish for each: one agrees with it once.
        for who in WHO:
            people[who].wish = audit.record(
                session, actor_id=colleague.id, action="export_asked", subject=("report", None),
                now=now, rows=20_000, reason="Asked for by the sweep.", **facts,
            )  # fmt: skip
    return World(run, other_run, other_discussion, orphan, *holders, people, twins)


def _holder(house: Any, country: str) -> SimpleNamespace:
    person = house.person(f"Holder of {country}", country=country)
    with house.app.app_context(), transaction() as session:
        grant = RoleGrant(account_id=person.id, role=Role.EXPERT, scope="")
        session.add(grant)
        session.flush()
        person.grant = grant.id
    return person


def _scope(role: Role, is_here: bool) -> str:
    match role:
        case Role.TRAINER:
            return COURSE if is_here else OTHER_COURSE
        case Role.TUTOR:
            return "ULF-2026-1" if is_here else "AC-2026-1"
        case Role.FOCAL_POINT | Role.VETTER:
            return "MA" if is_here else "NE"
    return ""


def _person(
    house: Any, who: str, country: tuple[str, Language], run: int, now: datetime
) -> SimpleNamespace:
    """A person of the role, with one of each kind of thing that is somebody's own."""
    person = house.person(
        f"{who} of {country[0]}",
        country=country[0],
        language=country[1],
        kind=AccountKind.STAFF if who in STAFF_ROLES else AccountKind.OFFICIAL,
    )
    candidate = house.person(
        f"Candidate of {country[0]}", country=country[0], standing=Standing.APPLICANT
    )
    colleague = house.person(f"Colleague of {country[0]}", country=country[0])
    person.colleague = colleague.id
    with house.app.app_context(), transaction() as session:
        if who not in ("anonymous", "practitioner"):
            role = Role(who)
            scope = _scope(role, country is HERE)
            session.add(RoleGrant(account_id=person.id, role=role, scope=scope))
        enrolment = Enrolment(
            account_id=person.id,
            run_id=run,
            status=EnrolmentStatus.ACTIVE,
            enrolled_at=now,
            country=country[0],
            gender="female",
            profession="judge",
            institution_kind="court",
            language=country[1],
        )
        discussion = _discussion(COURSE, now)
        token = ApiToken(
            account_id=person.id,
            token_digest=secrets.token_hex(32),
            session_epoch=0,
            issued_at=now,
            expires_at=now + timedelta(days=1),
        )
        serial = next(_serial)
        made: dict[str, Any] = {
            "enrolment": enrolment,
            "discussion": discussion,
            "token": token,
            "application": _application(person.id, run, country[0], now, Confirmation.SUPERVISOR),
            "application_to_answer": _application(colleague.id, run, country[0], now),
            "admission": Admission(
                account_id=candidate.id,
                state=AdmissionState.WAITING,
                purpose="To learn.",
                applied_at=now,
                confirmed_at=now,
            ),
            "institution": Institution(
                country=country[0],
                kind="court",
                name=f"Court {serial} of {country[0]}",
                name_key=f"court {serial}",
                state=InstitutionState.PROPOSED,
                proposed_at=now,
            ),
            "invitation": Invitation(
                email=f"guest{serial}@ministry.example",
                email_key=f"guest{serial}@ministry.example",
                token_digest=secrets.token_hex(32),
                language=country[1],
                country=country[0],
                invited_by_id=person.id,
                invited_at=now,
                expires_at=now + timedelta(days=14),
            ),
            "passkey": Passkey(
                account_id=person.id,
                credential_id=secrets.token_urlsafe(16),
                public_key=b"key",
                sign_count=0,
                transports="",
                name="Key",
                added_at=now,
            ),
        }
        made["link"] = InstitutionalLink(
            account_id=person.id,
            issuer="https://sign-in.example",
            subject=f"subject-{serial}",
            linked_at=now,
        )
        session.add_all(made.values())
        session.flush()
        session.add(
            Registration(discussion_id=discussion.id, account_id=person.id, registered_at=now)
        )
        discussion.seats_taken = 1
        for name, row in made.items():
            setattr(person, name, row.id)
    house.opened(person, "Another browser", with_factor=True)
    with house.app.app_context():
        person.sign_in = reading().scalar(
            select(SignIn.id).where(SignIn.account_id == person.id).order_by(SignIn.id)
        )
    return person


def _application(
    account_id: int,
    run: int,
    country: str,
    now: datetime,
    asks: Confirmation = Confirmation.FOCAL_POINT,
) -> Application:
    return Application(
        account_id=account_id,
        run_id=run,
        asks=asks,
        supervisor_name="Omar Idrissi",
        supervisor_email="omar@ministry.example",
        state=ApplicationState.WAITING,
        country=country,
        applied_at=now,
    )


def _discussion(course: str | None, now: datetime) -> Discussion:
    return Discussion(
        uid=f"sweep-{next(_serial)}",
        status=DiscussionStatus.PLANNED,
        starts_at=now + timedelta(days=30),
        zone="UTC",
        minutes=60,
        languages=["fr"],
        course_key=course,
        planned_at=now,
        changed_at=now,
        texts=[DiscussionText(language=Language.FR, topic="Geler", description="Comment.")],
        experts=[],
    )


def a_discussion(house: Any, course: str | None) -> int:
    """A discussion of a course, in a month. Its id."""
    with house.app.app_context(), transaction() as session:
        discussion = _discussion(course, utc_now())
        session.add(discussion)
        session.flush()
        return discussion.id


def digest_of_tables(house: Any) -> dict[str, int]:
    """What every table holds, as one number a table."""
    found = {}
    with house.app.app_context(), transaction() as session:
        for table in metadata.sorted_tables:
            rows = session.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = hash(tuple(json.dumps(list(row), default=str) for row in rows))
    return found
