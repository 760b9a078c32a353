"""Answers kept so that a repeated request is answered, not carried out again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.orm import Base


class KeptAnswer(Base):
    """The answer to one POST with an `Idempotency-Key`, for 24 hours.

    `holder` is whose key it is: an account's, or everybody's who has none. `request_digest` is keyed
    with the platform's secret, since a request may hold a password.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("holder", "key"), Index(None, "kept_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    holder: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
