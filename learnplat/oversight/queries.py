"""What is asked of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from learnplat.audit import AuditEntry
from learnplat.people.models import Account


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `actor_name` is None when the account is gone, or the act came from a terminal."""

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
    actor_name: str | None


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
    query = select(
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
        Account.name,
    ).outerjoin(Account, Account.id == AuditEntry.actor_id)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if account_id is not None:
        is_subject = and_(AuditEntry.subject_kind == "account", AuditEntry.subject_id == account_id)
        query = query.where(or_(AuditEntry.actor_id == account_id, is_subject))
    if newer_than is not None:
        query = query.where(AuditEntry.number > newer_than).order_by(AuditEntry.number)
        return [Entry(*row) for row in session.execute(query.limit(limit))][::-1]
    if older_than is not None:
        query = query.where(AuditEntry.number < older_than)
    query = query.order_by(AuditEntry.number.desc()).limit(limit)
    return [Entry(*row) for row in session.execute(query)]
