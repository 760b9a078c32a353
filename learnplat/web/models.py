"""Answers kept so that a repeated request is answered, not carried out again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.orm import Base


class KeptAnswer(Base):
    """The answer to one POST with an `Idempotency-Key`, for 24 hours."""

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index(None, "kept_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
