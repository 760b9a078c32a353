"""What is kept of a person's second factors, and of signing in that is half done."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.orm import Base


class Purpose(enum.StrEnum):
    """What a passkey is asked for. A challenge of one purpose serves no other."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


class SecondFactor(Base):
    """What all the factors of a person share: one row from the first time that one is set up."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # Random: what passkeys know the account by, and the salt of the recovery codes.
    handle: Mapped[str] = mapped_column(String(43), unique=True)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]  # when staff were led to the page that sets one up


class Passkey(Base):
    """A key pair that a device or a key chain keeps; here is its public half."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int]
    transports: Mapped[str] = mapped_column(String(100))  # with commas between
    name: Mapped[str] = mapped_column(String(60))  # given by the person
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Authenticator(Base):
    """An app that shows a new code every half minute. Its secrets are sealed with a key of ours."""

    __tablename__ = "authenticator"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), unique=True
    )
    secret: Mapped[str | None] = mapped_column(String(255))  # None until a code has confirmed it
    last_step: Mapped[int] = mapped_column(
        default=0
    )  # no code of this half minute or before counts
    confirmed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    pending_secret: Mapped[str | None] = mapped_column(String(255))
    pending_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code on paper, used once; only its slow digest is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """What a passkey is asked to sign: for one purpose, in one browser, once, within five minutes."""

    __tablename__ = "factor_challenge"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    browser_digest: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[Purpose]
    # None while nobody is signed in.
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]


class HalfSignIn(Base):
    """A right password whose second factor is still to come. Of its key only the SHA-256 is kept."""

    __tablename__ = "half_sign_in"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    session_epoch: Mapped[int]
    expires_at: Mapped[datetime]
