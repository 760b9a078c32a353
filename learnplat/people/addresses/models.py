"""What is kept of a wish for another address, and of a wish for a new password."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.orm import Base


class AddressChange(Base):
    """A link that proves who reads a new address, used once; only its SHA-256 is kept.

    It holds while nothing else of the account's doors changes: a new password or role ends it.
    """

    __tablename__ = "address_change"
    __table_args__ = (Index(None, "account_id"), Index(None, "email_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    session_epoch: Mapped[int]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or replaced by a later one


class ResetWish(Base):
    """Somebody asked for a new password for an address, known or not.

    The postman finds out whose it is, when nobody waits for the answer; then the address is
    emptied. `peer_mark` is a keyed digest of where the wish came from; an hour later the row goes.
    """

    __tablename__ = "reset_wish"
    __table_args__ = (Index(None, "settled_at", "id"), Index(None, "peer_mark", "asked_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str | None] = mapped_column(String(254))
    peer_mark: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    has_letter: Mapped[bool] = mapped_column(default=False)
