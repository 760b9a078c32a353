"""What is asked of the audit log."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from learnplat.audit import AuditEntry
from learnplat.people.models import Account


@dataclass(frozen=True, slots=True)
class Act:
    """One act as its entry says it."""

    number: int
    at: datetime
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None
    reason: str | None
    facts: dict[str, Any]
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Entry(Act):
    """One act. `actor_name` is None when the account is gone, or the act came from a terminal."""

    actor_name: str | None


_ACT = (
    AuditEntry.number,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.action,
    AuditEntry.subject_kind,
    AuditEntry.subject_id,
    AuditEntry.reason,
    AuditEntry.facts,
    AuditEntry.previous,
    AuditEntry.digest,
)


def _about(query: Select[Any], action: str | None, account_id: int | None) -> Select[Any]:
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if account_id is not None:
        is_subject = and_(AuditEntry.subject_kind == "account", AuditEntry.subject_id == account_id)
        query = query.where(or_(AuditEntry.actor_id == account_id, is_subject))
    return query


def entries(
    session: Session,
    *,
    action: str | None = None,
    account_id: int | None = None,
    older_than: int | None = None,
    newer_than: int | None = None,
    limit: int,
) -> list[Entry]:
    """Acts, the newest first; `account_id` is of whoever acted or was acted upon."""
    query = select(*_ACT, Account.name).outerjoin(Account, Account.id == AuditEntry.actor_id)
    query = _about(query, action, account_id)
    if newer_than is not None:
        query = query.where(AuditEntry.number > newer_than).order_by(AuditEntry.number)
        return [Entry(*row) for row in session.execute(query.limit(limit))][::-1]
    if older_than is not None:
        query = query.where(AuditEntry.number < older_than)
    query = query.order_by(AuditEntry.number.desc()).limit(limit)
    return [Entry(*row) for row in session.execute(query)]


def entries_since(session: Session, actions: Collection[str], since: datetime) -> list[Entry]:
    """The acts of some kinds since a moment, the oldest first."""
    query = (
        select(*_ACT, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(AuditEntry.action.in_(actions), AuditEntry.at > since)
        .order_by(AuditEntry.number)
    )
    return [Entry(*row) for row in session.execute(query)]


def _of_period(
    query: Select[Any],
    begins_at: datetime,
    ends_at: datetime,
    action: str | None,
    account_id: int | None,
) -> Select[Any]:
    query = query.where(AuditEntry.at >= begins_at, AuditEntry.at < ends_at)
    return _about(query, action, account_id)


def count_of_period(
    session: Session,
    *,
    begins_at: datetime,
    ends_at: datetime,
    action: str | None = None,
    account_id: int | None = None,
) -> int:
    query = select(func.count()).select_from(AuditEntry)
    return session.scalar(_of_period(query, begins_at, ends_at, action, account_id)) or 0


def entries_of_period(
    session: Session,
    *,
    begins_at: datetime,
    ends_at: datetime,
    action: str | None = None,
    account_id: int | None = None,
) -> Iterator[Act]:
    """The acts of a period as they were written, the oldest first, any number of them."""
    query = select(*_ACT).order_by(AuditEntry.number)
    query = _of_period(query, begins_at, ends_at, action, account_id)
    rows = session.execute(query, execution_options={"stream_results": True, "yield_per": 500})
    for row in rows:
        yield Act(*row)


def readings_since(session: Session, account_id: int, since: datetime) -> list[dict[str, Any]]:
    """What the person asked of the log since a moment, as its entries say."""
    query = (
        select(AuditEntry.facts)
        .where(
            AuditEntry.actor_id == account_id,
            AuditEntry.action == "audit_read",
            AuditEntry.at > since,
        )
        .order_by(AuditEntry.number.desc())
    )
    return list(session.scalars(query))
