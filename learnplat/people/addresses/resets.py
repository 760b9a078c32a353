"""A forgotten password: the wish is written down for every address alike, and answered later.

Whoever asks waits for one row, whatever the address: whether it is known, and whether its owner may
sign in, is found out by the postman, on whose time nobody's answer depends.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from learnplat.core.text import email_key
from learnplat.outbox import post
from learnplat.people.addresses import queries, rules
from learnplat.people.addresses.models import ResetWish
from learnplat.people.models import Account, PasswordReset
from learnplat.people.rules import RESET_LIFETIME, digest_of


def ask_for_reset(session: Session, *, email: str, peer_mark: str, now: datetime) -> None:
    """Write down that somebody asked for a link to choose a new password."""
    session.add(ResetWish(address=email, peer_mark=peer_mark, asked_at=now, has_letter=False))


def answer_wishes(session: Session, *, now: datetime) -> int:
    """Write the letters that the waiting wishes lead to; says how many. Old wishes go.

    An address that nobody has, or whose owner may not sign in, leads to none; neither does one that
    had its letters of this hour, nor a peer that did.
    """
    since, letters = now - rules.WINDOW, 0
    for wish in queries.wishes_waiting(session, rules.WISHES_AT_ONCE):
        account = queries.admitted_of_address(session, email_key(wish.address or ""))
        sent = queries.letters_of_peer(session, wish.peer_mark, since)
        if account is not None and sent < rules.LETTERS_OF_PEER:
            wish.has_letter = _send_link(session, account, since, now)
            letters += wish.has_letter
        wish.address, wish.settled_at = None, now
        session.flush()
    session.execute(
        delete(ResetWish).where(ResetWish.settled_at.is_not(None), ResetWish.asked_at < since),
        execution_options={"synchronize_session": False},
    )
    return letters


def _send_link(session: Session, account: Account, since: datetime, now: datetime) -> bool:
    if account.email is None:
        return False
    if queries.resets_since(session, account.id, since) >= rules.LETTERS_AN_HOUR:
        return False
    # One link at a time: a later one ends those before it.
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == account.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    reset = PasswordReset(
        account_id=account.id,
        token_digest=digest_of(token),
        asked_at=now,
        expires_at=now + RESET_LIFETIME,
    )
    session.add(reset)
    session.flush()
    # To the address as the account has it: the one typed now may only look like it.
    post(
        session,
        key=f"password-reset:{reset.id}",
        template="password_reset",
        recipient=account.email,
        language=account.language,
        now=now,
        facts={
            "name": account.name,
            "token": token,
            "minutes": int(RESET_LIFETIME.total_seconds() // 60),
        },
    )
    return True
