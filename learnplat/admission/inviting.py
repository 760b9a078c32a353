"""Invitations: a vetting officer, an administrator or a focal point vouches for one address."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.admission import queries, rules
from learnplat.admission.actions import (
    Saying,
    end_links,
    keep_account,
    known_as,
    propose_institution,
)
from learnplat.admission.desk_rules import waits_for_another
from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
    Invitation,
)
from learnplat.core.actors import Actor
from learnplat.core.languages import Language
from learnplat.core.permissions import may, require, scopes_of
from learnplat.core.refusals import Conflict, Invalid, NotFound, TooMany
from learnplat.core.text import email_key
from learnplat.outbox import post
from learnplat.people.authority import actor_now, as_of_now
from learnplat.people.models import Account, Standing
from learnplat.people.rules import digest_of

_HOUR = timedelta(hours=1)


def invite_person(
    session: Session, *, actor: Actor, email: str, country: str, language: Language, now: datetime
) -> Invitation:
    """Invite the reader of an address to join without waiting.

    Nobody is told whether the address has an account: its holder gets a letter that says so, and
    the invitation looks like any other. An older one to the same address ends.
    """
    if not may(as_of_now(session, actor), "invite_person", country=country):
        raise Invalid.field("country", "not_your_country")
    address = rules.written_address(email)
    if fault := rules.fault_of_address(address):
        raise Invalid.field("email", fault)
    key = email_key(address)
    # The inviter is held: those who send many at once are counted one after the other.
    sent = queries.invitations_by(session, actor.account_id, now - _HOUR)
    if len(sent) >= rules.INVITATIONS_AN_HOUR:
        free_at = sent[-rules.INVITATIONS_AN_HOUR] + _HOUR
        raise TooMany("too_many_invitations", seconds=(free_at - now).total_seconds())
    letters = queries.invitations_to(session, key, now - _HOUR)
    if len(letters) >= rules.LETTERS_AN_HOUR:
        free_at = letters[-rules.LETTERS_AN_HOUR] + _HOUR
        raise TooMany("too_many_letters", seconds=(free_at - now).total_seconds())
    holder = queries.holder_of_address(session, key)
    session.execute(
        update(Invitation)
        .where(
            Invitation.email_key == key,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(revoked_at=now)
    )
    token = rules.new_token()
    invitation = Invitation(
        email=address,
        email_key=key,
        token_digest=digest_of(token),
        language=language,
        country=country,
        invited_by_id=actor.account_id,
        invited_at=now,
        expires_at=now + rules.INVITATION_LIFETIME,
    )
    session.add(invitation)
    session.flush()
    is_free = holder is None or holder.standing is Standing.APPLICANT
    post(
        session,
        key=f"invitation:{invitation.id}",
        template="invitation" if is_free else "address_known",
        recipient=address if is_free or holder is None else holder.email,
        language=language if is_free or holder is None else holder.language,
        now=now,
        facts={"token": token, "days": rules.INVITATION_LIFETIME.days}
        if is_free or holder is None
        else {"name": holder.name, "state": known_as(holder)},
    )
    audit.record(
        session,
        actor_id=actor.account_id,
        action="person_invited",
        subject=("invitation", invitation.id),
        now=now,
        country=country,
    )
    return invitation


def revoke_invitation(
    session: Session, *, actor: Actor, invitation_id: int, now: datetime
) -> Invitation:
    """Take an open invitation back; again changes nothing. One of another country is as missing."""
    actor = as_of_now(session, actor)
    countries = scopes_of(actor, "revoke_invitation")
    invitation = queries.invitation(session, invitation_id, countries=countries)
    if invitation is None:
        raise NotFound()
    require(actor, "revoke_invitation", country=invitation.country)
    if invitation.used_at is not None or invitation.expires_at <= now:
        raise Conflict("invitation_over")
    if invitation.revoked_at is not None:
        return invitation
    _revoke(session, actor, invitation, now)
    return invitation


def revoke_unfounded_invitations(
    session: Session, *, actor: Actor, holder_id: int, now: datetime
) -> None:
    """Take back what somebody has open and could not send now: they lost a role, or are suspended.

    Their word lets nobody in any more.
    """
    for invitation in queries.open_invitations_by(session, holder_id, now):
        if not _is_founded(session, invitation):
            _revoke(session, actor, invitation, now)


def _is_founded(session: Session, invitation: Invitation) -> bool:
    """Whether who sent it could send it still."""
    inviter = actor_now(session, invitation.invited_by_id)
    return may(inviter, "invite_person", country=invitation.country)


def _revoke(session: Session, actor: Actor, invitation: Invitation, now: datetime) -> None:
    invitation.revoked_at = now
    audit.record(
        session,
        actor_id=actor.account_id,
        action="invitation_revoked",
        subject=("invitation", invitation.id),
        now=now,
    )


def join_by_invitation(
    session: Session, *, token: str, password_hash: str, now: datetime, **said: Any
) -> Account:
    """Use an invitation, once: the account is admitted at once, and its holder signs in.

    The link has shown that the address is the person's; who invited has vouched for them and for the
    country, and could still do so. An account that was declined or suspended is not opened again by
    it; nor does whoever asked for a second opinion go round it by inviting.
    """
    digest = digest_of(token)
    # The account first and the invitation after it, as in inviting: they wait, and do not cross.
    queries.holder_of_address(session, queries.address_of_invitation(session, digest) or "")
    invitation = session.execute(
        update(Invitation)
        .where(
            Invitation.token_digest == digest,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if invitation is None or not _is_founded(session, invitation):
        raise NotFound("invitation_spent")
    values = Saying(country=invitation.country, **said).values() | {
        "email": invitation.email,
        "password_hash": password_hash,
        "standing": Standing.ADMITTED,
        "email_confirmed_at": now,
    }
    is_new = keep_account(
        session, {**values, "email_key": invitation.email_key, "registered_at": now}
    )
    account = session.scalars(
        select(Account)
        .where(Account.email_key == invitation.email_key)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if not is_new:
        if account.standing is not Standing.APPLICANT:
            raise NotFound("invitation_spent")
        if _waits_for_another(session, account, invitation):
            raise NotFound("invitation_spent")
        for name, value in values.items():
            setattr(account, name, value)
        end_links(session, account.id, now)
    propose_institution(session, account, now)
    invitation.account_id = account.id
    _admit(session, account, invitation, now)
    post(
        session,
        key=f"welcome:{account.id}",
        template="welcome",
        recipient=invitation.email,
        language=account.language,
        now=now,
        facts={"name": account.name},
    )
    audit.record(
        session,
        actor_id=account.id,
        action="invitation_used",
        subject=("invitation", invitation.id),
        now=now,
        country=invitation.country,
    )
    return account


def _waits_for_another(session: Session, account: Account, invitation: Invitation) -> bool:
    """Whether the inviter asked another officer about the person, and none has answered yet."""
    admission = queries.admission_of(session, account.id)
    if admission is None or admission.state is not AdmissionState.IN_SECOND_OPINION:
        return False
    return waits_for_another(invitation.invited_by_id, queries.opinions_on(session, admission.id))


def _admit(session: Session, account: Account, invitation: Invitation, now: datetime) -> None:
    admission = queries.admission_of(session, account.id)
    if admission is None:
        admission = Admission(account_id=account.id, applied_at=now, step=0)
        session.add(admission)
    admission.state = AdmissionState.ADMITTED
    admission.confirmed_at = admission.confirmed_at or now
    admission.decided_at = now
    admission.step += 1
    session.flush()
    session.add(
        AdmissionEvent(
            admission_id=admission.id,
            kind=AdmissionEventKind.ADMITTED,
            at=now,
            actor_id=invitation.invited_by_id,
        )
    )
