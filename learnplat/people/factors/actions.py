"""What people do with their second factors. Every change ends their sessions and is told by mail."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict, Invalid, NotFound
from learnplat.outbox import post
from learnplat.people.authority import as_of_now
from learnplat.people.factors import queries, rules
from learnplat.people.factors.models import Authenticator, Passkey, RecoveryCode, SecondFactor
from learnplat.people.factors.sealing import Sealer
from learnplat.people.institutional.actions import unlink_all
from learnplat.people.models import Account
from learnplat.people.sessions import end_all_sessions


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey whose registration was found right."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: str


@dataclass(frozen=True, slots=True)
class Added:
    """The epoch of what the person opens next, and whether this was their first factor."""

    epoch: int
    is_first: bool


def shared_row(session: Session, account_id: int) -> SecondFactor:
    """What the factors of a person share, made when there is none yet."""
    found = queries.shared_row(session, account_id)
    if found is None:
        _held(session, account_id)  # of two at once the second finds the row of the first
        found = queries.shared_row(session, account_id)
    if found is None:
        found = SecondFactor(account_id=account_id, handle=secrets.token_urlsafe(32))
        session.add(found)
        session.flush()
    return found


def offer(session: Session, *, account_id: int, now: datetime) -> bool:
    """Whether a person is led to the page that sets up a factor now: once, and noted."""
    shared = shared_row(session, account_id)
    if shared.offered_at is not None:
        return False
    shared.offered_at = now
    return True


def add_passkey(
    session: Session,
    *,
    actor: Actor,
    new: NewPasskey,
    name: str,
    code_digests: Sequence[str],
    now: datetime,
) -> Added:
    """Keep a passkey. `code_digests` are of the recovery codes that come with a first factor."""
    account = _held(session, actor.account_id)
    had = queries.factors_of(session, account.id)
    if len(had.passkeys) >= rules.MOST_PASSKEYS:
        raise Conflict("too_many_passkeys", most=rules.MOST_PASSKEYS)
    shared_row(session, account.id)
    session.add(
        Passkey(
            account_id=account.id,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            transports=new.transports,
            name=name,
            added_at=now,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("passkey_known") from error
    return _added(session, account, had, "passkey", code_digests, now)


def begin_app(session: Session, *, actor: Actor, sealer: Sealer, now: datetime) -> None:
    """Make a secret for an app. It counts once a code has shown that the app has it."""
    account = _held(session, actor.account_id)
    shared_row(session, account.id)
    app = queries.app_of(session, account.id)
    if app is None:
        app = Authenticator(account_id=account.id)
        session.add(app)
    app.pending_secret = sealer.seal(rules.new_secret())
    app.pending_at = now
    session.flush()


def pending_secret(session: Session, *, actor: Actor, sealer: Sealer, now: datetime) -> str:
    """The secret that is being set up. Raises `NotFound` when there is none, or no longer."""
    app = queries.app_of(session, actor.account_id)
    is_there = app and app.pending_secret and app.pending_at
    if not (app and is_there) or now - app.pending_at >= rules.PENDING_LIFETIME:  # type: ignore[operator]
        raise NotFound()
    secret = sealer.opened(app.pending_secret or "")
    if secret is None:
        raise NotFound()
    return secret


def confirm_app(
    session: Session,
    *,
    actor: Actor,
    code: str,
    code_digests: Sequence[str],
    sealer: Sealer,
    now: datetime,
) -> Added:
    """Take the app into use, in the place of one before, now that it shows the right code."""
    account = _held(session, actor.account_id)
    had = queries.factors_of(session, account.id)
    secret = pending_secret(session, actor=actor, sealer=sealer, now=now)
    step = rules.step_of(secret, rules.tidy_code(code), now=now, after=0)
    app = queries.app_of(session, account.id)
    if step is None or app is None:
        raise Invalid.field("code", "wrong_code")
    app.secret, app.last_step, app.confirmed_at, app.used_at = sealer.seal(secret), step, now, None
    app.pending_secret = app.pending_at = None
    return _added(session, account, had, "app", code_digests, now)


def rename_passkey(session: Session, *, actor: Actor, passkey_id: int, name: str) -> None:
    passkey = queries.passkey_of(session, actor.account_id, passkey_id)
    if passkey is None:
        raise NotFound()
    passkey.name = name


def remove_passkey(
    session: Session, *, actor: Actor, passkey_id: int, is_needed: bool, now: datetime
) -> int:
    """Take a passkey away; gives the epoch of what the person opens next.

    `is_needed`: this person may not be without any factor.
    """
    account = _held(session, actor.account_id)
    passkey = queries.passkey_of(session, account.id, passkey_id)
    if passkey is None:
        raise NotFound()
    _check_last(session, account, is_needed)
    session.delete(passkey)
    return _removed(session, account, "passkey", now)


def remove_app(session: Session, *, actor: Actor, is_needed: bool, now: datetime) -> int:
    """Take the app away; see `remove_passkey`."""
    account = _held(session, actor.account_id)
    app = queries.factors_of(session, account.id).app
    if app is None:
        raise NotFound()
    _check_last(session, account, is_needed)
    session.delete(app)
    return _removed(session, account, "app", now)


def renew_recovery_codes(
    session: Session, *, actor: Actor, code_digests: Sequence[str], now: datetime
) -> int:
    """Put new recovery codes in the place of all the old ones; gives the epoch of what opens next."""
    account = _held(session, actor.account_id)
    if not queries.has_factor(session, account.id):
        raise Conflict("no_factor_yet")
    _keep_codes(session, account.id, code_digests)
    epoch = end_all_sessions(session, account)
    number = audit.record_own(session, account_id=account.id, action="recovery_codes_made", now=now)
    tell(session, account, "codes_made", number, now)
    return epoch


def remove_lost_factors(
    session: Session, *, actor: Actor, account_id: int, reason: str, now: datetime
) -> None:
    """An admin removes all the factors of somebody who has lost them; never their own.

    A password that is too short to stand alone goes with them: a new one is chosen by mail. So do the
    linked sign-ins of institutions: whoever has the lost factor may have left one of their own.
    """
    require(as_of_now(session, actor), "remove_lost_factors")
    if actor.account_id == account_id:
        raise Conflict("not_your_own_factors")
    account = session.get(Account, account_id, with_for_update={"key_share": True})
    if account is None:
        raise NotFound()
    had = queries.factors_of(session, account_id)
    if not had.number:
        raise Conflict("no_factor_yet")
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))
    session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    _forget(session, account_id)
    is_short = not account.password_is_long
    if is_short:
        account.password_hash = None
    end_all_sessions(session, account)
    unlink_all(session, account=account, actor_id=actor.account_id, now=now)
    number = audit.record(
        session,
        actor_id=actor.account_id,
        action="factors_removed",
        subject=("account", account_id),
        now=now,
        reason=reason,
        passkeys=len(had.passkeys),
        apps=had.number - len(had.passkeys),
    )
    tell(session, account, "password_gone" if is_short else "all_removed", number, now)


def renew_seals(session: Session, *, sealer: Sealer) -> int:
    """Seal every secret with the key of today, while the one before still opens it; says how many."""
    renewed = 0
    for app in queries.all_apps(session):
        for field in ("secret", "pending_secret"):
            sealed = getattr(app, field)
            if sealed is not None and sealer.opened(sealed) is not None:
                setattr(app, field, sealer.renewed(sealed))
                renewed += 1
    return renewed


def _held(session: Session, account_id: int) -> Account:
    """The account, its factors kept from other changes until the transaction ends."""
    account = session.get(
        Account, account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if account is None:
        raise NotFound()
    return account


def _check_last(session: Session, account: Account, is_needed: bool) -> None:
    """Refuse to remove the last factor of whoever may not be without, or whose password is short."""
    if queries.factors_of(session, account.id).number > 1:
        return
    if is_needed:
        raise Conflict("factor_needed_by_staff")
    if account.password_hash is not None and not account.password_is_long:
        raise Conflict("longer_password_first")


def _added(
    session: Session,
    account: Account,
    had: queries.Factors,
    kind: str,
    code_digests: Sequence[str],
    now: datetime,
) -> Added:
    is_first = not had.number
    if is_first:
        _forget(session, account.id)
        _keep_codes(session, account.id, code_digests)
    epoch = end_all_sessions(session, account)
    number = audit.record_own(
        session, account_id=account.id, action="factor_added", now=now, kind=kind
    )
    tell(session, account, f"{kind}_added", number, now)
    return Added(epoch, is_first)


def _removed(session: Session, account: Account, kind: str, now: datetime) -> int:
    session.flush()
    if not queries.has_factor(session, account.id):
        _forget(session, account.id)
    epoch = end_all_sessions(session, account)
    number = audit.record_own(
        session, account_id=account.id, action="factor_removed", now=now, kind=kind
    )
    tell(session, account, f"{kind}_removed", number, now)
    return epoch


def _forget(session: Session, account_id: int) -> None:
    """Without a factor there is nothing to recover, and nothing to guess."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id)
        .values(wrong_codes=0, paused_until=None)
    )


def _keep_codes(session: Session, account_id: int, digests: Sequence[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(
        insert(RecoveryCode),
        [{"account_id": account_id, "digest": digest, "used_at": None} for digest in digests],
    )


def tell(
    session: Session, account: Account, what: str, number: int, now: datetime, left: int = 0
) -> None:
    """Write to the person what has happened to their factors; `number` is that of the audit entry."""
    if account.email is None:
        return
    post(
        session,
        key=f"factor:{number}",
        template="factor_changed",
        recipient=account.email,
        language=account.language,
        now=now,
        facts={"name": account.name, "what": what, "left": left},
    )
