"""Live expert discussions: what is planned, in which words, who comes."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learnplat.core.languages import Language
from learnplat.orm import Base
from learnplat.people.models import ShownAs


class DiscussionStatus(enum.StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Discussion(Base):
    """A live discussion. `starts_at` is the instant of the organiser's wall time in `zone`.

    `sequence` rises with every change that a calendar must hear of; `seats` None means no limit.
    """

    __tablename__ = "discussion"
    __table_args__ = (
        CheckConstraint(
            "seats IS NULL OR (seats_taken >= 0 AND seats_taken <= seats)", name="seats"
        ),
        CheckConstraint("minutes > 0", name="minutes"),
        Index(None, "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[DiscussionStatus] = mapped_column(default=DiscussionStatus.PLANNED)
    starts_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    seats: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    languages: Mapped[list[str]]
    course_key: Mapped[str | None] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(default=0)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    planned_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    imported_as: Mapped[str | None] = mapped_column(String(80), unique=True)

    texts: Mapped[list["DiscussionText"]] = relationship(
        cascade="all, delete-orphan", order_by="DiscussionText.language"
    )
    experts: Mapped[list["DiscussionExpert"]] = relationship(
        cascade="all, delete-orphan", order_by="DiscussionExpert.position"
    )


class DiscussionText(Base):
    """The topic and description in one language."""

    __tablename__ = "discussion_text"
    __table_args__ = (UniqueConstraint("discussion_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey("discussion.id", ondelete="CASCADE"))
    language: Mapped[Language]
    topic: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)


class DiscussionExpert(Base):
    """Who speaks. `biographies` maps a language code to a short text."""

    __tablename__ = "discussion_expert"
    __table_args__ = (UniqueConstraint("discussion_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey("discussion.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    biographies: Mapped[dict[str, Any]]


class Registration(Base):
    """A seat asked for and held, until it is given back; `shown_as` is how its holder is seen."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("discussion_id", "account_id"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey("discussion.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    registered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.OFFICE, server_default="office")


class Attendance(Base):
    """One person at one discussion, with the minutes attended and the country they then had."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("discussion_id", "account_id"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey("discussion.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    country: Mapped[str] = mapped_column(String(2))
    minutes: Mapped[int]


class Connection(Base):
    """One raw join and leave."""

    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("attendance_id", "joined_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
