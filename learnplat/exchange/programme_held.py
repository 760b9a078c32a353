"""What the database holds already of a programme, and where its rows say something else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnplat.core.clock import day_start
from learnplat.discussions.models import (
    Attendance,
    Connection,
    Discussion,
    DiscussionStatus,
    DiscussionText,
)
from learnplat.exchange.programme_rows import (
    Participant,
    Place,
    Problem,
    Programme,
    Run,
    Talk,
    Visit,
)
from learnplat.learning.models import Completion, CourseRun, Enrolment, Pace
from learnplat.people.models import Account, AccountKind

_DIFFERS = "it was imported before with other values"
Interval = tuple[datetime, datetime | None]


@dataclass(slots=True)
class Known:
    """What the database already holds of the programme: ids, and the values that must agree."""

    accounts: dict[str, tuple[int, tuple[Any, ...]]]
    runs: dict[str, tuple[int, tuple[Any, ...]]]
    places: dict[tuple[int, int], tuple[Any, ...]]
    talks: dict[str, tuple[int, tuple[Any, ...]]]
    visits: dict[tuple[int, int], list[Interval]]


def account_values(row: Participant) -> tuple[Any, ...]:
    kind = AccountKind.STAFF if row.is_staff else AccountKind.OFFICIAL
    return (
        row.country,
        row.gender,
        row.profession,
        row.language,
        day_start(row.registered_on),
        kind,
    )


def run_values(row: Run) -> tuple[Any, ...]:
    return (None, row.title, Pace.DATED, row.starts_on, row.ends_on, row.languages, row.partners)


def place_values(row: Place) -> tuple[Any, ...]:
    completed_at = day_start(row.completed_on) if row.completed_on else None
    return (row.status, day_start(row.enrolled_on), completed_at)


def talk_values(row: Talk) -> tuple[Any, ...]:
    status = DiscussionStatus.CANCELLED if row.is_cancelled else DiscussionStatus.PLANNED
    return (status, row.starts_at, row.minutes, [row.language.value], row.topic)


def known_of(session: Session, name: str, programme: Programme) -> Known:
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
    return Known(
        accounts={str(row[1])[cut:]: (row[0], tuple(row[2:])) for row in accounts},
        runs={row[1]: (row[0], tuple(row[2:])) for row in runs},
        places={(row[0], row[1]): tuple(row[2:]) for row in places},
        talks={str(row[1])[cut:]: (row[0], tuple(row[2:])) for row in reversed(talks)},
        visits=visits,
    )


def intervals(visits: Iterable[Visit]) -> dict[tuple[str, str], list[Interval]]:
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


def contradictions(programme: Programme, known: Known) -> list[Problem]:
    """Rows that the database holds already, with other values."""
    problems: list[Problem] = []

    def compare(file: str, line: int, held: object | None, given: object) -> None:
        if held is not None and held != given:
            problems.append(Problem(file, line, _DIFFERS))

    for person in programme.participants:
        held = known.accounts.get(person.key)
        compare("participants.csv", person.line, held and held[1], account_values(person))
    for run in programme.runs:
        held = known.runs.get(run.code)
        if held and held[1] != run_values(run):
            problems.append(
                Problem("courses.csv", run.line, f"another course run has the code {run.code!r}")
            )
    for place in programme.places:
        compare("enrolments.csv", place.line, _held_place(place, known), place_values(place))
    for talk in programme.talks:
        held = known.talks.get(talk.key)
        compare("discussions.csv", talk.line, held and held[1], talk_values(talk))
    given = intervals(programme.visits)
    for visit in programme.visits:
        compare(
            "attendance.csv",
            visit.line,
            _held_visits(visit, known),
            given[visit.talk, visit.participant],
        )
    return problems


def _held_place(place: Place, known: Known) -> tuple[Any, ...] | None:
    account, run = known.accounts.get(place.participant), known.runs.get(place.run)
    return known.places.get((account[0], run[0])) if account and run else None


def _held_visits(visit: Visit, known: Known) -> list[Interval] | None:
    talk, account = known.talks.get(visit.talk), known.accounts.get(visit.participant)
    return known.visits.get((talk[0], account[0])) if talk and account else None


def missing_of(programme: Programme, known: Known) -> Programme:
    """The rows that the database does not hold yet."""
    return Programme(
        participants=[row for row in programme.participants if row.key not in known.accounts],
        runs=[row for row in programme.runs if row.code not in known.runs],
        places=[row for row in programme.places if _held_place(row, known) is None],
        talks=[row for row in programme.talks if row.key not in known.talks],
        visits=[row for row in programme.visits if _held_visits(row, known) is None],
    )
