"""What is known of discussions: the schedule, one of them, who holds a seat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from learnplat.core.countries import countries, part_of_world
from learnplat.core.languages import Language
from learnplat.discussions.models import Discussion, Registration
from learnplat.discussions.participants import Identity
from learnplat.discussions.rules import MAX_MINUTES, Phase, phase
from learnplat.people.models import Account, ShownAs, Standing

# Beyond this no database has a key; an address may still hold such a number.
_LARGEST_ID = 2**31 - 1
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Registrant:
    """Someone who holds a seat, as a letter needs to know them."""

    account_id: int
    email: str
    language: Language
    zone: str


@dataclass(frozen=True, slots=True)
class CalendarOwner:
    account_id: int
    language: Language


def _whole() -> Select[Discussion]:
    return select(Discussion).options(
        selectinload(Discussion.texts), selectinload(Discussion.experts)
    )


def _is_held_in(language: Language) -> ColumnElement[bool]:
    # Both databases keep the list as the text that was written: ["ar", "fr"].
    return cast(Discussion.languages, String).like(f'%"{language.value}"%')


def _one(discussion_id: int, among: Collection[str] | None) -> Select[Discussion]:
    """`among` names courses: a discussion of none of them is as if it were missing."""
    query = _whole().where(Discussion.id == discussion_id)
    return query if among is None else query.where(Discussion.course_key.in_(among))


def discussion_by_id(
    session: Session, discussion_id: int, *, among: Collection[str] | None = None
) -> Discussion | None:
    if discussion_id > _LARGEST_ID:
        return None
    return session.scalar(_one(discussion_id, among))


def locked_discussion(
    session: Session, discussion_id: int, *, among: Collection[str] | None = None
) -> Discussion | None:
    """The discussion as it is now; nobody else changes it before this transaction ends."""
    if discussion_id > _LARGEST_ID:
        return None
    return session.scalar(
        _one(discussion_id, among)
        .with_for_update(of=Discussion)
        .execution_options(populate_existing=True)
    )


def coming_discussions(
    session: Session,
    now: datetime,
    *,
    language: Language | None = None,
    after: Place | None = None,
    limit: int = 20,
) -> Sequence[Discussion]:
    """Those that have not started, the next first; cancelled ones are among them."""
    query = _whole().where(Discussion.starts_at > now)
    if language is not None:
        query = query.where(_is_held_in(language))
    if after is not None:
        starts_at, discussion_id = after
        query = query.where(
            or_(
                Discussion.starts_at > starts_at,
                and_(Discussion.starts_at == starts_at, Discussion.id > discussion_id),
            )
        )
    return session.scalars(query.order_by(Discussion.starts_at, Discussion.id).limit(limit)).all()


def past_discussions(
    session: Session,
    now: datetime,
    *,
    language: Language | None = None,
    before: Place | None = None,
    limit: int = 20,
) -> Sequence[Discussion]:
    """Those that have started, the last first."""
    query = _whole().where(Discussion.starts_at <= now)
    if language is not None:
        query = query.where(_is_held_in(language))
    if before is not None:
        starts_at, discussion_id = before
        query = query.where(
            or_(
                Discussion.starts_at < starts_at,
                and_(Discussion.starts_at == starts_at, Discussion.id < discussion_id),
            )
        )
    return session.scalars(
        query.order_by(Discussion.starts_at.desc(), Discussion.id.desc()).limit(limit)
    ).all()


def running_discussions(
    session: Session, now: datetime, *, language: Language | None = None
) -> list[Discussion]:
    """Those that have started and not ended."""
    query = _whole().where(
        Discussion.starts_at <= now,
        Discussion.starts_at > now - timedelta(minutes=MAX_MINUTES),
        Discussion.cancelled_at.is_(None),
    )
    if language is not None:
        query = query.where(_is_held_in(language))
    started = session.scalars(query.order_by(Discussion.starts_at, Discussion.id))
    return [
        found
        for found in started
        if phase(found.starts_at, found.minutes, is_cancelled=False, now=now) is Phase.RUNNING
    ]


def registration_of(session: Session, discussion_id: int, account_id: int) -> Registration | None:
    return session.scalar(
        select(Registration).where(
            Registration.discussion_id == discussion_id, Registration.account_id == account_id
        )
    )


def seats_held(session: Session, account_id: int, among: Collection[int]) -> frozenset[int]:
    """Of the discussions named, those in which the person holds a seat."""
    if not among:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Registration.discussion_id).where(
                Registration.account_id == account_id,
                Registration.withdrawn_at.is_(None),
                Registration.discussion_id.in_(among),
            )
        )
    )


def registrants(session: Session, discussion_id: int) -> list[Registrant]:
    """Who holds a seat and has an address, in the order of registration."""
    rows = session.execute(
        select(Account.id, Account.email, Account.language, Account.zone)
        .join(Registration, Registration.account_id == Account.id)
        .where(
            Registration.discussion_id == discussion_id,
            Registration.withdrawn_at.is_(None),
            Account.email.is_not(None),
        )
        .order_by(Registration.id)
    )
    return [Registrant(row.id, row.email, row.language, row.zone) for row in rows]


def registrant(session: Session, account_id: int) -> Registrant | None:
    """The person as a letter needs to know them; None without an address."""
    row = session.execute(
        select(Account.id, Account.email, Account.language, Account.zone).where(
            Account.id == account_id, Account.email.is_not(None)
        )
    ).one_or_none()
    return Registrant(row.id, row.email, row.language, row.zone) if row else None


def discussions_of_person(session: Session, account_id: int) -> Sequence[Discussion]:
    """Every discussion in which the person holds a seat, cancelled ones too."""
    return session.scalars(
        _whole()
        .join(Registration, Registration.discussion_id == Discussion.id)
        .where(Registration.account_id == account_id, Registration.withdrawn_at.is_(None))
        .order_by(Discussion.starts_at, Discussion.id)
    ).all()


def calendar_token_of(session: Session, account_id: int) -> str:
    return session.scalars(select(Account.calendar_token).where(Account.id == account_id)).one()


def calendar_owner(session: Session, token: str) -> CalendarOwner | None:
    """Whose calendar the secret address is, while they are let in."""
    row = session.execute(
        select(Account.id, Account.language).where(
            Account.calendar_token == token, Account.standing == Standing.ADMITTED
        )
    ).one_or_none()
    return CalendarOwner(row.id, row.language) if row else None


def identities(session: Session, discussion_id: int) -> list[Identity]:
    """How those who hold a seat choose to be seen; nothing else of them."""
    rows = session.execute(
        select(
            Registration.shown_as,
            Account.name,
            Account.handle,
            Account.profession,
            Account.country,
        )
        .join(Account, Account.id == Registration.account_id)
        .where(
            Registration.discussion_id == discussion_id,
            Registration.withdrawn_at.is_(None),
            Account.standing == Standing.ADMITTED,
        )
        .order_by(Account.profession, Account.name, Account.id)
    )
    return [Identity(*row) for row in rows]


def own_identity(session: Session, account_id: int) -> Identity:
    """How a person is seen where nothing else was chosen."""
    row = session.execute(
        select(
            Account.shown_as, Account.name, Account.handle, Account.profession, Account.country
        ).where(Account.id == account_id)
    ).one()
    return Identity(*row)


def others_of_office(
    session: Session, discussion_id: int, account_id: int, profession: str, part: str
) -> int:
    """How many others with a seat are seen by this profession in this part of the world."""
    same_part = [code for code in countries() if part_of_world(code) == part]
    is_by_office = or_(
        Registration.shown_as == ShownAs.OFFICE,
        and_(Registration.shown_as == ShownAs.HANDLE, Account.handle.is_(None)),
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Registration)
            .join(Account, Account.id == Registration.account_id)
            .where(
                Registration.discussion_id == discussion_id,
                Registration.withdrawn_at.is_(None),
                Registration.account_id != account_id,
                Account.standing == Standing.ADMITTED,
                Account.profession == profession,
                Account.country.in_(same_part),
                is_by_office,
            )
        )
        or 0
    )
