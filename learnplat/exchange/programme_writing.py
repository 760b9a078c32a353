"""A programme's rows as rows of the database."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learnplat.core.clock import day_start
from learnplat.discussions.models import Attendance, Connection, Discussion, DiscussionText
from learnplat.exchange.programme_held import (
    account_values,
    intervals,
    known_of,
    minutes_attended,
    talk_values,
)
from learnplat.exchange.programme_rows import Participant, Place, Programme, Run, Talk, Visit
from learnplat.learning.models import Completion, CourseRun, Enrolment, EnrolmentStatus, Pace
from learnplat.people.models import Account


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def write(
    session: Session, name: str, programme: Programme, missing: Programme, now: datetime
) -> None:
    _insert(session, Account, [_account(name, row) for row in missing.participants])
    _insert(session, CourseRun, [_run(row, now) for row in missing.runs])
    _insert(session, Discussion, [_discussion(name, row, now) for row in missing.talks])
    session.flush()
    known = known_of(session, name, programme)
    accounts = {key: held[0] for key, held in known.accounts.items()}
    runs = {key: held[0] for key, held in known.runs.items()}
    talks = {key: held[0] for key, held in known.talks.items()}
    people = {row.key: row for row in programme.participants}
    _insert(
        session,
        DiscussionText,
        [
            {
                "discussion_id": talks[row.key],
                "language": row.language,
                "topic": row.topic,
                "description": "",
            }
            for row in missing.talks
        ],
    )
    _write_places(session, missing.places, people, accounts, runs)
    _write_visits(session, missing.visits, people, accounts, talks)


def _write_places(
    session: Session,
    places: Sequence[Place],
    people: dict[str, Participant],
    accounts: dict[str, int],
    runs: dict[str, int],
) -> None:
    rows = []
    taken: dict[int, int] = {}
    for place in places:
        person, run_id = people[place.participant], runs[place.run]
        rows.append(
            {
                "account_id": accounts[place.participant],
                "run_id": run_id,
                "status": place.status,
                "enrolled_at": day_start(place.enrolled_on),
                "withdrawn_at": None,
                "country": person.country,
                "gender": person.gender,
                "profession": person.profession,
                "institution_kind": "other",
                "institution": None,
                "language": person.language,
            }
        )
        if place.status != EnrolmentStatus.WITHDRAWN:
            taken[run_id] = taken.get(run_id, 0) + 1
    _insert(session, Enrolment, rows)
    for run_id, number in sorted(taken.items()):
        session.execute(
            update(CourseRun)
            .where(CourseRun.id == run_id)
            .values(seats_taken=CourseRun.seats_taken + number)
            .execution_options(synchronize_session=False)
        )
    ids: dict[tuple[int, int], int] = {
        (account_id, run_id): enrolment_id
        for enrolment_id, account_id, run_id in session.execute(
            select(Enrolment.id, Enrolment.account_id, Enrolment.run_id).where(
                Enrolment.run_id.in_(list(runs.values()))
            )
        )
    }
    _insert(
        session,
        Completion,
        [
            {
                "enrolment_id": ids[accounts[place.participant], runs[place.run]],
                "completed_at": day_start(place.completed_on),
                "editions": {},
            }
            for place in places
            if place.completed_on
        ],
    )


def _write_visits(
    session: Session,
    visits: Sequence[Visit],
    people: dict[str, Participant],
    accounts: dict[str, int],
    talks: dict[str, int],
) -> None:
    times = intervals(visits)
    _insert(
        session,
        Attendance,
        [
            {
                "discussion_id": talks[talk],
                "account_id": accounts[participant],
                "country": people[participant].country,
                "minutes": minutes_attended(found),
            }
            for (talk, participant), found in times.items()
        ],
    )
    ids: dict[tuple[int, int], int] = {
        (talk_id, account_id): attendance_id
        for attendance_id, talk_id, account_id in session.execute(
            select(Attendance.id, Attendance.discussion_id, Attendance.account_id).where(
                Attendance.discussion_id.in_(list(talks.values()))
            )
        )
    }
    _insert(
        session,
        Connection,
        [
            {
                "attendance_id": ids[talks[talk], accounts[participant]],
                "joined_at": joined_at,
                "left_at": left_at,
            }
            for (talk, participant), found in times.items()
            for joined_at, left_at in found
        ],
    )


def _account(name: str, row: Participant) -> dict[str, Any]:
    """An account without an address: nobody can sign in with it."""
    country, gender, profession, language, registered_at, kind = account_values(row)
    return {
        "name": row.key,
        "imported_as": f"{name}/{row.key}",
        "country": country,
        "gender": gender,
        "profession": profession,
        "institution_kind": "other",
        "language": language,
        "zone": "UTC",
        "kind": kind,
        "registered_at": registered_at,
        "calendar_token": secrets.token_urlsafe(32),
    }


def _run(row: Run, now: datetime) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "pace": Pace.DATED,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "zone": "UTC",
        "languages": row.languages,
        "partners": row.partners,
        "planned_at": now,
    }


def _discussion(name: str, row: Talk, now: datetime) -> dict[str, Any]:
    """The tables give an offset and no zone, so the organiser's zone is UTC."""
    status, starts_at, minutes, languages, _topic = talk_values(row)
    return {
        "uid": uuid4().hex,
        "imported_as": f"{name}/{row.key}",
        "status": status,
        "starts_at": starts_at,
        "zone": "UTC",
        "minutes": minutes,
        "languages": languages,
        "planned_at": now,
        "changed_at": now,
    }
