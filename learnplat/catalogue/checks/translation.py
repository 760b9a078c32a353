"""Translation: nothing is left in English in a page of another language."""

import re
from collections.abc import Iterator
from itertools import groupby

from learnplat.catalogue.checks.length import sentences
from learnplat.catalogue.checks.pages import Page, Versions, words
from learnplat.catalogue.reader import Fault, Passage
from learnplat.core.languages import Language

# Small words that stand in nearly every sentence of one language and in no other of the four.
_SMALL_WORDS = {
    Language.EN: frozenset((
        "the", "and", "of", "which", "that", "with", "for", "from", "must", "may", "shall",
        "this", "these", "is", "are", "was", "not", "by", "it", "its", "has", "have", "been",
        "who", "what", "when", "where", "under", "between",
    )),
    Language.FR: frozenset((
        "les", "des", "une", "dans", "pour", "avec", "sur", "qui", "par", "est", "sont", "aux",
        "du", "ce", "cette", "doit", "peut", "pas", "être", "leur", "leurs", "ou", "où", "mais",
        "le", "la", "de", "à", "en", "un", "et",
    )),
    Language.ES: frozenset((
        "los", "las", "una", "del", "con", "por", "para", "que", "y", "el", "su", "sus", "está",
        "son", "debe", "puede", "no", "al", "esta", "este", "cuando", "pero", "más", "de", "la",
        "en", "un",
    )),
}  # fmt: skip
_FEWEST_SMALL_WORDS = 3
_SHARED = frozenset({"no", "ce", "son", "par", "sur", "este", "pour"})
# Terms of law that are the same wherever they are used.
BORROWED = frozenset({"Habeas corpus", "Ne bis in idem", "Mutatis mutandis", "Ordre public"})


def is_translated(pages: Versions) -> Iterator[Fault]:
    """A text of two words or more is not the English one. One word may be the same: Extradition."""
    english = pages.get(Language.EN)
    if english is None:
        return
    said = {
        passage.text
        for passage in english.passages
        if len([word for word in words(passage.text) if len(word) > 2 and word.isalpha()]) > 1
    }
    for page in pages.values():
        if page.language is Language.EN:
            continue
        for passage in page.passages:
            if passage.text in said - BORROWED:
                yield page.fault(passage.line, f"still in English: “{passage.text[:60]}”")


def is_in_its_language(page: Page) -> Iterator[Fault]:
    """No sentence holds more small words of another language than of its own."""
    for passage in page.passages:
        for sentence in sentences(passage.text):
            language = _other_language(sentence, page.language)
            if language:
                yield page.fault(
                    passage.line, f"this seems to be {language.own_name}: “{sentence[:60]}”"
                )


def _other_language(sentence: str, language: Language) -> Language | None:
    said = [word.lower() for word in words(sentence)]
    own = _SMALL_WORDS.get(language, frozenset())
    mine = sum(word in own for word in said)
    for other, small in _SMALL_WORDS.items():
        theirs = sum(word in small and word not in own | _SHARED for word in said)
        if other is not language and theirs >= _FEWEST_SMALL_WORDS and theirs > mine:
            return other
    return None


def has_as_many_parts(pages: Versions) -> Iterator[Fault]:
    """Under each heading the same number of paragraphs, list items and cells as in English."""
    english = pages.get(Language.EN)
    for page in pages.values() if english else ():
        if page is english or english is None:
            continue
        for mine, theirs in zip(sections(page), sections(english), strict=False):
            for kind in ("paragraph", "item", "cell"):
                here, there = (
                    sum(passage.kind == kind for passage in part) for part in (mine, theirs)
                )
                if here != there:
                    yield page.fault(
                        mine[0].line,
                        f"{here} of kind {kind} in this section, {there} in English",
                    )


def sections(page: Page) -> list[list[Passage]]:
    """The text parted at its headings; each part begins with its heading."""
    number = 0

    def part(passage: Passage) -> int:
        nonlocal number
        number += passage.kind == "heading"
        return number

    return [list(group) for _, group in groupby(page.body, key=part)]


_REPEATED = re.compile(r"\b([^\W\d_]{2,}) \1\b", re.IGNORECASE)
# Words that a sentence may rightly hold twice together.
_MAY_REPEAT = frozenset({"nous", "vous", "en", "that", "had"})
_SMALL_IN_ARABIC = 3  # letters


def repeats_no_word(page: Page) -> Iterator[Fault]:
    """In Arabic only small words are looked at: “ركنا ركنا” is how it says “one by one”."""
    for passage in page.passages:
        for found in _REPEATED.finditer(passage.text):
            is_small = page.language is not Language.AR or len(found[1]) <= _SMALL_IN_ARABIC
            if is_small and found[1].lower() not in _MAY_REPEAT:
                yield page.fault(passage.line, f"a word twice: “{found[0]}”")
