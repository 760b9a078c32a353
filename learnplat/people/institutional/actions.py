"""A person links the sign-in of their institution to their account, and takes the link away."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.actors import Actor
from learnplat.core.refusals import Conflict, NotFound
from learnplat.outbox import post
from learnplat.people.institutional import queries
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.models import Account
from learnplat.people.sessions import end_all_sessions


def link_institution(
    session: Session, *, actor: Actor, issuer: str, subject: str, provider: str, now: datetime
) -> int | None:
    """Link whom an institution names to the own account; gives the epoch of the next session.

    Every other session ends, and the person is told by mail. The same link again changes nothing
    (None). One that another account has is refused like one that this account has to somebody else
    there: whose it is, is not told.
    """
    # Held: of two at once, the second finds the link of the first.
    account = session.get_one(Account, actor.account_id, with_for_update={"key_share": True})
    for link in queries.links_of(session, account.id):
        if (link.issuer, link.subject) == (issuer, subject):
            return None
    fresh = InstitutionalLink(
        account_id=actor.account_id, issuer=issuer, subject=subject, linked_at=now
    )
    session.add(fresh)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("institution_taken") from error
    epoch = _tell(session, actor, fresh.id, "linked", now)
    audit.record_own(
        session,
        account_id=actor.account_id,
        action="institution_linked",
        now=now,
        provider=provider,
    )
    return epoch


def unlink_institution(
    session: Session, *, actor: Actor, link_id: int, provider: str | None, now: datetime
) -> int:
    """Take a link away; gives the epoch of the next session. Another person's is like a missing one.

    Whoever came in by it is out: every other session ends.
    """
    link = queries.link_of(session, actor.account_id, link_id)
    if link is None:
        raise NotFound()
    session.delete(link)
    epoch = _tell(session, actor, link_id, "unlinked", now)
    audit.record_own(
        session,
        account_id=actor.account_id,
        action="institution_unlinked",
        now=now,
        provider=provider,
    )
    return epoch


def unlink_all(session: Session, *, account: Account, actor_id: int, now: datetime) -> None:
    """Take every link of an account away: whoever had got in may have left one of their own.

    The person is told, and links theirs again. Sessions are ended by what asks for this.
    """
    links = queries.links_of(session, account.id)
    if not links:
        return
    for link in links:
        session.delete(link)
    session.flush()
    _write(session, account, "unlinked", links[-1].id, now, is_to_be_safe=True)
    for _ in links:
        audit.record(
            session,
            actor_id=actor_id,
            action="institution_unlinked",
            subject=("account", account.id),
            now=now,
            provider=None,
        )


def _tell(session: Session, actor: Actor, link_id: int, what: str, now: datetime) -> int:
    account = session.get_one(Account, actor.account_id, with_for_update={"key_share": True})
    _write(session, account, what, link_id, now)
    return end_all_sessions(session, account)


def _write(
    session: Session, account: Account, what: str, link_id: int, now: datetime, **facts: bool
) -> None:
    if account.email is not None:
        post(
            session,
            key=f"institution-{what}:{link_id}:{account.session_epoch}",
            template=f"institution_{what}",
            recipient=account.email,
            language=account.language,
            now=now,
            facts={"name": account.name, **facts},
        )
