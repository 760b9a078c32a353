"""Effects that follow a commit: rows written with the change they belong to, carried out once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnplat.core.languages import Language
from learnplat.orm import Base


class OutboxMessage(Base):
    """One mail to send. `key` makes a repeated wish one message.

    Once sent, `facts` and `recipient` are emptied: nothing is left of whom it spoke of.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (Index(None, "sent_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    template: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language]
    facts: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


def post(
    session: Session,
    *,
    key: str,
    template: str,
    recipient: str,
    language: Language,
    now: datetime,
    facts: dict[str, Any] | None = None,
    is_withheld: bool = False,
) -> None:
    """Write a mail into the outbox. It leaves after the commit, or not at all.

    `template` names `templates/mail/<template>.txt` and `.html`; `facts` are JSON values for them.
    A withheld one never leaves: it is written so that not to send costs what sending costs.
    """
    session.add(
        OutboxMessage(
            key=key,
            template=template,
            recipient=recipient,
            language=language,
            facts={} if is_withheld else facts or {},
            written_at=now,
            due_at=now,
            sent_at=now if is_withheld else None,
        )
    )
