"""A person with something in every table that the inventory knows of people."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import JSON, Boolean, Integer, LargeBinary, insert, inspect, select, text

from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
    Invitation,
)
from learnplat.catalogue.models import ModuleEdition
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.discussions.models import Attendance, Connection, Discussion, Registration
from learnplat.learning.models import Completion, CourseRun, Enrolment, EnrolmentStatus, Pace
from learnplat.orm import UtcDateTime
from learnplat.outbox import post
from learnplat.people.consents import Consent, ConsentKind
from learnplat.people.models import Account, Institution, InstitutionState
from learnplat.privacy.inventory import inventory
from learnplat.privacy.queries import METADATA, account_row, is_whose
from learnplat.tables import metadata

CANARY = "Qyzzvorn"  # in every text of hers, and nowhere else


def filler(column, serial, facts):
    """A value that a column can hold; texts hold the canary."""
    kind = column.type
    if column.name in facts:
        return facts[column.name]
    python = getattr(kind, "enum_class", None)
    if python:
        return next(iter(python))
    of = dict if isinstance(kind, JSON) else str
    if isinstance(kind, Boolean | Integer | LargeBinary):
        of = kind.python_type
    if isinstance(kind, UtcDateTime):
        return utc_now() + timedelta(days=1)
    if of is dict:
        return {"name": f"{CANARY} {serial}"}
    if of is bool:
        return False
    if of is int:
        return serial
    if of is bytes:
        return f"{CANARY}{serial}".encode()
    return f"{CANARY}{serial}"[: kind.length or 200]


@pytest.fixture
def full(house):
    """Qyzzvorn, who has used everything there is."""
    admin = house.admin()
    person = house.person(
        f"{CANARY} Name",
        email=f"{CANARY.lower()}@ministry.example",
        name_latin=f"{CANARY} Latin",
        institution=f"{CANARY} Court",
        handle=f"{CANARY}-handle",
        handle_key=f"{CANARY}-handle".casefold(),
    )
    now = utc_now()
    with house.app.app_context(), transaction() as session:
        institution = Institution(
            country="MA", kind="court", name=f"{CANARY} Chamber", name_key=f"{CANARY} chamber",
            state=InstitutionState.PROPOSED, proposed_at=now,
        )  # fmt: skip
        run = CourseRun(
            code="PRIVACY-1", course_key="universal-legal-framework", pace=Pace.SELF_PACED,
            zone="UTC", languages=["en"], partners=[], seats=2, seats_taken=1, planned_at=now,
        )  # fmt: skip
        past = CourseRun(
            code="PRIVACY-0", title="Past", pace=Pace.DATED, zone="UTC", languages=["en"],
            partners=[], planned_at=now, starts_on=now.date() - timedelta(days=40),
            ends_on=now.date() - timedelta(days=1),
        )  # fmt: skip
        talk = Discussion(
            uid="privacy-talk", starts_at=now + timedelta(days=3), zone="UTC", minutes=60, seats=5,
            seats_taken=1, languages=["en"], planned_at=now, changed_at=now,
        )  # fmt: skip
        held = Discussion(
            uid="privacy-held", starts_at=now - timedelta(days=3), zone="UTC", minutes=60,
            languages=["en"], planned_at=now, changed_at=now,
        )  # fmt: skip
        session.add_all([institution, run, past, talk, held])
        session.flush()
        account = session.get_one(Account, person.id)
        account.institution_id = institution.id
        as_then = {
            "account_id": person.id, "country": "MA", "gender": "female", "profession": "judge",
            "institution_kind": "court", "institution": f"{CANARY} Court", "language": Language.AR,
            "enrolled_at": now - timedelta(days=30),
        }  # fmt: skip
        active = Enrolment(run_id=run.id, status=EnrolmentStatus.ACTIVE, **as_then)
        done = Enrolment(run_id=past.id, status=EnrolmentStatus.COMPLETED, **as_then)
        admission = Admission(
            account_id=person.id, state=AdmissionState.ADMITTED, purpose=f"{CANARY} asks",
            proposed_institution=f"{CANARY} Chamber", applied_at=now,
        )  # fmt: skip
        attendance = Attendance(
            account_id=person.id, discussion_id=held.id, country="MA", minutes=50
        )
        session.add_all([active, done, admission, attendance])
        session.flush()
        session.add_all(
            [
                Completion(enrolment_id=done.id, completed_at=now - timedelta(days=2), editions={}),
                AdmissionEvent(
                    admission_id=admission.id, kind=AdmissionEventKind.NOTED, at=now,
                    actor_id=admin.id, note=f"{CANARY} seems right",
                ),
                Invitation(
                    email=person.email, email_key=person.email, token_digest="i" * 64,
                    language=Language.AR, country="MA", invited_by_id=admin.id, invited_at=now,
                    expires_at=now + timedelta(days=9),
                ),
                Consent(
                    account_id=person.id, kind=ConsentKind.TERMS_AND_NOTICE, version="2026-11-21",
                    language=Language.AR, given_at=now,
                ),
                Registration(discussion_id=talk.id, account_id=person.id, registered_at=now),
                Connection(attendance_id=attendance.id, joined_at=now, left_at=None),
            ]
        )  # fmt: skip
        post(
            session, key="to-her", template="welcome", recipient=person.email,
            language=Language.AR, now=now, facts={"name": person.name},
        )  # fmt: skip
        post(
            session, key="of-her", template="welcome", recipient="boss@ministry.example",
            language=Language.AR, now=now, facts={"name": person.name},
        )  # fmt: skip
        edition = session.scalar(select(ModuleEdition.id).limit(1))
        numbers = {
            "account_id": person.id, "actor_id": admin.id, "decided_by": admin.id,
            "enrolment_id": active.id, "run_id": run.id, "edition_id": edition,
        }  # fmt: skip
        # Every other table of people, whoever built it: one row of hers with the canary in it.
        session.flush()
        for table in metadata.sorted_tables:
            entry = inventory().tables[table.name]
            if not entry.whose or entry.name in _made(session, person.id):
                continue
            facts = dict(numbers)
            for key in table.foreign_keys:
                if key.parent.name not in facts:
                    facts[key.parent.name] = session.scalar(
                        select(key.column).order_by(key.column.desc()).limit(1)
                    )
            if "email" in table.c:
                facts["email"] = person.email
            if entry.name == "reset_wish":
                facts["address"] = person.email
            values = {
                column.name: filler(column, 1, facts)
                for column in table.columns
                if column.foreign_keys or not column.primary_key
            }
            session.execute(insert(table).values(values))
    return SimpleNamespace(**vars(person), admin=admin, run="PRIVACY-1")


def _made(session, account_id):
    """Tables in which the person has a row already."""
    account = account_row(session, account_id)
    return {
        name
        for name, entry in inventory().tables.items()
        if entry.whose
        and session.execute(
            select(METADATA.tables[name]).where(
                is_whose(METADATA.tables[name], entry.whose, account)
            )
        ).first()
    }


def everything(session):
    """Every value of every table as one text."""
    names = inspect(session.get_bind()).get_table_names()
    rows = []
    for name in sorted(names):
        for row in session.execute(text(f'select * from "{name}"')):
            rows.append(
                f"{name}: "
                + " | ".join(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for value in row
                )
            )
    return rows
