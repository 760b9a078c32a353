"""Take over a programme from an older platform: all of it, once, or nothing."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.clock import day_start
from learnplat.discussions.models import (
    Attendance,
    Connection,
    Discussion,
    DiscussionStatus,
    DiscussionText,
)
from learnplat.exchange.programme_tables import (
    Participant,
    Place,
    Problem,
    Programme,
    Run,
    Talk,
    Visit,
    read_programme,
)
from learnplat.learning.models import Completion, CourseRun, Enrolment, EnrolmentStatus, Pace
from learnplat.people.models import Account, AccountKind

_LONGEST_MARK = 80
_DIFFERS = "it was imported before with other values"
Interval = tuple[datetime, datetime | None]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. With any problem nothing is written.

    `found`, `added` and `unchanged` count participants, courses, enrolments, completions,
    discussions and attendances.
    """

    found: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """What was added, or would be."""
        return self.added


@dataclass(slots=True)
class _Known:
    """What the database already holds of the programme: ids, and the values that must agree."""

    accounts: dict[str, tuple[int, tuple[Any, ...]]]
    runs: dict[str, tuple[int, tuple[Any, ...]]]
    places: dict[tuple[int, int], tuple[Any, ...]]
    talks: dict[str, tuple[int, tuple[Any, ...]]]
    visits: dict[tuple[int, int], list[Interval]]


def import_programme(
    session: Session, folder: Path, *, now: datetime, dry_run: bool
) -> ImportReport:
    """Import the five tables of `folder`; see the columns in `programme_tables.py`.

    People become accounts without an address, known as `<folder name>/<id>`; they cannot sign in.
    What was imported before stays as it is; a row that contradicts it is a problem. When any row
    has a problem, or `dry_run` is asked, nothing is written.
    """
    name = folder.resolve().name
    report = ImportReport()
    if not folder.is_dir():
        report.problems.append(Problem(name or str(folder), 0, "there is no such folder"))
        return report
    programme = read_programme(folder, now.date())
    keys = [row.key for row in programme.participants] + [row.key for row in programme.talks]
    longest = max(map(len, keys), default=0)
    if not name or len(name) + 1 + longest > _LONGEST_MARK:
        programme.problems.append(
            Problem(name, 0, "the folder's name and the ids are too long together")
        )
    known = _known(session, name, programme)
    report.problems = programme.problems + _contradictions(programme, known)
    report.found = _counts(
        programme.participants,
        programme.runs,
        programme.places,
        programme.talks,
        {(visit.talk, visit.participant) for visit in programme.visits},
    )
    missing = _missing(programme, known)
    report.added = _counts(
        missing.participants,
        missing.runs,
        missing.places,
        missing.talks,
        {(visit.talk, visit.participant) for visit in missing.visits},
    )
    report.unchanged = {kind: report.found[kind] - report.added[kind] for kind in report.found}
    if report.problems:
        report.added = dict.fromkeys(report.added, 0)
    elif not dry_run:
        _write(session, name, programme, missing, now)
        report.is_written = True
        if any(report.added.values()):
            added: dict[str, Any] = dict(report.added)
            audit.record(
                session,
                actor_id=None,
                action="programme_imported",
                subject=("programme", None),
                now=now,
                **added,
            )
    return report


def _counts(
    participants: Sequence[Participant],
    runs: Sequence[Run],
    places: Sequence[Place],
    talks: Sequence[Talk],
    attendances: Iterable[tuple[str, str]],
) -> dict[str, int]:
    return {
        "participants": len(participants),
        "courses": len(runs),
        "enrolments": len(places),
        "completions": sum(place.completed_on is not None for place in places),
        "discussions": len(talks),
        "attendances": len(list(attendances)),
    }


def _account_values(row: Participant) -> tuple[Any, ...]:
    kind = AccountKind.STAFF if row.is_staff else AccountKind.OFFICIAL
    return (
        row.country,
        row.gender,
        row.profession,
        row.language,
        day_start(row.registered_on),
        kind,
    )


def _run_values(row: Run) -> tuple[Any, ...]:
    return (None, row.title, Pace.DATED, row.starts_on, row.ends_on, row.languages, row.partners)


def _place_values(row: Place) -> tuple[Any, ...]:
    completed_at = day_start(row.completed_on) if row.completed_on else None
    return (row.status, day_start(row.enrolled_on), completed_at)


def _talk_values(row: Talk) -> tuple[Any, ...]:
    status = DiscussionStatus.CANCELLED if row.is_cancelled else DiscussionStatus.PLANNED
    return (status, row.starts_at, row.minutes, [row.language.value], row.topic)


def _known(session: Session, name: str, programme: Programme) -> _Known:
    accounts = session.execute(
        select(
            Account.id,
            Account.imported_as,
            Account.country,
            Account.gender,
            Account.profession,
            Account.language,
            Account.registered_at,
            Account.kind,
        )
        .where(Account.imported_as.startswith(f"{name}/", autoescape=True))
        .order_by(Account.id)
    ).all()
    runs = session.execute(
        select(
            CourseRun.id,
            CourseRun.code,
            CourseRun.course_key,
            CourseRun.title,
            CourseRun.pace,
            CourseRun.starts_on,
            CourseRun.ends_on,
            CourseRun.languages,
            CourseRun.partners,
        )
        .where(CourseRun.code.in_([run.code for run in programme.runs]))
        .order_by(CourseRun.id)
    ).all()
    places = session.execute(
        select(
            Enrolment.account_id,
            Enrolment.run_id,
            Enrolment.status,
            Enrolment.enrolled_at,
            Completion.completed_at,
        )
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id.in_([row[0] for row in runs]))
        .order_by(Enrolment.id)
    ).all()
    talks = session.execute(
        select(
            Discussion.id,
            Discussion.imported_as,
            Discussion.status,
            Discussion.starts_at,
            Discussion.minutes,
            Discussion.languages,
            DiscussionText.topic,
        )
        .outerjoin(DiscussionText, DiscussionText.discussion_id == Discussion.id)
        .where(Discussion.imported_as.startswith(f"{name}/", autoescape=True))
        .order_by(Discussion.id, DiscussionText.id)
    ).all()
    visits: dict[tuple[int, int], list[Interval]] = {}
    for talk_id, account_id, joined_at, left_at in session.execute(
        select(
            Attendance.discussion_id,
            Attendance.account_id,
            Connection.joined_at,
            Connection.left_at,
        )
        .outerjoin(Connection, Connection.attendance_id == Attendance.id)
        .where(Attendance.discussion_id.in_([row[0] for row in talks]))
        .order_by(Attendance.id, Connection.joined_at)
    ):
        visits.setdefault((talk_id, account_id), []).append((joined_at, left_at))
    cut = len(name) + 1
    return _Known(
        accounts={str(row[1])[cut:]: (row[0], tuple(row[2:])) for row in accounts},
        runs={row[1]: (row[0], tuple(row[2:])) for row in runs},
        places={(row[0], row[1]): tuple(row[2:]) for row in places},
        talks={str(row[1])[cut:]: (row[0], tuple(row[2:])) for row in reversed(talks)},
        visits=visits,
    )


def _intervals(visits: Iterable[Visit]) -> dict[tuple[str, str], list[Interval]]:
    """The times of each person at each discussion, in order."""
    found: dict[tuple[str, str], list[Interval]] = {}
    for visit in visits:
        found.setdefault((visit.talk, visit.participant), []).append(
            (visit.joined_at, visit.left_at)
        )
    return {key: sorted(times, key=lambda time: time[0]) for key, times in found.items()}


def minutes_attended(times: Sequence[Interval]) -> int:
    """Whole minutes covered by times in order; what overlaps counts once."""
    total = timedelta()
    end: datetime | None = None
    for joined_at, left_at in times:
        start = joined_at if end is None else max(joined_at, end)
        if left_at is not None and left_at > start:
            total += left_at - start
            end = left_at
    return int(total / timedelta(minutes=1))


def _contradictions(programme: Programme, known: _Known) -> list[Problem]:
    """Rows that the database holds already, with other values."""
    problems: list[Problem] = []

    def compare(file: str, line: int, held: object | None, given: object) -> None:
        if held is not None and held != given:
            problems.append(Problem(file, line, _DIFFERS))

    for person in programme.participants:
        held = known.accounts.get(person.key)
        compare("participants.csv", person.line, held and held[1], _account_values(person))
    for run in programme.runs:
        held = known.runs.get(run.code)
        if held and held[1] != _run_values(run):
            problems.append(
                Problem("courses.csv", run.line, f"another course run has the code {run.code!r}")
            )
    for place in programme.places:
        compare("enrolments.csv", place.line, _held_place(place, known), _place_values(place))
    for talk in programme.talks:
        held = known.talks.get(talk.key)
        compare("discussions.csv", talk.line, held and held[1], _talk_values(talk))
    given = _intervals(programme.visits)
    for visit in programme.visits:
        compare(
            "attendance.csv",
            visit.line,
            _held_visits(visit, known),
            given[visit.talk, visit.participant],
        )
    return problems


def _held_place(place: Place, known: _Known) -> tuple[Any, ...] | None:
    account, run = known.accounts.get(place.participant), known.runs.get(place.run)
    return known.places.get((account[0], run[0])) if account and run else None


def _held_visits(visit: Visit, known: _Known) -> list[Interval] | None:
    talk, account = known.talks.get(visit.talk), known.accounts.get(visit.participant)
    return known.visits.get((talk[0], account[0])) if talk and account else None


def _missing(programme: Programme, known: _Known) -> Programme:
    """The rows that the database does not hold yet."""
    return Programme(
        participants=[row for row in programme.participants if row.key not in known.accounts],
        runs=[row for row in programme.runs if row.code not in known.runs],
        places=[row for row in programme.places if _held_place(row, known) is None],
        talks=[row for row in programme.talks if row.key not in known.talks],
        visits=[row for row in programme.visits if _held_visits(row, known) is None],
    )


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _write(
    session: Session, name: str, programme: Programme, missing: Programme, now: datetime
) -> None:
    _insert(session, Account, [_account(name, row) for row in missing.participants])
    _insert(session, CourseRun, [_run(row, now) for row in missing.runs])
    _insert(session, Discussion, [_discussion(name, row, now) for row in missing.talks])
    session.flush()
    known = _known(session, name, programme)
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
    times = _intervals(visits)
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
    country, gender, profession, language, registered_at, kind = _account_values(row)
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
    status, starts_at, minutes, languages, _topic = _talk_values(row)
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
