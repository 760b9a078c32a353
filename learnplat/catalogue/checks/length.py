"""Length: words of a unit, the minutes it is said to need, and the length of its sentences."""

import re
from collections.abc import Iterator
from statistics import mean

from learnplat.catalogue.checks.pages import Page, Versions, count_words, words
from learnplat.catalogue.reader import Fault, Passage
from learnplat.core.languages import Language

# Words of a lesson's text. Arabic joins articles and prepositions to the word, so it has fewer.
FEWEST = {Language.AR: 450, Language.EN: 500, Language.FR: 500, Language.ES: 500}
MOST = 1000
# Words of the whole page that a reader is thought to go through in a minute: a careful reading of
# law, with questions answered in a lesson, and a case solved in writing in a test.
SLOWEST, FASTEST = 12, 60
# Words in a sentence. Readability here is this one plain measure, for the formulas in use were
# made for English and count syllables. The mean is of a page, the longest of any sentence.
MEAN = {Language.AR: 20, Language.EN: 24, Language.FR: 26, Language.ES: 26}
LONGEST = {Language.AR: 60, Language.EN: 65, Language.FR: 70, Language.ES: 70}
_BRACKETED = re.compile(r" ?\((?:[^()]|\([^()]*\))*\)")
_END = re.compile(r"(?<=[.!?؟…])[”»)]*\s+(?=[\W\d]*[^\W\d])")


def has_enough_words(page: Page) -> Iterator[Fault]:
    if not page.is_lesson:
        return
    number, fewest = count_words(page.body), FEWEST[page.language]
    if not fewest <= number <= MOST:
        yield page.fault(
            page.first_line, f"the text has {number} words; a unit has {fewest} to {MOST}"
        )


def has_plausible_minutes(pages: Versions) -> Iterator[Fault]:
    """Said once, of the language with the most words."""
    most = max(pages.values(), key=lambda page: count_words(page.passages))
    if most.unit is None:
        return
    number, minutes = count_words(most.passages), int(most.unit.document["minutes"])
    if minutes and not SLOWEST <= number / minutes <= FASTEST:
        yield most.fault(
            1,
            f"{minutes} minutes for {number} words; plausible are"
            f" {-(-number // FASTEST)} to {number // SLOWEST}",
        )


def sentences(text: str) -> list[str]:
    """The sentences of a passage, as their full stops part them, without what is in brackets.

    There stand the articles cited, over which the reader's eye may pass.
    """
    return [part for part in _END.split(_BRACKETED.sub("", text)) if part.strip()]


def has_readable_sentences(page: Page) -> Iterator[Fault]:
    lengths = []
    for passage in page.passages:
        for sentence in sentences(passage.text):
            number = len(words(sentence))
            if number > LONGEST[page.language]:
                yield page.fault(
                    passage.line,
                    f"a sentence of {number} words; the longest may have {LONGEST[page.language]}",
                )
            if _is_prose(passage):
                lengths.append(number)
    if lengths and mean(lengths) > MEAN[page.language]:
        yield page.fault(
            page.first_line,
            f"sentences have {mean(lengths):.0f} words on average;"
            f" {MEAN[page.language]} is the most",
        )


def _is_prose(passage: Passage) -> bool:
    return passage.kind in ("paragraph", "item")
