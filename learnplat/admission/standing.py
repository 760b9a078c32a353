"""Suspending a person who was let in, and letting them in again."""

from datetime import datetime

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.admission import desk_queries
from learnplat.admission.desk import role_at_desk
from learnplat.admission.inviting import revoke_unfounded_invitations
from learnplat.admission.models import AdmissionEvent, AdmissionEventKind
from learnplat.core.actors import Actor
from learnplat.core.permissions import may, may_somewhere, scopes_of
from learnplat.core.refusals import Conflict, NotAllowed, NotFound
from learnplat.outbox import post
from learnplat.people import queries
from learnplat.people.authority import as_of_now
from learnplat.people.models import Account, Standing
from learnplat.people.sessions import end_all_sessions

CHANGE, OF_ROLE_HOLDERS = "change_standing", "change_standing_of_role_holder"


def open_standing(session: Session, *, actor: Actor, account_id: int, now: datetime) -> Account:
    """Show an officer where a person stands. That it was opened is kept; the person can see it."""
    actor = as_of_now(session, actor)
    account = _within_reach(session, actor, account_id)
    audit.record(
        session,
        actor_id=actor.account_id,
        action="person_opened",
        subject=("account", account_id),
        now=now,
        role=role_at_desk(actor).value,
    )
    return account


def fault_of_standing(actor: Actor, account: Account) -> str | None:
    """Why the officer may not suspend this person or let them in again, as a code."""
    if account.id == actor.account_id:
        return "own_standing"
    if account.grants and not may(actor, OF_ROLE_HOLDERS):
        return "role_holder_by_admin"
    return None


def suspend(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    reason: str,
    words: str | None = None,
    now: datetime,
) -> Account:
    """Close every door to a person at once, and those that they have opened to others by inviting.

    `reason` is for the audit log, `words` for the person.
    """
    account = _held(session, actor, account_id, Standing.ADMITTED)
    account.standing = Standing.SUSPENDED
    epoch = end_all_sessions(session, account)
    revoke_unfounded_invitations(session, actor=actor, holder_id=account_id, now=now)
    kind = AdmissionEventKind.SUSPENDED
    _settle(session, actor, account, kind, f"suspended:{account_id}:{epoch}", reason, words, now)
    return account


def reinstate(
    session: Session,
    *,
    actor: Actor,
    account_id: int,
    reason: str,
    words: str | None = None,
    now: datetime,
) -> Account:
    """Let a suspended person in again; they sign in anew."""
    account = _held(session, actor, account_id, Standing.SUSPENDED)
    account.standing = Standing.ADMITTED
    epoch = end_all_sessions(session, account)
    kind = AdmissionEventKind.REINSTATED
    _settle(session, actor, account, kind, f"reinstated:{account_id}:{epoch}", reason, words, now)
    return account


def _within_reach(
    session: Session, actor: Actor, account_id: int, *, is_held: bool = False
) -> Account:
    if not may_somewhere(actor, CHANGE):
        raise NotAllowed("role_needed")
    account = queries.account_with_roles(
        session, account_id, is_held=is_held, countries=scopes_of(actor, CHANGE)
    )
    if account is None or account.standing is Standing.ERASED:
        raise NotFound()
    return account


def _held(session: Session, actor: Actor, account_id: int, expected: Standing) -> Account:
    """The person as the page showed them, kept until the commit, and the officer with them.

    Two admins who would suspend each other meet at the officer, one after the other. Since nobody
    suspends themself, and only an admin another one, one of them always stays.
    """
    actor = as_of_now(session, actor)
    # Looked at before they wait for the person: two officers never wait for each other.
    for is_held in (False, True):
        account = _within_reach(session, actor, account_id, is_held=is_held)
        if fault := fault_of_standing(actor, account):
            raise NotAllowed(fault)
    if account.standing is not expected:
        raise Conflict("standing_changed")
    return account


def _settle(
    session: Session,
    actor: Actor,
    account: Account,
    kind: AdmissionEventKind,
    key: str,
    reason: str,
    words: str | None,
    now: datetime,
) -> None:
    """The step in the history, the letter, and the entry of the log."""
    admission = desk_queries.admission_of(session, account.id)
    if admission is not None:
        session.add(
            AdmissionEvent(
                admission_id=admission.id,
                kind=kind,
                at=now,
                actor_id=actor.account_id,
                note=reason,
            )
        )
    if account.email is not None:
        post(
            session,
            key=key,
            template=f"account_{kind.value}",
            recipient=account.email,
            language=account.language,
            now=now,
            facts={"name": account.name, "words": words or ""},
        )
    audit.record(
        session,
        actor_id=actor.account_id,
        action=f"person_{kind.value}",
        subject=("account", account.id),
        now=now,
        reason=reason,
    )
