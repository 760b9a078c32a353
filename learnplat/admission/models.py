"""An application to join, what has happened to it, and the links that are sent by mail."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.core.languages import Language
from learnplat.orm import Base


class AdmissionState(enum.StrEnum):
    UNCONFIRMED = "unconfirmed"  # the address has not answered yet
    WAITING = "waiting"  # for a vetting officer
    IN_SECOND_OPINION = "second_opinion"
    ADMITTED = "admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class AdmissionEventKind(enum.StrEnum):
    APPLIED = "applied"
    ADDRESS_CONFIRMED = "address_confirmed"
    NOTED = "noted"
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    ADMITTED = "admitted"
    DECLINED = "declined"
    REOPENED = "reopened"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"


class Admission(Base):
    """One person's way in. People of before vetting, and those whom an operator adds, have none."""

    __tablename__ = "admission"
    __table_args__ = (Index(None, "state", "confirmed_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), unique=True
    )
    state: Mapped[AdmissionState]
    purpose: Mapped[str | None] = mapped_column(Text)  # why the person asks, in their own words
    proposed_institution: Mapped[str | None] = mapped_column(String(200))
    applied_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    # Raised with every step, so that of two decisions taken on the same page the later one is told.
    step: Mapped[int] = mapped_column(default=0)


class AdmissionEvent(Base):
    """One step of an application, seen by the desk alone. Notes never leave it."""

    __tablename__ = "admission_event"
    __table_args__ = (Index(None, "admission_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    admission_id: Mapped[int] = mapped_column(ForeignKey("admission.id", ondelete="CASCADE"))
    kind: Mapped[AdmissionEventKind]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))  # a code of `rules.REASONS`
    note: Mapped[str | None] = mapped_column(Text)


class AddressConfirmation(Base):
    """A link that proves who reads an address, used once; only its SHA-256 is kept."""

    __tablename__ = "address_confirmation"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A link to join without waiting, for the one who reads the address; only its SHA-256 is kept."""

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "email_key"), Index(None, "invited_by_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[Language]
    country: Mapped[str] = mapped_column(String(2))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
