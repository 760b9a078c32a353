"""Every select of the participation figures. An official's account counts; no other does."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from learnplat.core.cells import RISKY
from learnplat.core.clock import day_after, day_start
from learnplat.discussions.models import Attendance, Discussion, DiscussionStatus
from learnplat.learning.models import Completion, CourseRun, Enrolment
from learnplat.people.models import Account, AccountKind, Standing
from learnplat.statistics.rules import Figures, Period, Row

_IS_OFFICIAL = Account.kind == AccountKind.OFFICIAL
_PERSONS = func.count(Enrolment.account_id.distinct())


def participation_figures(session: Session, period: Period, now: datetime) -> Figures:
    """All figures of a period. A discussion that has not started by `now` was not held."""
    delivered = _delivered_runs(session, period)
    languages = _languages_of_discussions(session, period, now)
    enrolments = session.scalar(_enrolled(period, func.count(Enrolment.id)))
    trained = session.execute(_trained(period, func.count(Completion.id), _PERSONS)).one()
    users = session.execute(
        select(func.count(Account.id), func.count(Account.country.distinct())).where(
            _IS_OFFICIAL,
            Account.standing.not_in((Standing.APPLICANT, Standing.DECLINED)),
            Account.registered_at < day_after(period.until),
        )
    ).one()
    attended = session.execute(
        select(func.count(Attendance.account_id.distinct()), func.count(Attendance.id))
        .join(Discussion, Discussion.id == Attendance.discussion_id)
        .join(Account, Account.id == Attendance.account_id)
        .where(_IS_OFFICIAL, _was_held(period, now))
    ).one()
    return Figures(
        courses_delivered=len(delivered),
        practitioners_trained=trained[1],
        enrolments=enrolments or 0,
        completions=trained[0],
        users=users[0],
        user_country_count=users[1],
        discussions_held=len(languages),
        discussion_languages=tuple(sorted({code for found in languages for code in found})),
        discussion_participants=attended[0],
        attendances=attended[1],
        by_country=_by_country(session, period),
        by_course=_by_course(session, period, delivered),
        by_gender=_persons_by(session, period, Enrolment.gender),
        by_profession=_persons_by(session, period, Enrolment.profession),
        by_language=_persons_by(session, period, Enrolment.language),
    )


def run_titles(session: Session, codes: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """For each run's code: its own title and the key of its course; either may be missing."""
    found = session.execute(
        select(CourseRun.code, CourseRun.title, CourseRun.course_key)
        .where(CourseRun.code.in_(list(codes)))
        .order_by(CourseRun.code)
    )
    return {code: (title, course_key) for code, title, course_key in found}


def first_enrolment_at(session: Session) -> datetime | None:
    """When the oldest enrolment was made."""
    return session.scalar(select(func.min(Enrolment.enrolled_at)))


def enrolment_rows(period: Period, dialect: str) -> Select[Any]:
    """The enrolments of a period without persons, every column as text ready for a file.

    In the order in which they were recorded, so that the first row comes at once.
    """

    def day(column: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
        if dialect == "sqlite":
            # Stored as text that begins with the day in UTC.
            return func.substr(type_coerce(column, String), 1, 10)
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD")

    code = case(
        (func.substr(CourseRun.code, 1, 1).in_(RISKY), literal("'").concat(CourseRun.code)),
        else_=CourseRun.code,
    )
    return (
        select(
            code.label("run"),
            Enrolment.country,
            Enrolment.gender,
            Enrolment.profession,
            type_coerce(Enrolment.language, String).label("language"),
            type_coerce(Enrolment.status, String).label("status"),
            day(Enrolment.enrolled_at).label("enrolled_on"),
            day(Completion.completed_at).label("completed_on"),
        )
        .select_from(Enrolment)
        .join(CourseRun, CourseRun.id == Enrolment.run_id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(_of_officials(), _within(Enrolment.enrolled_at, period))
        .order_by(Enrolment.enrolled_at, Enrolment.id)
    )


def count_of_enrolments(session: Session, period: Period) -> int:
    """How many rows `enrolment_rows` has."""
    query = select(func.count()).select_from(Enrolment)
    query = query.where(_of_officials(), _within(Enrolment.enrolled_at, period))
    return session.scalar(query) or 0


def _of_officials() -> ColumnElement[bool]:
    return ~Enrolment.account_id.in_(
        select(Account.id).where(Account.kind.in_([AccountKind.STAFF, AccountKind.TEST]))
    )


def _within(column: InstrumentedAttribute[datetime], period: Period) -> ColumnElement[bool]:
    return and_(column >= day_start(period.since), column < day_after(period.until))


def _was_held(period: Period, now: datetime) -> ColumnElement[bool]:
    return and_(
        Discussion.status != DiscussionStatus.CANCELLED,
        Discussion.starts_at <= now,
        _within(Discussion.starts_at, period),
    )


def _enrolled(period: Period, *columns: Any) -> Select[Any]:
    """`columns` over the officials' enrolments made in the period."""
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(Account, Account.id == Enrolment.account_id)
        .where(_IS_OFFICIAL, _within(Enrolment.enrolled_at, period))
    )


def _trained(period: Period, *columns: Any) -> Select[Any]:
    """`columns` over the officials' completions dated in the period."""
    return (
        select(*columns)
        .select_from(Completion)
        .join(Enrolment, Enrolment.id == Completion.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(_IS_OFFICIAL, _within(Completion.completed_at, period))
    )


def _delivered_runs(session: Session, period: Period) -> dict[int, tuple[str, list[str]]]:
    """Code and languages of each run that ended in the period and that an official completed."""
    completed = exists(
        select(Completion.id)
        .join(Enrolment, Enrolment.id == Completion.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(_IS_OFFICIAL, Enrolment.run_id == CourseRun.id)
    )
    found = session.execute(
        select(CourseRun.id, CourseRun.code, CourseRun.languages)
        .where(CourseRun.ends_on.between(period.since, period.until), completed)
        .order_by(CourseRun.code)
    )
    return {run_id: (code, languages) for run_id, code, languages in found}


def _languages_of_discussions(session: Session, period: Period, now: datetime) -> list[list[str]]:
    """The languages of each discussion held."""
    return list(
        session.scalars(
            select(Discussion.languages)
            .where(_was_held(period, now))
            .order_by(Discussion.starts_at, Discussion.id)
        )
    )


def _persons_by(
    session: Session, period: Period, column: InstrumentedAttribute[Any]
) -> dict[str, int]:
    """Practitioners trained for each value of a column of the enrolment."""
    found = session.execute(_trained(period, column, _PERSONS).group_by(column).order_by(column))
    return {str(key): persons for key, persons in found}


def _by_country(session: Session, period: Period) -> tuple[Row, ...]:
    column = Enrolment.country
    enrolled = session.execute(
        _enrolled(period, column, func.count(Enrolment.id)).group_by(column).order_by(column)
    )
    enrolments: dict[str, int] = {row[0]: row[1] for row in enrolled}
    trained = session.execute(
        _trained(period, column, func.count(Completion.id), _PERSONS)
        .group_by(column)
        .order_by(column)
    )
    completions: dict[str, tuple[int, int]] = {
        key: (number, persons) for key, number, persons in trained
    }
    return tuple(
        Row(key, enrolments.get(key, 0), *completions.get(key, (0, 0)))
        for key in sorted(enrolments.keys() | completions.keys())
    )


def _by_course(
    session: Session, period: Period, delivered: dict[int, tuple[str, list[str]]]
) -> tuple[Row, ...]:
    """Runs with an enrolment or a completion in the period, and those delivered in it."""
    column = Enrolment.run_id
    enrolled = session.execute(
        _enrolled(period, column, func.count(Enrolment.id)).group_by(column).order_by(column)
    )
    enrolments: dict[int, int] = {row[0]: row[1] for row in enrolled}
    countries = func.count(Enrolment.country.distinct())
    trained = session.execute(
        _trained(period, column, func.count(Completion.id), _PERSONS, countries)
        .group_by(column)
        .order_by(column)
    )
    completions: dict[int, tuple[int, int, int]] = {
        key: (number, persons, places) for key, number, persons, places in trained
    }
    wanted = enrolments.keys() | completions.keys()
    runs = dict(delivered)
    for run_id, code, languages in session.execute(
        select(CourseRun.id, CourseRun.code, CourseRun.languages)
        .where(CourseRun.id.in_(sorted(wanted - runs.keys())))
        .order_by(CourseRun.code)
    ):
        runs[run_id] = (code, languages)
    return tuple(
        Row(code, enrolments.get(run_id, 0), *completions.get(run_id, (0, 0, 0)), tuple(languages))
        for run_id, (code, languages) in sorted(runs.items(), key=lambda item: item[1][0])
    )
