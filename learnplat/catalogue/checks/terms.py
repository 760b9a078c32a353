"""Terms: what English calls by a term of the glossary, each language calls by its name there."""

from collections.abc import Collection, Iterator
from html import escape

from learnplat.catalogue.checks.pages import Page, Versions
from learnplat.catalogue.reader import Fault
from learnplat.catalogue.terms import with_terms
from learnplat.core.languages import Language
from learnplat.library.glossary import glossary


def are_named_as_in_the_glossary(pages: Versions) -> Iterator[Fault]:
    english = pages.get(Language.EN)
    if english is None or english.unit is None:
        return
    own = english.unit.document["key_terms"]
    wanted = _used(english, own)
    for language, page in pages.items():
        used = _used(page, wanted)
        for key in wanted:
            if key not in used:
                names = glossary()[key].names
                yield page.fault(
                    page.first_line,
                    f"English uses “{names[Language.EN]}”; “{names[language]}” stands nowhere here",
                )


def _used(page: Page, own: Collection[str]) -> tuple[str, ...]:
    """The terms that are met on a page, headings and questions included."""
    text = "".join(f"<p>{escape(passage.text, quote=False)}</p>" for passage in page.passages)
    return with_terms(text, page.language, own)[1]
