"""What is asked of applications, of the links that are sent by mail, and of invitations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learnplat.admission.models import (
    AddressConfirmation,
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
    Invitation,
)
from learnplat.core.languages import Language
from learnplat.people.models import Account, Standing


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose an address is, and how far the account is on its way in."""

    account_id: int
    email: str
    name: str
    language: Language
    standing: Standing
    email_confirmed_at: datetime | None
    password_hash: str | None

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nobody has shown yet that this address is theirs."""
        return self.standing is Standing.APPLICANT and self.email_confirmed_at is None


def holder_of_address(session: Session, key: str) -> Holder | None:
    """Whose address it is, held until the transaction ends."""
    row = session.execute(
        select(
            Account.id,
            Account.email,
            Account.name,
            Account.language,
            Account.standing,
            Account.email_confirmed_at,
            Account.password_hash,
        )
        .where(Account.email_key == key)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None or row.email is None:
        return None
    return Holder(
        row.id,
        row.email,
        row.name,
        row.language,
        row.standing,
        row.email_confirmed_at,
        row.password_hash,
    )


def hash_of_unconfirmed(session: Session, key: str) -> str | None:
    """The password with which the address is being applied for, as it is kept."""
    return session.scalar(
        select(Account.password_hash).where(
            Account.email_key == key,
            Account.standing == Standing.APPLICANT,
            Account.email_confirmed_at.is_(None),
        )
    )


def letters_since(
    session: Session, account_id: int, since: datetime
) -> tuple[int, datetime | None]:
    """How many letters about joining have gone to an address, and when the last one did.

    A row without a lifetime stands for a letter that was withheld.
    """
    row = session.execute(
        select(func.count(), func.max(AddressConfirmation.asked_at)).where(
            AddressConfirmation.account_id == account_id,
            AddressConfirmation.asked_at > since,
            AddressConfirmation.expires_at > AddressConfirmation.asked_at,
        )
    ).one()
    return row[0], row[1]


def applicant_of_link(session: Session, digest: str, now: datetime) -> Account | None:
    """Whose application a link confirms, when it is neither used nor too old."""
    return session.scalar(
        select(Account)
        .join(AddressConfirmation, AddressConfirmation.account_id == Account.id)
        .where(
            AddressConfirmation.token_digest == digest,
            AddressConfirmation.used_at.is_(None),
            AddressConfirmation.expires_at > now,
            Account.standing == Standing.APPLICANT,
            Account.email_confirmed_at.is_(None),
        )
    )


def account_of_link(session: Session, digest: str) -> int | None:
    """Of which account a link is, whatever has become of it."""
    return session.scalar(
        select(AddressConfirmation.account_id).where(AddressConfirmation.token_digest == digest)
    )


def address_of_invitation(session: Session, digest: str) -> str | None:
    """The unique form of the address that an invitation is for, whatever has become of it."""
    return session.scalar(select(Invitation.email_key).where(Invitation.token_digest == digest))


def admission_of(session: Session, account_id: int) -> Admission | None:
    return session.scalar(select(Admission).where(Admission.account_id == account_id))


def opinions_on(session: Session, admission_id: int) -> list[tuple[bool, int | None]]:
    """The askings for an opinion (True) and the answers (False), with who made them, in order."""
    kinds = (AdmissionEventKind.OPINION_ASKED, AdmissionEventKind.OPINION_GIVEN)
    rows = session.execute(
        select(AdmissionEvent.kind, AdmissionEvent.actor_id)
        .where(AdmissionEvent.admission_id == admission_id, AdmissionEvent.kind.in_(kinds))
        .order_by(AdmissionEvent.id)
    )
    return [(kind is AdmissionEventKind.OPINION_ASKED, by) for kind, by in rows]


def stale_applications(session: Session, before: datetime) -> list[int]:
    """The accounts whose address has not answered since an application from before a moment."""
    return list(
        session.scalars(
            select(Account.id)
            .join(Admission, Admission.account_id == Account.id)
            .where(
                Account.standing == Standing.APPLICANT,
                Account.email_confirmed_at.is_(None),
                Admission.state == AdmissionState.UNCONFIRMED,
                Admission.applied_at < before,
            )
            .order_by(Account.id)
        )
    )


def open_invitation(session: Session, digest: str, now: datetime) -> Invitation | None:
    """The invitation of a link, while it is neither used, nor revoked, nor too old."""
    return session.scalar(
        select(Invitation).where(
            Invitation.token_digest == digest,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def open_invitations_by(session: Session, inviter_id: int, now: datetime) -> list[Invitation]:
    """What a person has open, held until the transaction ends."""
    query = select(Invitation).where(
        Invitation.invited_by_id == inviter_id,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    return list(session.scalars(query.order_by(Invitation.id).with_for_update()))


def invitation(
    session: Session, invitation_id: int, *, countries: Collection[str] | None
) -> Invitation | None:
    """One invitation, of the countries given or of any, held until the transaction ends."""
    query = select(Invitation).where(Invitation.id == invitation_id)
    if countries is not None:
        query = query.where(Invitation.country.in_(sorted(countries)))
    return session.scalar(query.with_for_update())


def invitations(
    session: Session,
    *,
    countries: Collection[str] | None,
    older_than: int | None = None,
    newer_than: int | None = None,
    limit: int,
) -> list[tuple[Invitation, str]]:
    """Invitations with the name of who sent each, the newest first; None is every country."""
    query = select(Invitation, Account.name).join(Account, Account.id == Invitation.invited_by_id)
    if countries is not None:
        query = query.where(Invitation.country.in_(sorted(countries)))
    if newer_than is not None:
        query = query.where(Invitation.id > newer_than).order_by(Invitation.id)
        return [(row[0], row[1]) for row in session.execute(query.limit(limit))][::-1]
    if older_than is not None:
        query = query.where(Invitation.id < older_than)
    rows = session.execute(query.order_by(Invitation.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def invitations_by(session: Session, account_id: int, since: datetime) -> list[datetime]:
    """When a person has sent invitations since a moment, the oldest first."""
    return _sent(session, Invitation.invited_by_id == account_id, Invitation.invited_at > since)


def invitations_to(session: Session, key: str, since: datetime) -> list[datetime]:
    """When invitations have gone to an address since a moment, whoever sent them."""
    return _sent(session, Invitation.email_key == key, Invitation.invited_at > since)


def _sent(session: Session, *conditions: ColumnElement[bool]) -> list[datetime]:
    query = select(Invitation.invited_at).where(*conditions)
    return list(session.scalars(query.order_by(Invitation.invited_at, Invitation.id)))
