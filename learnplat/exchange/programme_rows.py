"""The rows of an older platform's five tables, and what may be wrong with one."""

from dataclasses import dataclass, field
from datetime import date, datetime

from learnplat.core.languages import Language
from learnplat.learning.models import EnrolmentStatus


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Why a row cannot be taken. Line 0 is the whole file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Participant:
    line: int
    key: str
    country: str
    gender: str
    profession: str
    language: Language
    registered_on: date
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Run:
    line: int
    code: str
    title: str
    languages: list[str]
    starts_on: date
    ends_on: date
    partners: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """One enrolment."""

    line: int
    participant: str
    run: str
    enrolled_on: date
    status: EnrolmentStatus
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One discussion."""

    line: int
    key: str
    topic: str
    language: Language
    starts_at: datetime
    minutes: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One joining and leaving of a discussion."""

    line: int
    talk: str
    participant: str
    joined_at: datetime
    left_at: datetime


@dataclass(slots=True)
class Programme:
    """What the tables hold, in the order of their lines, and all that is wrong with them."""

    participants: list[Participant] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
