"""What is known of runs, enrolments and progress: every select of the slice."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from learnplat.learning.models import (
    Completion,
    CourseRun,
    Enrolment,
    EnrolmentStatus,
    UnitCompletion,
)
from learnplat.learning.rules import Place, day_in, may_enter, run_state
from learnplat.people.models import Account
from learnplat.prepared import Prepared

# Tables rather than mapped classes: the unit page builds no objects of the mapper.
_ENROLMENT = cast(Table, Enrolment.__table__)
_RUN = cast(Table, CourseRun.__table__)
_DONE = cast(Table, UnitCompletion.__table__)
_COMPLETION = cast(Table, Completion.__table__)


def _places(*conditions: ColumnElement[bool]) -> Select[Any]:
    """One row for each unit done in each enrolment, and one for an enrolment without any."""
    return (
        select(
            _ENROLMENT.c.id,
            _ENROLMENT.c.run_id,
            _RUN.c.course_key,
            _RUN.c.title,
            _ENROLMENT.c.status,
            _ENROLMENT.c.language,
            _RUN.c.starts_on,
            _RUN.c.ends_on,
            _RUN.c.zone,
            _ENROLMENT.c.enrolled_at,
            _ENROLMENT.c.withdrawn_at,
            _COMPLETION.c.completed_at,
            _DONE.c.unit_key,
        )
        .select_from(_ENROLMENT)
        .join(_RUN, _RUN.c.id == _ENROLMENT.c.run_id)
        .outerjoin(_COMPLETION, _COMPLETION.c.enrolment_id == _ENROLMENT.c.id)
        .outerjoin(_DONE, _DONE.c.enrolment_id == _ENROLMENT.c.id)
        .where(_ENROLMENT.c.account_id == bindparam("account_id"), *conditions)
        .order_by(_ENROLMENT.c.enrolled_at.desc(), _ENROLMENT.c.id.desc(), _DONE.c.id)
    )


_ALL_PLACES = _places()
_PLACES_IN_COURSE = Prepared(_places(_RUN.c.course_key == bindparam("course_key")))
_PLACE = Prepared(_places(_ENROLMENT.c.id == bindparam("enrolment_id")))


def _gathered(rows: Iterable[Sequence[Any]]) -> list[Place]:
    found: dict[int, tuple[tuple[Any, ...], list[str]]] = {}
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        _facts, done = found.setdefault(values[0], (values[:-1], []))
        if values[-1] is not None:
            done.append(values[-1])
    return [Place(*(*facts, frozenset(done))) for facts, done in found.values()]


def places(session: Session, account_id: int) -> list[Place]:
    """Every place that a person holds or held, the latest first."""
    return _gathered(session.connection().execute(_ALL_PLACES, {"account_id": account_id}))


def places_in_course(session: Session, account_id: int, course_key: str) -> list[Place]:
    """A person's places in the runs of one course, the latest first. One statement."""
    return _gathered(_PLACES_IN_COURSE.rows(session, account_id=account_id, course_key=course_key))


def place(session: Session, account_id: int, enrolment_id: int) -> Place | None:
    """One of the person's own places."""
    found = _gathered(_PLACE.rows(session, account_id=account_id, enrolment_id=enrolment_id))
    return found[0] if found else None


def places_before(
    session: Session, account_id: int, *, before: int | None, limit: int
) -> list[Place]:
    """A person's places by falling enrolment id, from below `before`; `limit` + 1 at most."""
    ids = select(_ENROLMENT.c.id).where(_ENROLMENT.c.account_id == account_id)
    if before is not None:
        ids = ids.where(_ENROLMENT.c.id < before)
    chosen = session.scalars(ids.order_by(_ENROLMENT.c.id.desc()).limit(limit + 1)).all()
    rows = session.connection().execute(
        _places(_ENROLMENT.c.id.in_(chosen)), {"account_id": account_id}
    )
    return sorted(_gathered(rows), key=lambda found: -found.enrolment_id)


def enrolment_of(session: Session, account_id: int, run_id: int) -> Enrolment | None:
    """A person's enrolment in a run, whatever its status."""
    return session.scalar(
        select(Enrolment).where(Enrolment.account_id == account_id, Enrolment.run_id == run_id)
    )


def own_enrolment(session: Session, account_id: int, enrolment_id: int) -> Enrolment | None:
    """The enrolment of that id when it is the person's own."""
    return session.scalar(
        select(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.account_id == account_id)
    )


def account_for_enrolling(session: Session, account_id: int) -> Account:
    """The person, held until the transaction ends: what one person asks for is done in turn."""
    return session.scalars(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def run(session: Session, run_id: int, *, is_held: bool = False) -> CourseRun | None:
    """The run of that id; `is_held` keeps others from changing it until the transaction ends."""
    query = select(CourseRun).where(CourseRun.id == run_id)
    if is_held:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def open_runs(session: Session, now: datetime, *, course_key: str | None = None) -> list[CourseRun]:
    """The runs that can be entered, full or not: first those with a date, the soonest first."""
    # No zone is a day or more behind UTC, so this leaves only what each run's own zone decides.
    yesterday = (now - timedelta(days=1)).date()
    query = select(CourseRun).where(
        CourseRun.course_key.is_not(None),
        or_(CourseRun.ends_on.is_(None), CourseRun.ends_on >= yesterday),
    )
    if course_key is not None:
        query = query.where(CourseRun.course_key == course_key)
    query = query.order_by(CourseRun.starts_on.is_(None), CourseRun.starts_on, CourseRun.id)
    return [
        found
        for found in session.scalars(query)
        if may_enter(run_state(found.starts_on, found.ends_on, day_in(found.zone, now)))
    ]


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run with the number of people in it now and of those who completed it."""

    run: CourseRun
    enrolled: int
    completed: int


def runs_before(
    session: Session,
    *,
    before: int | None,
    limit: int,
    course_key: str | None = None,
    among: Collection[str] | None = None,
) -> Sequence[CourseRun]:
    """Runs by falling id, from below `before`; `limit` + 1 at most.

    `among` names courses and runs by key and code: only those, and the runs of those courses.
    """
    query = select(CourseRun)
    if among is not None:
        query = query.where(or_(CourseRun.course_key.in_(among), CourseRun.code.in_(among)))
    if before is not None:
        query = query.where(CourseRun.id < before)
    if course_key is not None:
        query = query.where(CourseRun.course_key == course_key)
    return session.scalars(query.order_by(CourseRun.id.desc()).limit(limit + 1)).all()


def with_figures(session: Session, runs: Sequence[CourseRun]) -> list[RunFigures]:
    """The runs as given, each with its two figures."""
    counts = {
        (run_id, status): number
        for run_id, status, number in session.execute(
            select(Enrolment.run_id, Enrolment.status, func.count())
            .where(Enrolment.run_id.in_([found.id for found in runs]))
            .group_by(Enrolment.run_id, Enrolment.status)
        )
    }
    return [
        RunFigures(
            run=found,
            enrolled=counts.get((found.id, EnrolmentStatus.ACTIVE), 0)
            + counts.get((found.id, EnrolmentStatus.COMPLETED), 0),
            completed=counts.get((found.id, EnrolmentStatus.COMPLETED), 0),
        )
        for found in runs
    ]


def run_codes(session: Session, course_key: str, *, among: Collection[str] | None) -> list[str]:
    """The codes `among` these that are of runs of the course."""
    if not among:
        return []
    return list(
        session.scalars(
            select(CourseRun.code)
            .where(CourseRun.course_key == course_key, CourseRun.code.in_(among))
            .order_by(CourseRun.id)
        )
    )


def is_run_code(session: Session, code: str) -> bool:
    """True when a run has that code."""
    return session.scalar(select(CourseRun.id).where(CourseRun.code == code)) is not None


def editions_studied(session: Session, enrolment_id: int) -> dict[str, int]:
    """The edition in which each unit was completed, by unit key."""
    rows = session.execute(
        select(UnitCompletion.unit_key, UnitCompletion.edition_id)
        .where(UnitCompletion.enrolment_id == enrolment_id)
        .order_by(UnitCompletion.id)
    )
    return {row.unit_key: row.edition_id for row in rows}
