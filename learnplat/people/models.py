"""Accounts and what hangs on them."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learnplat.core.actors import Role
from learnplat.core.languages import Language
from learnplat.orm import Base


class AccountKind(enum.StrEnum):
    """Only an official's account counts in a figure."""

    OFFICIAL = "official"
    STAFF = "staff"
    TEST = "test"


class Account(Base):
    """One person. A person carried over from an older platform has no address and cannot sign in."""

    __tablename__ = "account"
    __table_args__ = (Index(None, "kind", "registered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_latin: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    institution_kind: Mapped[str] = mapped_column(String(40))
    institution: Mapped[str | None] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(40))
    gender: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language]
    zone: Mapped[str] = mapped_column(String(64))
    kind: Mapped[AccountKind] = mapped_column(default=AccountKind.OFFICIAL)
    registered_at: Mapped[datetime]
    # Raised when every session of the person must end: a new password, another role.
    session_epoch: Mapped[int] = mapped_column(default=0)
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
