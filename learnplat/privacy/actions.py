"""Taking a copy of one's own data, and leaving nothing of a person but what figures need."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.permissions import require
from learnplat.core.refusals import Conflict, NotFound, Refusal
from learnplat.core.text import ascii_domain, email_key
from learnplat.discussions.actions import give_back_seat
from learnplat.learning.actions import withdraw
from learnplat.learning.applications.rules import mailbox
from learnplat.learning.models import Application, ConfirmationLetter
from learnplat.outbox import OutboxMessage
from learnplat.people.authority import as_of_now
from learnplat.people.models import Institution, Standing
from learnplat.people.queries import wait_for_admins
from learnplat.people.rules import digest_of
from learnplat.privacy import queries, rules
from learnplat.privacy.inventory import inventory
from learnplat.privacy.models import Erasure
from learnplat.privacy.telling import document_of


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An account just erased, and the words by which files outside the database still know it."""

    account_id: int
    words: frozenset[str]


def take_own_data(session: Session, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything that is kept of the person, as one document. That it was taken is in the log."""
    account = queries.account_row(session, actor.account_id)
    if account is None:
        raise NotFound()
    document = document_of(session, account, now)
    audit.record_own(session, account_id=actor.account_id, action="own_data_exported", now=now)
    return document


def erase_self(session: Session, *, actor: Actor, now: datetime) -> Forgotten:
    """A person leaves. The last administrator stays until there is another."""
    return _erase(session, actor.account_id, actor_id=actor.account_id, reason=None, now=now)


def erase_person(
    session: Session, *, actor: Actor, account_id: int, reason: str, now: datetime
) -> Forgotten:
    """An administrator erases somebody's account, and says why."""
    require(as_of_now(session, actor), "erase_person")
    return _erase(session, account_id, actor_id=actor.account_id, reason=reason, now=now)


def is_erasable(session: Session, *, actor: Actor, account_id: int) -> bool:
    """Whether there is an account of this number that is not erased yet."""
    require(actor, "erase_person")
    account = queries.account_row(session, account_id)
    return account is not None and account.standing is not Standing.ERASED


def erase_by_rule(
    session: Session, *, account_id: int, now: datetime, is_repeated: bool = False
) -> Forgotten:
    """Erase what a retention rule says is to be gone.

    `is_repeated`: it was erased before, and a restored copy brought it back, maybe as the only
    administrator of that time.
    """
    return _erase(session, account_id, actor_id=None, reason=None, now=now, is_repeated=is_repeated)


def remove_unconfirmed(session: Session, *, account_id: int) -> frozenset[str]:
    """Remove an account that nobody ever confirmed, its row included; gives its words.

    It is in no figure, so nothing of it needs to stay.
    """
    account = queries.account_row(session, account_id, is_held=True)
    if account is None or account.standing is not Standing.APPLICANT:
        return frozenset()
    words, proposal = _words(account), queries.own_proposal(session, account)
    _cancel_letters(session, account, words)
    _forget_answers(session, words)
    for entry, table in _tables():
        if entry.whose:
            mine = queries.is_whose(table, entry.whose, account)
            session.execute(delete(table).where(mine), execution_options=_PLAIN)
    _forget_proposal(session, proposal)
    session.expire_all()
    return words


def _erase(
    session: Session,
    account_id: int,
    *,
    actor_id: int | None,
    reason: str | None,
    now: datetime,
    is_repeated: bool = False,
) -> Forgotten:
    wait_for_admins(session)
    queries.hold_admin_grants(session)
    account = queries.account_row(session, account_id, is_held=True)
    if account is None or account.standing is Standing.ERASED:
        raise NotFound()
    is_needed = queries.is_admin(session, account_id) and not is_repeated
    if is_needed and not queries.other_admins(session, account_id):
        raise Conflict("last_admin")
    _free_places(session, account, now)
    words = _words(account)
    _cancel_letters(session, account, words)
    _forget_answers(session, words)
    _forget_supervisor(session, account.email)
    proposal = queries.own_proposal(session, account)
    for entry, table in _tables():
        if not entry.whose:
            continue
        mine = queries.is_whose(table, entry.whose, account)
        if entry.is_row_deleted:
            session.execute(delete(table).where(mine), execution_options=_PLAIN)
        elif entry.blanks:
            values = {name: _blank(value, now) for name, value in entry.blanks.items()}
            if entry.name == "account":
                values["session_epoch"] = table.c.session_epoch + 1
            session.execute(update(table).where(mine).values(values), execution_options=_PLAIN)
    _forget_proposal(session, proposal)
    session.expire_all()
    session.add(
        Erasure(
            account_id=account_id,
            mark=rules.mark_of(account_id, account.registered_at),
            erased_at=now,
            address_digest=_address_digest(account.email),
        )
    )
    audit.record(
        session,
        actor_id=actor_id,
        action="account_erased",
        subject=("account", account_id),
        now=now,
        reason=reason,
    )
    return Forgotten(account_id, words)


_PLAIN = {"synchronize_session": False}


def _tables() -> list[tuple[rules.TableEntry, Table]]:
    """Every table that the inventory knows, those that name others before the ones they name."""
    known = inventory().tables
    return [
        (known[table.name], table)
        for table in reversed(queries.METADATA.sorted_tables)
        if table.name in known
    ]


def _forget_proposal(session: Session, institution_id: int | None) -> None:
    """The name of an institution that the person alone has used."""
    if institution_id is not None:
        gone = delete(Institution).where(Institution.id == institution_id)
        session.execute(gone, execution_options=_PLAIN)


def _forget_supervisor(session: Session, email: str | None) -> None:
    """The person as others named them when they applied for a place; an open letter ends."""
    if email is None:
        return
    own = ConfirmationLetter.mailbox == digest_of(mailbox(email))
    named = select(Application).where(
        Application.id.in_(select(ConfirmationLetter.application_id).where(own))
    )
    for application in session.scalars(named).all():
        # Another supervisor may have been named since.
        if mailbox(application.supervisor_email or "") == mailbox(email):
            application.supervisor_name = application.supervisor_email = None
    session.flush()
    session.execute(delete(ConfirmationLetter).where(own), execution_options=_PLAIN)


def _blank(value: Any, now: datetime) -> Any:
    if value == rules.FRESH:
        return secrets.token_urlsafe(32)
    return now if value == rules.NOW else value


def _free_places(session: Session, account: Any, now: datetime) -> None:
    """Give back the seats that the person holds, so that others can have them."""
    person = Actor(account.id, account.name, account.language, account.zone, account.country)
    for enrolment_id in queries.active_enrolments(session, account.id):
        try:
            withdraw(session, actor=person, enrolment_id=enrolment_id, now=now)
        except Refusal:
            continue  # the run is over: the seat is nobody's any more
    for discussion_id in queries.coming_seats(session, account.id, now):
        try:
            give_back_seat(session, actor=person, discussion_id=discussion_id, now=now)
        except Refusal:
            continue  # cancelled
    session.flush()


def _words(account: Any) -> frozenset[str]:
    """By which a letter or a kept answer is known to speak of the person."""
    found = (account.email, account.name, account.name_latin)
    return frozenset(word for word in found if word and len(word) > 1)


def _address_digest(email: str | None) -> str | None:
    if email is None:
        return None
    local, _, domain = email.rpartition("@")
    return rules.digest_of_address(f"{local}@{ascii_domain(domain) or domain}")


def _cancel_letters(session: Session, account: Any, words: frozenset[str]) -> None:
    """Take back what is to be sent to the person, and letters to others that name the person.

    A letter to somebody of the very same name is that somebody's.
    """
    waiting = queries.waiting_letters(session)
    holders = queries.names_of_addresses(session, {letter.recipient for letter in waiting})
    for letter in waiting:
        others_own = holders.get(letter.recipient, set())
        if email_key(letter.recipient) == account.email_key or (
            _speaks_of(letter.facts, words - {name for name in others_own if name})
        ):
            session.execute(
                delete(OutboxMessage).where(OutboxMessage.id == letter.id),
                execution_options=_PLAIN,
            )


def _forget_answers(session: Session, words: frozenset[str]) -> None:
    """Answers kept for others that speak of the person: to a stranger who just asked for an account,
    to an officer who decided.
    """
    table = queries.METADATA.tables["kept_answer"]
    for number, body in queries.kept_answers(session):
        try:
            said = json.loads(body)
        except ValueError:
            said = body
        if _speaks_of(said, words):
            session.execute(delete(table).where(table.c.id == number), execution_options=_PLAIN)


def _speaks_of(said: Any, words: frozenset[str]) -> bool:
    if isinstance(said, str):
        # As words of their own: who is called “An” is not spoken of by “Ivan”, nor by a token.
        return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) for word in words)
    if isinstance(said, Mapping):
        return any(_speaks_of(value, words) for value in said.values())
    return isinstance(said, list) and any(_speaks_of(value, words) for value in said)
