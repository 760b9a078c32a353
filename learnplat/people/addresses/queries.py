"""What is asked of changes of address, and of wishes for a new password."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from learnplat.people.addresses.models import AddressChange, ResetWish
from learnplat.people.models import Account, PasswordReset, Standing


def changes_by(session: Session, account_id: int, since: datetime) -> list[datetime]:
    """When an account asked for changes, the first asked first."""
    return list(
        session.scalars(
            select(AddressChange.asked_at)
            .where(AddressChange.account_id == account_id, AddressChange.asked_at > since)
            .order_by(AddressChange.asked_at, AddressChange.id)
        )
    )


def changes_to(session: Session, email_key: str, since: datetime) -> int:
    """How many changes to an address have been asked for, by anybody."""
    return (
        session.scalar(
            select(func.count())
            .select_from(AddressChange)
            .where(AddressChange.email_key == email_key, AddressChange.asked_at > since)
        )
        or 0
    )


def holder_of(session: Session, email_key: str) -> Account | None:
    """Whose address it is, wherever they stand on their way in or out."""
    return session.scalar(select(Account).where(Account.email_key == email_key))


def change_of_link(session: Session, digest: str, now: datetime) -> AddressChange | None:
    """The change that a link proves, while it holds."""
    return session.scalar(
        select(AddressChange)
        .join(Account, Account.id == AddressChange.account_id)
        .where(
            AddressChange.token_digest == digest,
            AddressChange.ended_at.is_(None),
            AddressChange.expires_at > now,
            AddressChange.session_epoch == Account.session_epoch,
            Account.standing == Standing.ADMITTED,
        )
    )


def has_wishes(session: Session, spent_before: datetime) -> bool:
    """Whether a wish waits, or is old enough to go."""
    found = session.scalar(
        select(ResetWish.id)
        .where(or_(ResetWish.settled_at.is_(None), ResetWish.asked_at < spent_before))
        .limit(1)
    )
    return found is not None


def wishes_waiting(session: Session, limit: int) -> list[ResetWish]:
    """Wishes that nobody has answered, the first asked first; another postman's are left to it."""
    return list(
        session.scalars(
            select(ResetWish)
            .where(ResetWish.settled_at.is_(None))
            .order_by(ResetWish.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def letters_of_peer(session: Session, peer_mark: str, since: datetime) -> int:
    """How many letters the wishes of a peer have led to."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ResetWish)
            .where(
                ResetWish.peer_mark == peer_mark,
                ResetWish.asked_at > since,
                ResetWish.has_letter.is_(True),
            )
        )
        or 0
    )


def admitted_of_address(session: Session, email_key: str) -> Account | None:
    """Whose address it is, when they may sign in; held until the transaction ends."""
    return session.scalar(
        select(Account)
        .where(Account.email_key == email_key, Account.standing == Standing.ADMITTED)
        .with_for_update(key_share=True)
    )


def resets_since(session: Session, account_id: int, since: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(PasswordReset)
            .where(PasswordReset.account_id == account_id, PasswordReset.asked_at > since)
        )
        or 0
    )
