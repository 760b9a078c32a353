"""How moments, numbers and lists are written for the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask

from learnplat.core.countries import country_name
from learnplat.core.days import day_in_words
from learnplat.core.languages import Language
from learnplat.core.lists import label_of
from learnplat.web.languages import reader_language, reader_zone


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment for a reader: `day` and `time` in the reader's zone, `other` as the organiser has it."""

    iso: str
    day: str
    time: str
    zone: str
    other: str | None


@cache
def _city(zone: str, language: str) -> str:
    return str(get_timezone_location(ZoneInfo(zone), locale=language, return_city=True))


def zone_name(zone: str, moment: datetime | None = None) -> str:
    """A zone by its city, with its offset at a moment: “Niamey (UTC+01:00)”."""
    if zone == "UTC":
        return zone
    city = _city(zone, reader_language().value)
    if moment is None:
        return city
    offset = moment.astimezone(ZoneInfo(zone)).strftime("%z")
    # The offset runs left to right inside Arabic too.
    return f"{city} (\u2066UTC{offset[:3]}:{offset[3:5]}\u2069)"


def stamp(moment: datetime, organiser_zone: str | None = None) -> Stamp:
    """`moment` in the reader's zone, named; with the organiser's time beside it when it differs."""
    language, zone = reader_language(), reader_zone()
    local = moment.astimezone(ZoneInfo(zone))
    other = None
    if organiser_zone and organiser_zone != zone:
        there = moment.astimezone(ZoneInfo(organiser_zone))
        other = (
            f"{_clock(there, language)}{'،' if language is Language.AR else ','} "
            f"{day(there.date())} — {zone_name(organiser_zone, moment)}"
        )
    return Stamp(
        iso=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        day=day_in_words(local.date(), "full", language),
        time=_clock(local, language),
        zone=zone_name(zone, moment),
        other=other,
    )


def _clock(moment: datetime, language: Language) -> str:
    return str(format_time(moment.time(), "HH:mm", locale=language.value))


def day(value: date | datetime) -> str:
    """A day, long: “20 November 2026”. An instant is taken in the reader's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(reader_zone())).date()
    return day_in_words(value, "long", reader_language())


def number(value: float) -> str:
    language = reader_language().value
    return str(format_decimal(value, locale=language))


def listed(words: Sequence[str], language: Language | None = None) -> str:
    """Words joined as the reader's language, or the one given, does: “a, b and c”."""
    return str(format_list(words, locale=(language or reader_language()).locale))


def duration(minutes: int) -> str:
    """A length of time in words: “3 hours and 20 minutes”."""
    language = reader_language().locale
    parts = zip(("duration-hour", "duration-minute"), divmod(minutes, 60), strict=True)
    words = [format_unit(count, unit, locale=language) for unit, count in parts if count]
    return str(format_list(words, locale=language))


def init_filters(app: Flask) -> None:
    env = app.jinja_env
    env.filters.update(
        stamp=stamp,
        day=day,
        number=number,
        listed=listed,
        zone_name=zone_name,
        duration=duration,
        country=lambda code: country_name(code, reader_language()),
        label=lambda key, name: label_of(name, key, reader_language()),
        language_name=lambda code: Language(code).own_name,
    )
