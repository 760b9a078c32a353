"""Scripts: a word is of one script, and a text of the script of its language."""

import re
import unicodedata
from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault
from learnplat.core.languages import Language

_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ’-]*(?: [A-Za-zÀ-ÿ][A-Za-zÀ-ÿ’-]*)*")
_OTHER_DIGITS = re.compile(r"[^\D0-9]")
# Arabic letters of other languages and shapes made for old printers; they look like ours.
_FOREIGN_ARABIC = re.compile("[\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
# What Arabic texts write in Latin letters, as the official texts do.
LATIN_IN_ARABIC = frozenset({"actus", "reus", "mens", "rea"})


# The º of n.º and the like are letters of no script.
_SIGNS = {"MODIFIER", "MASCULINE", "FEMININE"}


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def keeps_words_in_one_script(page: Page) -> Iterator[Fault]:
    """Letters that look alike in two scripts would hide the word from a search."""
    for passage in page.passages:
        for word in _LETTERS.findall(passage.text):
            scripts = {_script(letter) for letter in word} - _SIGNS
            if len(scripts) > 1:
                yield page.fault(
                    passage.line, f"“{word}” mixes letters of {' and '.join(sorted(scripts))}"
                )


def keeps_to_its_script(page: Page) -> Iterator[Fault]:
    own = "ARABIC" if page.language is Language.AR else "LATIN"
    for passage in page.passages:
        for word in _LETTERS.findall(passage.text):
            script = _script(word[0])
            if script not in {own} | _SIGNS and not (own == "ARABIC" and script == "LATIN"):
                yield page.fault(passage.line, f"“{word}” is in {script} letters")


def names_few_things_in_latin(page: Page) -> Iterator[Fault]:
    """Arabic texts name States and persons in Arabic letters."""
    if page.language is not Language.AR:
        return
    for passage in page.passages:
        for run in _LATIN.findall(passage.text):
            if not LATIN_IN_ARABIC.issuperset(run.split()):
                yield page.fault(passage.line, f"“{run}” is in Latin letters")


def uses_one_kind_of_digits(page: Page) -> Iterator[Fault]:
    for passage in page.passages:
        for digit in _OTHER_DIGITS.findall(passage.text):
            yield page.fault(passage.line, f"the digit {digit}; all four languages write 0 to 9")


def writes_arabic_letters(page: Page) -> Iterator[Fault]:
    for passage in page.passages:
        for letter in _FOREIGN_ARABIC.findall(passage.text):
            name = unicodedata.name(letter, "?").lower()
            yield page.fault(passage.line, f"“{letter}” is no letter of Arabic text ({name})")
