"""What is asked of second factors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from learnplat.people.factors.models import (
    Authenticator,
    HalfSignIn,
    Passkey,
    RecoveryCode,
    SecondFactor,
)


@dataclass(frozen=True, slots=True)
class Factors:
    """All that a person has set up."""

    passkeys: list[Passkey]
    app: Authenticator | None  # confirmed by a code
    codes_left: int

    @property
    def number(self) -> int:
        """How many there are. Recovery codes stand in for one, and are none."""
        return len(self.passkeys) + (self.app is not None)


@dataclass(frozen=True, slots=True)
class Half:
    """A sign-in whose password was right: whose it is, and the epoch of that password."""

    account_id: int
    session_epoch: int


def has_factor(session: Session, account_id: int) -> bool:
    app = exists().where(
        Authenticator.account_id == account_id, Authenticator.confirmed_at.is_not(None)
    )
    passkey = exists().where(Passkey.account_id == account_id)
    return bool(session.scalar(select(or_(passkey, app))))


def factors_of(session: Session, account_id: int) -> Factors:
    return Factors(
        passkeys=list(
            session.scalars(
                select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
            )
        ),
        app=session.scalar(
            select(Authenticator).where(
                Authenticator.account_id == account_id, Authenticator.confirmed_at.is_not(None)
            )
        ),
        codes_left=session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        )
        or 0,
    )


def shared_row(session: Session, account_id: int) -> SecondFactor | None:
    return session.get(SecondFactor, account_id)


def seconds_paused(session: Session, account_id: int, now: datetime) -> float:
    """For how long codes of the person's app still rest."""
    until = session.scalar(
        select(SecondFactor.paused_until).where(SecondFactor.account_id == account_id)
    )
    return max((until - now).total_seconds(), 0) if until else 0


def app_of(session: Session, account_id: int) -> Authenticator | None:
    """The app of a person, confirmed or still pending."""
    return session.scalar(select(Authenticator).where(Authenticator.account_id == account_id))


def all_apps(session: Session) -> list[Authenticator]:
    """Every app, held until the transaction ends."""
    query = select(Authenticator).order_by(Authenticator.id)
    return list(session.scalars(query.with_for_update()))


def passkey_of(session: Session, account_id: int, passkey_id: int) -> Passkey | None:
    return session.scalar(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id)
    )


def passkey_of_credential(session: Session, credential_id: str) -> tuple[Passkey, str] | None:
    """The passkey of a credential, with the handle that its authenticator must name."""
    row = session.execute(
        select(Passkey, SecondFactor.handle)
        .join(SecondFactor, SecondFactor.account_id == Passkey.account_id)
        .where(Passkey.credential_id == credential_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def half_of(session: Session, key_digest: str, now: datetime) -> Half | None:
    row = session.execute(
        select(HalfSignIn.account_id, HalfSignIn.session_epoch).where(
            HalfSignIn.key_digest == key_digest, HalfSignIn.expires_at > now
        )
    ).one_or_none()
    return Half(*row) if row else None
