"""Figures: the words that stand for a drawing say what it shows, in a sentence or two."""

from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault

SHORTEST, LONGEST = 40, 400  # characters


def has_telling_words(page: Page) -> Iterator[Fault]:
    """That there are any, the reader sees to; their language, the rules on translation."""
    for passage in page.passages:
        if passage.kind == "figure" and not SHORTEST <= len(passage.text) <= LONGEST:
            yield page.fault(
                passage.line,
                f"the words that stand for the figure have {len(passage.text)} characters;"
                f" {SHORTEST} to {LONGEST} tell what it shows",
            )
