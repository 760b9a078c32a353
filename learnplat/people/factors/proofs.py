"""Proving a second factor: challenges and codes that count once, and signing in that is half done.

Nothing here raises for a wrong proof: that it was tried is kept, so the door refuses after the commit.
"""

import enum
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.people.factors import queries, rules
from learnplat.people.factors.actions import tell
from learnplat.people.factors.models import (
    Authenticator,
    Challenge,
    HalfSignIn,
    Passkey,
    Purpose,
    RecoveryCode,
    SecondFactor,
)
from learnplat.people.factors.sealing import Sealer
from learnplat.people.models import Account
from learnplat.people.rules import digest_of

SWEPT_AT_ONCE = 200


class Tried(enum.Enum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    PAUSED = "paused"  # it was not looked at


def begin_half(
    session: Session, *, account_id: int, session_epoch: int, key: str, now: datetime
) -> None:
    """Keep that a password was right, until the second factor comes or ten minutes have passed."""
    _sweep(session, HalfSignIn, now)
    session.add(
        HalfSignIn(
            account_id=account_id,
            key_digest=digest_of(key),
            session_epoch=session_epoch,
            expires_at=now + rules.HALF_LIFETIME,
        )
    )


def end_half(session: Session, *, key: str, now: datetime) -> bool:
    """Use up a half sign-in; of two who do so at once one is told that it is gone."""
    ended = session.execute(
        delete(HalfSignIn)
        .where(HalfSignIn.key_digest == digest_of(key), HalfSignIn.expires_at > now)
        .returning(HalfSignIn.id)
    ).scalar_one_or_none()
    return ended is not None


def ask(
    session: Session,
    *,
    challenge: str,
    browser: str,
    purpose: Purpose,
    account_id: int | None,
    now: datetime,
) -> None:
    """Keep a challenge for the browser that will answer it, in the place of one before."""
    _sweep(session, Challenge, now)
    session.add(
        Challenge(
            digest=digest_of(challenge),
            browser_digest=digest_of(browser),
            purpose=purpose,
            account_id=account_id,
            expires_at=now + rules.CHALLENGE_LIFETIME,
        )
    )


def take_challenge(
    session: Session,
    *,
    challenge: str,
    browser: str,
    purpose: Purpose,
    account_id: int | None,
    now: datetime,
) -> bool:
    """Use up a challenge: whether it was asked of this browser, for this, and is not too old."""
    owner = (
        Challenge.account_id.is_(None) if account_id is None else Challenge.account_id == account_id
    )
    taken = session.execute(
        delete(Challenge)
        .where(
            Challenge.digest == digest_of(challenge),
            Challenge.browser_digest == digest_of(browser),
            Challenge.purpose == purpose,
            Challenge.expires_at > now,
            owner,
        )
        .returning(Challenge.id)
    ).scalar_one_or_none()
    return taken is not None


def use_passkey(
    session: Session, *, passkey_id: int, seen: int, sign_count: int, now: datetime
) -> bool:
    """Note that a passkey has signed; False when it is gone or has signed something else meanwhile.

    The pause of codes ends with it: whoever has the passkey is the person.
    """
    account_id = session.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id, Passkey.sign_count == seen)
        .values(sign_count=sign_count, used_at=now)
        .returning(Passkey.account_id)
    ).scalar_one_or_none()
    if account_id is None:
        return False
    _count_anew(session, account_id)
    return True


def try_code(
    session: Session,
    *,
    account_id: int,
    code: str,
    recovery_digest: str | None,
    sealer: Sealer,
    now: datetime,
) -> Tried:
    """Try a tidied code of an app, or a recovery code by its slow digest.

    Tries of one account come one after the other. After ten wrong ones codes of the app rest; a
    recovery code is too long to be guessed, and is looked at all the same.
    """
    if recovery_digest is not None:
        is_right = _use_recovery_code(session, account_id, recovery_digest, now)
        return _counted(session, account_id, now, is_right=is_right)
    is_open = or_(SecondFactor.paused_until.is_(None), SecondFactor.paused_until <= now)
    # Before the code is looked at, so that tries at the same moment wait here for each other.
    wrong = session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id, is_open)
        .values(paused_until=None)
        .returning(SecondFactor.wrong_codes)
    ).scalar_one_or_none()
    if wrong is None:
        return Tried.PAUSED
    return _counted(
        session, account_id, now, is_right=_use_app(session, account_id, code, sealer, now)
    )


def _use_app(session: Session, account_id: int, code: str, sealer: Sealer, now: datetime) -> bool:
    app = queries.factors_of(session, account_id).app
    secret = sealer.opened(app.secret) if app and app.secret else None
    if app is None or app.secret is None or secret is None or not rules.is_app_code(code):
        return False
    step = rules.step_of(secret, code, now=now, after=app.last_step)
    if step is None:
        return False
    used = session.execute(
        update(Authenticator)
        .where(Authenticator.id == app.id, Authenticator.last_step < step)
        .values(last_step=step, used_at=now, secret=sealer.renewed(app.secret))
        .returning(Authenticator.id)
    ).scalar_one_or_none()
    return used is not None


def _use_recovery_code(session: Session, account_id: int, digest: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == digest,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).scalar_one_or_none()
    if used is None:
        return False
    left = queries.factors_of(session, account_id).codes_left
    number = audit.record_own(session, account_id=account_id, action="recovery_code_used", now=now)
    tell(session, session.get_one(Account, account_id), "code_used", number, now, left)
    return True


def _counted(session: Session, account_id: int, now: datetime, *, is_right: bool) -> Tried:
    if is_right:
        _count_anew(session, account_id)
        return Tried.RIGHT
    wrong = session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id)
        .values(wrong_codes=SecondFactor.wrong_codes + 1)
        .returning(SecondFactor.wrong_codes)
    ).scalar_one_or_none()
    pause = rules.pause_after(wrong or 0)
    if pause:
        session.execute(
            update(SecondFactor)
            .where(SecondFactor.account_id == account_id)
            .values(paused_until=now + pause)
        )
    return Tried.WRONG


def _count_anew(session: Session, account_id: int) -> None:
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id)
        .values(wrong_codes=0, paused_until=None)
    )


def _sweep(session: Session, kind: type[Challenge] | type[HalfSignIn], now: datetime) -> None:
    """Remove what has expired, some at a time."""
    spent = (
        select(kind.id)
        .where(kind.expires_at <= now)
        .order_by(kind.id)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(kind).where(kind.id.in_(session.scalars(spent).all())),
        execution_options={"synchronize_session": False},
    )
