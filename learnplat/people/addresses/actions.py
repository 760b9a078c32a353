"""Another address for an account. Nothing changes until somebody who reads it says so."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.refusals import Conflict, Invalid, NotFound, TooMany
from learnplat.core.text import email_key
from learnplat.outbox import post
from learnplat.people.addresses import queries, rules
from learnplat.people.addresses.models import AddressChange
from learnplat.people.models import Account, PasswordReset
from learnplat.people.rules import digest_of
from learnplat.people.sessions import end_all_sessions


def ask_for_address(
    session: Session, *, actor: Actor, email: str, seen: str | None, now: datetime
) -> None:
    """Send a link to the new address and a notice to the one of today.

    An address that somebody has already gets a letter that says so in the link's place: the asker is
    told nothing else. `seen` is the hash that the current password was compared with.
    """
    account = session.get(Account, actor.account_id, with_for_update={"key_share": True})
    if account is None or account.email is None or account.password_hash != seen:
        raise Conflict("already_recorded")
    key, since = email_key(email), now - rules.WINDOW
    if len(key) > 254 or key.count("@") != 1:
        raise Invalid.field("email", "address_needed")
    if key == account.email_key:
        raise Invalid.field("email", "address_is_yours")
    asked = queries.changes_by(session, account.id, since)
    if len(asked) >= rules.LETTERS_AN_HOUR:
        free_at = asked[-rules.LETTERS_AN_HOUR] + rules.WINDOW
        raise TooMany("too_many_addresses", seconds=(free_at - now).total_seconds())
    letters = queries.changes_to(session, key, since)
    holder = queries.holder_of(session, key)
    session.execute(
        update(AddressChange)
        .where(AddressChange.account_id == account.id, AddressChange.ended_at.is_(None))
        .values(ended_at=now)
    )
    token = secrets.token_urlsafe(32)
    change = AddressChange(
        account_id=account.id,
        email=email,
        email_key=key,
        token_digest=digest_of(token),
        session_epoch=account.session_epoch,
        asked_at=now,
        expires_at=now + rules.CHANGE_LIFETIME,
    )
    session.add(change)
    session.flush()
    post(
        session,
        key=f"address-change-notice:{change.id}",
        template="address_change_notice",
        recipient=account.email,
        language=account.language,
        now=now,
        facts={"name": account.name},
    )
    is_enough = letters >= rules.LETTERS_AN_HOUR
    if holder is None or holder.email is None:
        post(
            session,
            key=f"address-change:{change.id}",
            template="address_change",
            recipient=email,
            language=account.language,
            now=now,
            facts={
                "name": account.name,
                "token": token,
                "hours": int(rules.CHANGE_LIFETIME.total_seconds() // 3600),
            },
            is_withheld=is_enough,
        )
    else:
        post(
            session,
            key=f"address-change:{change.id}",
            template="address_change_taken",
            recipient=holder.email,
            language=holder.language,
            now=now,
            facts={"name": holder.name},
            is_withheld=is_enough,
        )


def change_address(session: Session, *, token: str, now: datetime) -> tuple[int, int]:
    """Use the link from the new address, once; gives the account and the epoch of its next session.

    Every session, every token and every link of before ends, and the old address is told.
    """
    change = queries.change_of_link(session, digest_of(token), now)
    account = None
    if change is not None:
        # Held, and then asked again: a new password or another use may just have ended the link.
        account = session.get(
            Account,
            change.account_id,
            with_for_update={"key_share": True},
            populate_existing=True,
        )
    used = session.execute(
        update(AddressChange)
        .where(
            AddressChange.token_digest == digest_of(token),
            AddressChange.ended_at.is_(None),
            AddressChange.expires_at > now,
            AddressChange.session_epoch == (account.session_epoch if account else -1),
        )
        .values(ended_at=now)
        .returning(AddressChange.id)
    ).scalar_one_or_none()
    if used is None or change is None or account is None or account.email is None:
        raise NotFound("link_spent")
    if queries.holder_of(session, change.email_key) is not None:
        raise NotFound("link_spent")
    before = account.email
    account.email, account.email_key = change.email, change.email_key
    account.email_confirmed_at = now
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody got the address between the question and this write: the same answer.
        raise NotFound("link_spent") from error
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == account.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    epoch = end_all_sessions(session, account)
    post(
        session,
        key=f"address-changed:{change.id}",
        template="address_changed",
        recipient=before,
        language=account.language,
        now=now,
        facts={"name": account.name},
    )
    audit.record_own(session, account_id=account.id, action="address_changed", now=now)
    return account.id, epoch
