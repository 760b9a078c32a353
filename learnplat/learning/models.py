"""Course runs, who is in them, and how far they have come."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learnplat.core.languages import Language
from learnplat.orm import Base
from learnplat.people.models import Account


class Pace(enum.StrEnum):
    SELF_PACED = "self_paced"
    DATED = "dated"


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
    planned_at: Mapped[datetime]
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


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
