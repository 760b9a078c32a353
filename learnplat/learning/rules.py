"""What is true of runs, places and progress, whatever the database or the page."""

import enum
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from learnplat.catalogue.rules import arabic_letter, numbered
from learnplat.core.languages import Language


class RunState(enum.StrEnum):
    UPCOMING = "upcoming"
    RUNNING = "running"
    ENDED = "ended"


def day_in(zone: str, now: datetime) -> date:
    """The calendar day that an instant has in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def run_state(starts_on: date | None, ends_on: date | None, today: date) -> RunState:
    """Where a run stands on a day. Both its days are included; a missing day is no limit."""
    if ends_on is not None and today > ends_on:
        return RunState.ENDED
    if starts_on is not None and today < starts_on:
        return RunState.UPCOMING
    return RunState.RUNNING


def may_enter(state: RunState) -> bool:
    """A run is entered before it starts and until its last day."""
    return state is not RunState.ENDED


def seats_left(seats: int | None, taken: int) -> int | None:
    """Free seats, or None when there is no limit."""
    return None if seats is None else max(0, seats - taken)


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done == self.total


def progress(unit_keys: Sequence[str], done: AbstractSet[str]) -> Progress:
    """How many of a course's units are done. Units that left the course no longer count."""
    return Progress(done=sum(key in done for key in unit_keys), total=len(unit_keys))


def unfinished_before(
    unit_key: str, unit_keys: Sequence[str], done: AbstractSet[str]
) -> str | None:
    """The first earlier unit still open, or None when the way is clear."""
    earlier = unit_keys[: unit_keys.index(unit_key)]
    return next((key for key in earlier if key not in done), None)


def next_unit(unit_keys: Sequence[str], done: AbstractSet[str]) -> str | None:
    """The unit to study next, or None when every one is done."""
    return next((key for key in unit_keys if key not in done), None)


def neighbours(unit_key: str, unit_keys: Sequence[str]) -> tuple[str | None, str | None]:
    """The units before and after one."""
    place = unit_keys.index(unit_key)
    before = unit_keys[place - 1] if place else None
    after = unit_keys[place + 1] if place + 1 < len(unit_keys) else None
    return before, after


def language_shown(offered: Iterable[Language], wanted: Language) -> Language:
    """The language in which a unit is read: the one wanted, else English, else the first there is."""
    there = set(offered)
    order: tuple[Language, ...] = (wanted, Language.EN, *Language)
    return next(language for language in order if language in there)


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in one run of a course, with the units done. Withdrawn ones may be told."""

    enrolment_id: int
    run_id: int
    course_key: str | None
    title: str | None
    status: str
    language: Language
    starts_on: date | None
    ends_on: date | None
    zone: str
    enrolled_at: datetime
    withdrawn_at: datetime | None
    completed_at: datetime | None
    done: frozenset[str]

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    @property
    def is_withdrawn(self) -> bool:
        return self.status == "withdrawn"

    def run_state(self, now: datetime) -> RunState:
        return run_state(self.starts_on, self.ends_on, day_in(self.zone, now))

    def is_open(self, now: datetime) -> bool:
        """True while units may still be completed in it, now or once it starts."""
        return self.status == "active" and self.run_state(now) is not RunState.ENDED


def current_place(places: Iterable[Place], now: datetime) -> Place | None:
    """The place by which a person studies a course: an open one, else one completed, else ended."""
    held = [place for place in places if not place.is_withdrawn]
    held.sort(
        key=lambda place: (
            place.is_open(now),
            place.is_completed,
            place.enrolled_at,
            place.enrolment_id,
        )
    )
    return held[-1] if held else None


def run_code(course_key: str, year: int, number: int) -> str:
    """The code under which staff and partners know a run: `ULF-2026-3`."""
    initials = "".join(word[0] for word in course_key.split("-") if word)[:8].upper()
    return f"{initials}-{year}-{number}"


def place_order(place: str) -> list[tuple[int, str]]:
    """A key that sorts the places of an instrument as it numbers them: 2.1, 7, 7.1.a, 10."""
    return [(int(part) if part.isdecimal() else 0, part) for part in place.split(".")]


def place_in_words(place: str, language: Language) -> str:
    """A place as a short reference: `7.1.a` is “7.1 (a)”, « 7.1 a) », «7.1 (أ)»."""
    numbers = [numbered(part, language) for part in place.split(".") if part[0].isdecimal()]
    letters = [part for part in place.split(".") if not part[0].isdecimal()]
    if language in (Language.FR, Language.ES):
        letters = [f"{letter})" for letter in letters]
    else:
        is_arabic = language is Language.AR
        letters = [f"({arabic_letter(one) if is_arabic else one})" for one in letters]
    # No line breaks inside a place.
    return "\u00a0".join([".".join(numbers), *letters]).strip()
