"""A place of an instrument in the reader's words: “Article 7, paragraph 1 (b)”, “Rule 44”."""

from collections.abc import Callable

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from learnplat.catalogue.rules import letter, numbered
from learnplat.library.instruments import Instrument
from learnplat.web.languages import reader_language

# By what stands below the article or paragraph: a number (n) or a letter (l).
_ARTICLES = {
    "": _l("Article %(first)s"),
    "l": _l("Article %(first)s (%(second)s)"),
    "n": _l("Article %(first)s, paragraph %(second)s"),
    "nl": _l("Article %(first)s, paragraph %(second)s (%(third)s)"),
}
_PARAGRAPHS = {
    "": _l("Paragraph %(first)s"),
    "l": _l("Paragraph %(first)s (%(second)s)"),
}
_NAMES = {
    "articles": _ARTICLES,
    "paragraphs": _PARAGRAPHS,
    "principles": {
        "": _l("Principle %(first)s"),
        "n": _l("Principle %(first)s, paragraph %(second)s"),
        "l": _l("Principle %(first)s (%(second)s)"),
    },
    "rules": {
        "": _l("Rule %(first)s"),
        "n": _l("Rule %(first)s, paragraph %(second)s"),
        "l": _l("Rule %(first)s (%(second)s)"),
    },
    "guidelines": {
        "": _l("Guideline %(first)s"),
        "l": _l("Guideline %(first)s (%(second)s)"),
    },
    "recommendations": {"": _l("Recommendation %(first)s")},
}


def place_name(instrument: Instrument, place: str | None) -> str:
    """A place as the reader's language names it; the bare place where there are no words for it."""
    if place is None:
        return str(gettext("The instrument as a whole"))
    language = reader_language()
    parts = place.split(".")
    form = "".join("n" if part[0].isdecimal() else "l" for part in parts[1:])
    sentences = _NAMES[instrument.places]
    if form not in sentences:
        return place
    said = [
        numbered(part, language) if part[0].isdecimal() else letter(part, language)
        for part in parts
    ]
    return str(sentences[form]) % dict(zip(("first", "second", "third"), said, strict=False))


def short_place_name(place: str) -> str:
    """An article for a narrow cell: “Article 7.1 (b)”."""
    language, parts = reader_language(), place.split(".")
    number = ".".join(numbered(part, language) for part in parts if part[0].isdecimal())
    letters = [f"({letter(part, language)})" for part in parts if not part[0].isdecimal()]
    return str(_ARTICLES[""]) % {"first": "\u00a0".join((number, *letters))}


# Several places of one kind, already joined: “Articles 7 and 9”. `n` is how many they are.
_SEVERAL: dict[str, Callable[[int, str], str]] = {
    "articles": lambda n, said: ngettext(
        "Article %(places)s", "Articles %(places)s", n, places=said
    ),
    "paragraphs": lambda n, said: ngettext(
        "Paragraph %(places)s", "Paragraphs %(places)s", n, places=said
    ),
    "principles": lambda n, said: ngettext(
        "Principle %(places)s", "Principles %(places)s", n, places=said
    ),
    "rules": lambda n, said: ngettext("Rule %(places)s", "Rules %(places)s", n, places=said),
    "guidelines": lambda n, said: ngettext(
        "Guideline %(places)s", "Guidelines %(places)s", n, places=said
    ),
    "recommendations": lambda n, said: ngettext(
        "Recommendation %(places)s", "Recommendations %(places)s", n, places=said
    ),
}


def places_named(kind: str, number: int, places: str) -> str:
    """`number` places of a kind, already joined in words, with the kind's name before them."""
    return str(_SEVERAL[kind](number, places))
