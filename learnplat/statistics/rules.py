"""What a participation report is: its period, its figures, its document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from learnplat.core.refusals import Invalid

EARLIEST = date(1990, 1, 1)
YEARS_AHEAD = 1
MANY_LANGUAGES = "mul"

TOTALS = (
    "courses_delivered",
    "practitioners_trained",
    "country_count",
    "enrolments",
    "completions",
    "users",
    "user_country_count",
    "discussions_held",
    "discussion_participants",
    "attendances",
)


@dataclass(frozen=True, slots=True)
class Period:
    """Two days in UTC, both included."""

    since: date
    until: date

    @property
    def name(self) -> str:
        """A part of a file's name."""
        return f"{self.since}-{self.until}"


def period_of(since: date, until: date, today: date) -> Period:
    """The period, or `Invalid` naming the day that cannot be meant."""
    errors: dict[str, list[str]] = {}
    latest = date(today.year + YEARS_AHEAD, 12, 31)
    for name, day in (("since", since), ("until", until)):
        if not EARLIEST <= day <= latest:
            errors[name] = ["period_too_far"]
    if not errors and until < since:
        errors["until"] = ["end_before_start"]
    if errors:
        raise Invalid(errors, first=EARLIEST.year, last=latest.year)
    return Period(since, until)


def language_code(languages: list[str]) -> str:
    """The one language of a run, or `mul` (ISO 639-2: multiple languages) when it has several."""
    return languages[0] if len(languages) == 1 else MANY_LANGUAGES


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one country or one run."""

    key: str
    enrolments: int = 0
    completions: int = 0
    practitioners_trained: int = 0
    country_count: int = 0
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What the queries found for a period. Rows are in the order of their keys."""

    courses_delivered: int
    practitioners_trained: int
    enrolments: int
    completions: int
    users: int
    user_country_count: int
    discussions_held: int
    discussion_languages: tuple[str, ...]
    discussion_participants: int
    attendances: int
    by_country: tuple[Row, ...]
    by_course: tuple[Row, ...]
    by_gender: Mapping[str, int]
    by_profession: Mapping[str, int]
    by_language: Mapping[str, int]


def document(
    period: Period, figures: Figures, definitions: Mapping[str, str], as_at: datetime
) -> dict[str, Any]:
    """The report as it is exchanged (the contract's JSON), with its digest."""
    countries = [row.key for row in figures.by_country if row.practitioners_trained]
    made: dict[str, Any] = {
        "period": {"since": str(period.since), "until": str(period.until), "zone": "UTC"},
        "as_at": as_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "basis": "internal",
        "courses_delivered": figures.courses_delivered,
        "practitioners_trained": figures.practitioners_trained,
        "countries": countries,
        "country_count": len(countries),
        "enrolments": figures.enrolments,
        "completions": figures.completions,
        "users": figures.users,
        "user_country_count": figures.user_country_count,
        "discussions_held": figures.discussions_held,
        "discussion_languages": list(figures.discussion_languages),
        "discussion_participants": figures.discussion_participants,
        "attendances": figures.attendances,
        "by_country": [
            {
                "country": row.key,
                "enrolments": row.enrolments,
                "completions": row.completions,
                "practitioners_trained": row.practitioners_trained,
            }
            for row in figures.by_country
        ],
        "by_course": [
            {
                "course": row.key,
                "language": language_code(list(row.languages)),
                "enrolments": row.enrolments,
                "completions": row.completions,
                "practitioners_trained": row.practitioners_trained,
                "country_count": row.country_count,
            }
            for row in figures.by_course
        ],
        "by_gender": dict(sorted(figures.by_gender.items())),
        "by_profession": dict(sorted(figures.by_profession.items())),
        "by_language": dict(sorted(figures.by_language.items())),
        "definitions": dict(definitions),
    }
    made["digest"] = digest_of(made)
    return made


def digest_of(made: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a report, leaving out `as_at` and `digest`.

    Canonical: keys sorted, no white space, UTF-8 with no escapes beyond those JSON needs.
    """
    kept = {name: value for name, value in made.items() if name not in ("as_at", "digest")}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
