"""What becomes of a browser's session: opened at sign-in, kept alive by use, ended by its owner."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.refusals import NotFound, NotSignedIn
from learnplat.people import rules
from learnplat.people.factors.queries import has_factor
from learnplat.people.models import Account, ApiToken, SignIn

SWEPT_AT_ONCE = 200


def open_session(
    session: Session,
    *,
    account_id: int,
    session_epoch: int,
    key: str,
    device: str,
    replaced: str | None = None,
    confirmed_at: datetime | None = None,
    with_factor: bool = False,
    now: datetime,
) -> int:
    """Keep a new session under the digest of its key; gives its number.

    `replaced` is the key that the browser had until now: nobody goes on under it. `session_epoch` is
    that of the password which opened the door; when it has been changed since, nothing is open.
    `confirmed_at` is when the person proved with everything they have that it is they. Whoever has a
    second factor comes in `with_factor` or not at all, whichever door it was.
    """
    if not with_factor and has_factor(session, account_id):
        raise NotSignedIn("second_factor_needed")
    if replaced is not None:
        session.execute(delete(SignIn).where(SignIn.key_digest == rules.digest_of(replaced)))
    _sweep(session, account_id, now)
    opened = SignIn(
        account_id=account_id,
        key_digest=rules.digest_of(key),
        session_epoch=session_epoch,
        device=device,
        opened_at=now,
        seen_at=now,
        expires_at=now + rules.SESSION_LIFETIME,
        confirmed_at=confirmed_at,
        with_factor=with_factor,
    )
    session.add(opened)
    session.flush()
    return opened.id


def _sweep(session: Session, account_id: int, now: datetime) -> None:
    """Remove what has expired, some at a time, and what is too much of this account, oldest first."""
    spent = (
        select(SignIn.id)
        .where(SignIn.expires_at <= now)
        .order_by(SignIn.id)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    kept = (
        select(SignIn.id)
        .where(SignIn.account_id == account_id)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        .limit(rules.SESSIONS_AT_ONCE - 1)
    )
    session.execute(
        delete(SignIn).where(SignIn.id.in_(session.scalars(spent).all())),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(SignIn).where(SignIn.account_id == account_id, SignIn.id.not_in(kept)),
        execution_options={"synchronize_session": False},
    )


def keep_alive(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Say that the session was used; of many requests at once the first one does."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.seen_at < now - rules.SEEN_EVERY)
        .values(seen_at=now)
    )


def close_session(session: Session, *, key: str) -> None:
    """Sign out: the session of this key is no more, if it was."""
    session.execute(delete(SignIn).where(SignIn.key_digest == rules.digest_of(key)))


def end_session(session: Session, *, actor: Actor, sign_in_id: int) -> None:
    """End one of one's own sessions. Another person's is like a missing one."""
    ended = session.execute(
        delete(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.account_id == actor.account_id)
        .returning(SignIn.id)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound()


def end_other_sessions(session: Session, *, actor: Actor, kept: int | None) -> None:
    """End all of one's own sessions but the one that is `kept`."""
    others = SignIn.account_id == actor.account_id
    if kept is not None:
        others &= SignIn.id != kept
    session.execute(delete(SignIn).where(others))


def end_all_sessions(session: Session, account: Account) -> int:
    """End every session and every token of an account; gives the epoch of what is opened next.

    The epoch ends even a session that is being opened at this moment.
    """
    account.session_epoch = account.session_epoch + 1
    session.execute(delete(SignIn).where(SignIn.account_id == account.id))
    session.flush()
    return account.session_epoch


def revoke_listed_token(session: Session, *, actor: Actor, token_id: int, now: datetime) -> None:
    """End one of one's own tokens by its number. Another person's is like a missing one."""
    ended = session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.account_id == actor.account_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiToken.id)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound()
    audit.record_own(
        session, account_id=actor.account_id, action="token_revoked", now=now, token_number=token_id
    )
