"""What is asked of accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from learnplat.core.actors import Role
from learnplat.core.text import tidy_line
from learnplat.people.models import Account, ApiToken, PasswordReset, RoleGrant, SignIn, Standing

_ADMINS = 7_221_936  # any number, the same in every process


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is compared with, and the epoch that a session opened now belongs to."""

    account_id: int
    password_hash: str | None
    session_epoch: int


def credentials_of_address(session: Session, key: str) -> Credentials | None:
    """By the unique form of an address (`core.text.email_key`)."""
    return _credentials(session, Account.email_key == key)


def credentials_of(session: Session, account_id: int) -> Credentials | None:
    return _credentials(session, Account.id == account_id)


def _credentials(session: Session, condition: ColumnElement[bool]) -> Credentials | None:
    row = session.execute(
        select(Account.id, Account.password_hash, Account.session_epoch).where(condition)
    ).one_or_none()
    return Credentials(*row) if row else None


def address_of(session: Session, account_id: int) -> str | None:
    return session.scalar(select(Account.email).where(Account.id == account_id))


def account_of_address(session: Session, key: str) -> Account | None:
    """The account that an address opens; an applicant's opens nothing yet."""
    return session.scalar(
        select(Account).where(Account.email_key == key, Account.standing == Standing.ADMITTED)
    )


def account_with_roles(
    session: Session,
    account_id: int,
    *,
    is_held: bool = False,
    countries: Collection[str] | None = None,
) -> Account | None:
    """An account and its roles; `is_held` keeps others from changing it until the transaction ends.

    One of none of the `countries`, where any are named, is as if it were missing.
    """
    query = select(Account).where(Account.id == account_id).options(selectinload(Account.grants))
    if countries is not None:
        query = query.where(Account.country.in_(countries))
    if is_held:
        # Others may go on naming the account in rows of theirs: only its own values are held.
        query = query.with_for_update(of=Account, key_share=True)
        query = query.execution_options(populate_existing=True)  # as it is after the wait
    return session.scalar(query)


def account_of_link(session: Session, digest: str, now: datetime) -> Account | None:
    """Whose link this is, when it is neither used nor too old."""
    return session.scalar(
        select(Account)
        .join(PasswordReset, PasswordReset.account_id == Account.id)
        .where(
            PasswordReset.token_digest == digest,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
            Account.standing == Standing.ADMITTED,
            Account.standing == Standing.ADMITTED,
        )
    )


def live_token(session: Session, account_id: int, digest: str) -> ApiToken | None:
    return session.scalar(
        select(ApiToken).where(
            ApiToken.account_id == account_id,
            ApiToken.token_digest == digest,
            ApiToken.revoked_at.is_(None),
        )
    )


def open_sessions(
    session: Session, account_id: int, *, now: datetime, idle: timedelta
) -> list[SignIn]:
    """The sessions of an account that open a page now, the latest used first."""
    return list(
        session.scalars(
            select(SignIn)
            .join(Account)
            .where(
                SignIn.account_id == account_id,
                SignIn.session_epoch == Account.session_epoch,
                SignIn.expires_at > now,
                SignIn.seen_at > now - idle,
            )
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        )
    )


def live_tokens(session: Session, account_id: int, *, now: datetime, limit: int) -> list[ApiToken]:
    """The tokens of an account that are valid now, the latest issued first."""
    return list(
        session.scalars(
            select(ApiToken)
            .join(Account)
            .where(
                ApiToken.account_id == account_id,
                ApiToken.session_epoch == Account.session_epoch,
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > now,
            )
            .order_by(ApiToken.id.desc())
            .limit(limit)
        )
    )


def wait_for_admins(session: Session) -> None:
    """Be the one transaction that acts as an administrator or takes one away, until it ends.

    Rows alone do not give such acts an order: one that was changed while somebody waited for it stays
    locked, and is no longer among those that they asked for.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer at a time already.
        session.execute(select(func.pg_advisory_xact_lock(_ADMINS)))


def admin_grants(session: Session) -> list[RoleGrant]:
    """Every admin grant of an account that can sign in, held until the transaction ends."""
    return list(
        session.scalars(
            select(RoleGrant)
            .join(Account)
            .where(
                RoleGrant.role == Role.ADMIN,
                Account.email_key.is_not(None),
                Account.standing == Standing.ADMITTED,
            )
            .order_by(RoleGrant.id)
            # With the accounts: whoever waits here learns that one of them was suspended meanwhile.
            .with_for_update(of=(RoleGrant, Account), key_share=True)
        )
    )


def people(
    session: Session,
    *,
    words: str = "",
    role: Role | None = None,
    older_than: int | None = None,
    newer_than: int | None = None,
    limit: int,
) -> list[Account]:
    """Accounts with their roles, the newest first; every word is in a name or in the address."""
    query = select(Account).options(selectinload(Account.grants))
    for word in tidy_line(words).split():
        query = query.where(_has(word))
    if role is not None:
        query = query.where(Account.grants.any(RoleGrant.role == role))
    if newer_than is not None:
        query = query.where(Account.id > newer_than).order_by(Account.id)
        return list(session.scalars(query.limit(limit)))[::-1]
    if older_than is not None:
        query = query.where(Account.id < older_than)
    return list(session.scalars(query.order_by(Account.id.desc()).limit(limit)))


def _has(word: str) -> ColumnElement[bool]:
    # SQLite folds the case of ASCII only, so the spellings that people type are named.
    spellings = sorted({word, word.lower(), word.upper(), word.title()})
    return or_(
        *(
            column.icontains(spelling, autoescape=True)
            for column in (Account.name, Account.name_latin, Account.email)
            for spelling in spellings
        )
    )
