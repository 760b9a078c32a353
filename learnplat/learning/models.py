"""Course runs, who asks for a place and who is in them, and how far they have come."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learnplat.core.languages import Language
from learnplat.orm import Base
from learnplat.people.models import Account


class Pace(enum.StrEnum):
    SELF_PACED = "self_paced"
    DATED = "dated"


class Confirmation(enum.StrEnum):
    """Who says, before a place is given, that the person may take part."""

    NONE = "none"
    SUPERVISOR = "supervisor"
    FOCAL_POINT = "focal_point"


class CourseRun(Base):
    """A delivery of a course. One carried over from an older platform has a title of its own and no course.

    `starts_on` and `ends_on` are days in `zone`, both included. `seats` None means no limit;
    `seats_taken` is kept by the same statement that takes a seat.
    """

    __tablename__ = "course_run"
    __table_args__ = (
        CheckConstraint(
            "seats IS NULL OR (seats_taken >= 0 AND seats_taken <= seats)", name="seats"
        ),
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="days"
        ),
        Index(None, "course_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    course_key: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str | None] = mapped_column(String(300))
    pace: Mapped[Pace]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    languages: Mapped[list[str]]
    partners: Mapped[list[str]]
    seats: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    confirmation: Mapped[Confirmation] = mapped_column(
        default=Confirmation.NONE, server_default="none"
    )
    planned_at: Mapped[datetime]
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ApplicationState(enum.StrEnum):
    """A confirmed application opens the run to its person, now or once a seat is free."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_IS_LIVE = text("state IN ('waiting', 'confirmed')")


class Application(Base):
    """A person asks for a place in a run that asks for a confirmation. It counts in no figure.

    `asks` is who confirms and `country` whose focal point does, both as they were when the person
    applied. Of one person and run at most one is waiting or confirmed.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_live",
            "account_id",
            "run_id",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index(None, "account_id", "id"),
        Index(None, "asks", "state", "country", "id"),
        Index(None, "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    asks: Mapped[Confirmation]
    state: Mapped[ApplicationState]
    country: Mapped[str] = mapped_column(String(2))
    supervisor_name: Mapped[str | None] = mapped_column(String(120))
    supervisor_email: Mapped[str | None] = mapped_column(String(254))
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String(40))  # a code of `rules.REASONS`
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    run: Mapped[CourseRun] = relationship()


class ConfirmationLetter(Base):
    """A letter to a supervisor whose link answers once; of the link only its SHA-256 is kept.

    `mailbox` is the digest of the address that it went to, so that letters to one can be counted.
    """

    __tablename__ = "confirmation_letter"
    __table_args__ = (Index(None, "application_id"), Index(None, "mailbox", "sent_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    mailbox: Mapped[str] = mapped_column(String(64))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # answered, or made void by a later letter


class EnrolmentStatus(enum.StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Enrolment(Base):
    """One person's place in one run, with the person's facts as they were then."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("account_id", "run_id"),
        Index(None, "run_id"),
        Index(None, "enrolled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    country: Mapped[str] = mapped_column(String(2))
    gender: Mapped[str] = mapped_column(String(20))
    profession: Mapped[str] = mapped_column(String(40))
    institution_kind: Mapped[str] = mapped_column(String(40))
    institution: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[Language]

    account: Mapped[Account] = relationship()
    run: Mapped[CourseRun] = relationship()


class UnitCompletion(Base):
    """One unit finished, once, in the language and edition in which it was studied."""

    __tablename__ = "unit_completion"
    __table_args__ = (UniqueConstraint("enrolment_id", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_key: Mapped[str] = mapped_column(String(80))
    language: Mapped[Language]
    edition_id: Mapped[int] = mapped_column(ForeignKey("module_edition.id"))
    completed_at: Mapped[datetime]


class Completion(Base):
    """Every rule of the run met, once. `editions` maps a unit's key to the edition studied."""

    __tablename__ = "completion"
    __table_args__ = (Index(None, "completed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    completed_at: Mapped[datetime]
    editions: Mapped[dict[str, Any]]

    enrolment: Mapped[Enrolment] = relationship()
