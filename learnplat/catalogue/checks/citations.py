"""Citations: the words of a link name the same article or paragraph as its address."""

import re
from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault
from learnplat.core.languages import Language
from learnplat.library.instruments import instruments

_NUMBER = r"([1-9]\d{0,2}(?:[A-E]\b|\s?(?:bis|ter|quater|quinquies))?)"
_ARABIC_NUMBER = r"([1-9]\d{0,2}(?: ألف\b| باء\b| مكررا(?: (?:ثانيا|ثالثا))?)?)"
_ARABIC_AGAIN = (
    (" مكررا ثالثا", "quater"),
    (" مكررا ثانيا", "ter"),
    (" مكررا", "bis"),
    (" ألف", "A"),
    (" باء", "B"),
)
# What the first part of a place is called, by the kind of place and language.
_NAMED = {
    ("articles", Language.EN): rf"(?<!its )\b[Aa]rticle {_NUMBER}",
    ("articles", Language.FR): rf"(?<!son )\b[Aa]rticle {_NUMBER}",
    ("articles", Language.ES): rf"(?<!su )\b[Aa]rtículo {_NUMBER}",
    ("articles", Language.AR): rf"(?:المادة|للمادة|فالمادة) {_ARABIC_NUMBER}",
    ("paragraphs", Language.EN): rf"\b[Pp]aragraph {_NUMBER}",
    ("paragraphs", Language.FR): rf"\b[Pp]aragraphe {_NUMBER}",
    ("paragraphs", Language.ES): rf"\b[Pp]árrafo {_NUMBER}",
    ("paragraphs", Language.AR): rf"(?:الفقرة|للفقرة|فالفقرة) {_ARABIC_NUMBER}",
}


def names_its_place(page: Page) -> Iterator[Fault]:
    for cited in page.unit.citations if page.unit else ():
        instrument = instruments().get(cited.instrument)
        pattern = _NAMED.get((instrument.places, page.language)) if instrument else None
        named = re.search(pattern, cited.text) if pattern else None
        if named is None:
            continue
        place = _place(named[1])
        if cited.place is None:
            yield page.fault(cited.line, f"“{cited.text}” names a place, {cited.target} none")
        elif cited.place.split(".")[0] != place:
            yield page.fault(cited.line, f"“{cited.text}” leads to {cited.target}")


def _place(named: str) -> str:
    """A number of an article or paragraph as an address writes it."""
    for said, written in _ARABIC_AGAIN:
        named = named.replace(said, written)
    return "".join(named.split())
