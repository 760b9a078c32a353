"""What makes a discussion: its plan, its words for a reader, its seats, its phase."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from learnplat.core.languages import Language

MIN_MINUTES, MAX_MINUTES = 15, 480
MAX_SEATS = 10_000
MAX_EXPERTS = 6

Value = TypeVar("Value")


class Phase(enum.StrEnum):
    """Where a discussion stands at a moment."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Words:
    topic: str
    description: str


@dataclass(frozen=True, slots=True)
class Expert:
    name: str
    biographies: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that staff decide about a discussion. `seats` None means no limit."""

    starts_at: datetime
    zone: str
    minutes: int
    seats: int | None
    languages: tuple[Language, ...]
    course_key: str | None
    texts: Mapping[Language, Words]
    experts: tuple[Expert, ...]


def is_heard_by_calendars(before: Plan, after: Plan) -> bool:
    """Whether the change shows in a calendar: seats and the linked course do not."""
    return replace(after, seats=before.seats, course_key=before.course_key) != before


def wall_time(starts_at: datetime, zone: str) -> datetime:
    """The organiser's clock at that instant, without a zone."""
    return starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def language_for(available: Mapping[Language, Value], reader: Language) -> Language | None:
    """The reader's language when there is something in it, else the first that there is."""
    if reader in available:
        return reader
    return next((language for language in Language if language in available), None)


def in_order(languages: list[Language]) -> tuple[Language, ...]:
    """Each language once, in the platform's order."""
    return tuple(language for language in Language if language in languages)


def ends_at(starts_at: datetime, minutes: int) -> datetime:
    return starts_at + timedelta(minutes=minutes)


def phase(starts_at: datetime, minutes: int, *, is_cancelled: bool, now: datetime) -> Phase:
    if is_cancelled:
        return Phase.CANCELLED
    if now < starts_at:
        return Phase.COMING
    return Phase.RUNNING if now < ends_at(starts_at, minutes) else Phase.OVER


def seats_left(seats: int | None, taken: int) -> int | None:
    """How many may still come; None when there is no limit."""
    return None if seats is None else max(seats - taken, 0)
