"""Erasures: that a person is gone, and who it was not."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.orm import Base


class Erasure(Base):
    """One account that was erased. `mark` tells the account from another of the same number.

    `address_digest` is the SHA-256 of the address until letters in the mail folder are swept.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    mark: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime]
    address_digest: Mapped[str | None] = mapped_column(String(64))
    # When the files and the rest of the database's own files were cleared after it.
    swept_at: Mapped[datetime | None] = mapped_column(index=True)
