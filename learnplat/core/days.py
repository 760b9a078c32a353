"""A day in words, as each of the four languages writes it."""

from datetime import date
from typing import Literal

from babel.dates import format_date

from learnplat.core.languages import Language


def day_in_words(day: date, width: Literal["full", "long"], language: Language) -> str:
    """“20 November 2026”; in full with the day of the week before it."""
    words = str(format_date(day, width, locale=language.locale))
    # The first of a month is an ordinal in French: “1er novembre”.
    return words.replace("1 ", "1er ", 1) if language is Language.FR and day.day == 1 else words
