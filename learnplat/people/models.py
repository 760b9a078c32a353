"""Accounts and what hangs on them."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learnplat.core.actors import Role
from learnplat.core.languages import Language
from learnplat.orm import Base


class AccountKind(enum.StrEnum):
    """Only an official's account counts in a figure."""

    OFFICIAL = "official"
    STAFF = "staff"
    TEST = "test"


class Standing(enum.StrEnum):
    """Where an account is on its way in, or out. Only an admitted one opens anything."""

    APPLICANT = "applicant"  # the address or the person is still to be confirmed
    ADMITTED = "admitted"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    ERASED = "erased"  # nothing of the person is left but what figures need


class ShownAs(enum.StrEnum):
    """How other participants see a person."""

    NAME = "name"
    OFFICE = "office"  # the profession and the part of the world
    HANDLE = "handle"


class InstitutionState(enum.StrEnum):
    PROPOSED = "proposed"
    LISTED = "listed"
    REFUSED = "refused"


class Institution(Base):
    """One institution of the controlled list. A proposed one is seen by who proposed it, and vetters."""

    __tablename__ = "institution"
    __table_args__ = (UniqueConstraint("country", "name_key"), Index(None, "country", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))  # folded: one spelling of it is one row
    state: Mapped[InstitutionState]
    proposed_at: Mapped[datetime]


class Account(Base):
    """One person. A person carried over from an older platform has no address and cannot sign in."""

    __tablename__ = "account"
    __table_args__ = (
        Index(None, "kind", "registered_at"),
        Index(None, "standing", "id"),
        Index(None, "handle_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_latin: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    institution_kind: Mapped[str] = mapped_column(String(40))
    institution: Mapped[str | None] = mapped_column(String(200))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    profession: Mapped[str] = mapped_column(String(40))
    gender: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language]
    zone: Mapped[str] = mapped_column(String(64))
    kind: Mapped[AccountKind] = mapped_column(default=AccountKind.OFFICIAL)
    registered_at: Mapped[datetime]
    standing: Mapped[Standing] = mapped_column(default=Standing.ADMITTED, server_default="admitted")
    email_confirmed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.OFFICE, server_default="office")
    handle: Mapped[str | None] = mapped_column(String(40))
    handle_key: Mapped[str | None] = mapped_column(String(80))
    # The version of the terms that the person has agreed to; see `people/consents.py`.
    consent_version: Mapped[str | None] = mapped_column(String(20))
    # Raised when every session of the person must end: a new password, another role.
    session_epoch: Mapped[int] = mapped_column(default=0)
    # Whether the password was long enough to stand alone when it was chosen.
    password_is_long: Mapped[bool] = mapped_column(default=True, server_default=true())
    calendar_token: Mapped[str] = mapped_column(String(64), unique=True)
    imported_as: Mapped[str | None] = mapped_column(String(80), unique=True)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )


class RoleGrant(Base):
    """One role of one person; `scope` is a country code, a course key, or empty for everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[Role]
    scope: Mapped[str] = mapped_column(String(80), default="")

    account: Mapped[Account] = relationship(back_populates="grants")


class ApiToken(Base):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    session_epoch: Mapped[int]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # When the person last proved with everything they have that it is they.
    confirmed_at: Mapped[datetime | None]
    with_factor: Mapped[bool] = mapped_column(default=False, server_default=false())


class SignIn(Base):
    """A browser that is signed in. Of the key in its cookie only the SHA-256 is kept; no address."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    session_epoch: Mapped[int]
    device: Mapped[str] = mapped_column(String(60))  # words of ours; empty when not known
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # When the person last proved with everything they have that it is they.
    confirmed_at: Mapped[datetime | None]
    with_factor: Mapped[bool] = mapped_column(default=False, server_default=false())


class PasswordReset(Base):
    """A link by mail to choose a new password, used once; only its SHA-256 is kept."""

    __tablename__ = "password_reset"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
