"""Whose a row is, as the inventory says, and what is due to be removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table, and_, false, func, or_, select
from sqlalchemy.orm import Session

from learnplat.admission.models import Admission, AdmissionState
from learnplat.core.actors import Role
from learnplat.discussions.models import Discussion, Registration
from learnplat.learning.models import Enrolment, EnrolmentStatus
from learnplat.orm import Base
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account, Institution, InstitutionState, RoleGrant, Standing
from learnplat.privacy import rules
from learnplat.privacy.models import Erasure
from learnplat.privacy.rules import Inventory, TableEntry

METADATA: MetaData = Base.metadata


def account_row(session: Session, account_id: int, *, is_held: bool = False) -> Any | None:
    """The whole row of an account; `is_held` keeps others from changing it until the end."""
    table = METADATA.tables["account"]
    query = select(table).where(table.c.id == account_id)
    if is_held:
        query = query.with_for_update(key_share=True)
    return session.execute(query).one_or_none()


def is_whose(table: Table, ways: Sequence[str], account: Any) -> ColumnElement[bool]:
    """The condition on rows of `table` by which they are the account's."""
    return or_(false(), *(_way(table, way, account) for way in ways))


def _way(table: Table, way: str, account: Any) -> ColumnElement[bool]:
    if "=" in way:
        name, _, other = way.partition("=")
        value = getattr(account, other)
        same: ColumnElement[bool] = table.c[name] == value
        return false() if value is None else same
    first, _, rest = way.partition(".")
    column: Column[Any] = table.c[first]
    if not rest:
        is_own: ColumnElement[bool] = column == account.id
        return is_own
    [key] = column.foreign_keys
    return column.in_(select(key.column).where(_way(key.column.table, rest, account)))


def rows_of(session: Session, entry: TableEntry, account: Any) -> list[Mapping[str, Any]]:
    """The account's rows of a table, the oldest first."""
    table = METADATA.tables[entry.name]
    query = select(table).where(is_whose(table, entry.whose, account)).order_by(*table.primary_key)
    return [dict(row._mapping) for row in session.execute(query)]


def shown_for(
    session: Session, table: str, column: str, shows: str, numbers: set[Any]
) -> dict[Any, Any]:
    """For each number in a foreign key, the value of `shows` in the row that it names."""
    [key] = METADATA.tables[table].c[column].foreign_keys
    there = key.column.table
    found = session.execute(
        select(key.column, there.c[shows])
        .where(key.column.in_(sorted(numbers)))
        .order_by(key.column)
    )
    return {key: value for key, value in found}  # noqa: C416  a row is no pair to mypy


def other_admins(session: Session, account_id: int) -> list[int]:
    """Accounts of other admins who can act, held until the transaction ends."""
    return list(
        session.scalars(
            select(RoleGrant.account_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(
                RoleGrant.role == Role.ADMIN,
                RoleGrant.account_id != account_id,
                Account.standing == Standing.ADMITTED,
                Account.email_key.is_not(None),
            )
            .order_by(RoleGrant.id)
            .with_for_update(of=RoleGrant)
        )
    )


def hold_admin_grants(session: Session) -> bool:
    """Hold every grant of an administrator: two who leave at once meet here."""
    grants = select(RoleGrant.id).where(RoleGrant.role == Role.ADMIN).order_by(RoleGrant.id)
    return bool(session.scalars(grants.with_for_update()).all())


def is_admin(session: Session, account_id: int) -> bool:
    found = select(func.count()).where(
        RoleGrant.account_id == account_id, RoleGrant.role == Role.ADMIN
    )
    return bool(session.scalar(found))


def active_enrolments(session: Session, account_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Enrolment.id)
            .where(Enrolment.account_id == account_id, Enrolment.status == EnrolmentStatus.ACTIVE)
            .order_by(Enrolment.id)
        )
    )


def coming_seats(session: Session, account_id: int, now: datetime) -> list[int]:
    """Discussions yet to come in which the person holds a seat."""
    return list(
        session.scalars(
            select(Registration.discussion_id)
            .join(Discussion, Discussion.id == Registration.discussion_id)
            .where(
                Registration.account_id == account_id,
                Registration.withdrawn_at.is_(None),
                Discussion.starts_at > now,
            )
            .order_by(Registration.discussion_id)
        )
    )


def waiting_letters(session: Session) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage).where(OutboxMessage.sent_at.is_(None)).order_by(OutboxMessage.id)
        )
    )


def kept_answers(session: Session) -> list[tuple[int, str]]:
    """Number and body of each kept answer; none is older than a day."""
    table = METADATA.tables["kept_answer"]
    found = session.execute(select(table.c.id, table.c.body).order_by(table.c.id))
    return [(number, body) for number, body in found]


def names_of_addresses(session: Session, addresses: set[str]) -> dict[str, set[str | None]]:
    """For each address of an account, the names that its holder has."""
    found = session.execute(
        select(Account.email, Account.name, Account.name_latin)
        .where(Account.email.in_(sorted(addresses)))
        .order_by(Account.id)
    )
    return {email: {name, latin} for email, name, latin in found if email}


def own_proposal(session: Session, account: Any) -> int | None:
    """The institution that only this person named and nobody has listed, or None."""
    number = account.institution_id
    if number is None:
        return None
    others = select(func.count()).where(Account.institution_id == number, Account.id != account.id)
    state = session.scalar(select(Institution.state).where(Institution.id == number))
    return number if state is not InstitutionState.LISTED and not session.scalar(others) else None


def erasures(session: Session) -> list[Erasure]:
    return list(session.scalars(select(Erasure).order_by(Erasure.id)))


def unswept(session: Session) -> list[Erasure]:
    return list(
        session.scalars(select(Erasure).where(Erasure.swept_at.is_(None)).order_by(Erasure.id))
    )


def is_due(inventory: Inventory, entry: TableEntry, now: datetime) -> ColumnElement[bool]:
    """The condition by which rows of a table have been kept for long enough."""
    table = METADATA.tables[entry.name]
    days = inventory.periods[entry.retention]
    assert days is not None
    before = now - timedelta(days=days)
    return or_(*(and_(table.c[name].is_not(None), table.c[name] <= before) for name in entry.due))


def count_due(session: Session, inventory: Inventory, entry: TableEntry, now: datetime) -> int:
    table = METADATA.tables[entry.name]
    due = is_due(inventory, entry, now)
    return session.scalar(select(func.count()).select_from(table).where(due)) or 0


def due_numbers(
    session: Session, inventory: Inventory, entry: TableEntry, now: datetime, most: int
) -> list[int]:
    """The first numbers of rows that are due."""
    table = METADATA.tables[entry.name]
    [number] = table.primary_key
    query = select(number).where(is_due(inventory, entry, now)).order_by(number).limit(most)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def unconfirmed_since(session: Session, now: datetime, most: int | None = None) -> list[int]:
    """Accounts whose address did not answer within the days that we wait for it."""
    return list(
        session.scalars(
            select(Admission.account_id)
            .join(Account, Account.id == Admission.account_id)
            .where(
                Admission.state == AdmissionState.UNCONFIRMED,
                Admission.applied_at <= now - rules.UNCONFIRMED_FOR,
                Account.standing == Standing.APPLICANT,
            )
            .order_by(Admission.id)
            .limit(most)
        )
    )


def declined_since(session: Session, now: datetime, most: int | None = None) -> list[int]:
    """Accounts of applicants who were declined, or went back, a year ago."""
    return list(
        session.scalars(
            select(Admission.account_id)
            .join(Account, Account.id == Admission.account_id)
            .where(
                Admission.state.in_([AdmissionState.DECLINED, AdmissionState.WITHDRAWN]),
                Admission.decided_at <= now - rules.DECLINED_FOR,
                Account.standing.in_([Standing.DECLINED, Standing.APPLICANT]),
            )
            .order_by(Admission.id)
            .limit(most)
        )
    )
