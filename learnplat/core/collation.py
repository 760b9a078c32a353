"""The order of names in a list: the alphabet of each language, without a library of locales.

First the letters alone decide, then the marks on them, as CLDR has it: a space stands before a
sign, a sign before a figure, a figure before a letter. Spanish ñ is a letter of its own after n;
French and English accents only break ties. In Arabic the hamza and the madda are marks on their
letter, ta marbuta stands beside ta and alef maqsura beside ya, short vowels and tatweel do not
count, and the article at the head of a name is passed over, as United Nations lists do:
السودان stands under sin.
"""

import re
import unicodedata

from learnplat.core.languages import Language

SortKey = tuple[tuple[int, ...], tuple[str, ...], str]

_TATWEEL = "\u0640"
_ARTICLE = re.compile(r"^ال(?=\w\w)")
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ة": "ت",
        "ى": "ي",
        "ٱ": "ا",
        "ک": "ك",
        "ی": "ي",
        _TATWEEL: "",
    }
)


def collation_key(text: str, language: Language) -> SortKey:
    """A key that sorts `text` as `language` orders its alphabet."""
    plain = unicodedata.normalize("NFC", text).strip()
    if language is Language.AR:
        plain = _ARTICLE.sub("", plain)
    weights: list[int] = []
    marks: list[str] = []
    for char in plain.casefold():
        if language is Language.ES and char == "ñ":
            weights.append(_weight("n") + 1)
            marks.append("")
            continue
        for part in unicodedata.normalize("NFD", char.translate(_LETTERS)):
            if unicodedata.combining(part):
                if marks:
                    marks[-1] += part
            else:
                weights.append(_weight(part))
                marks.append("")
    return tuple(weights), tuple(marks), text


def _weight(char: str) -> int:
    """Rank of one character; odd numbers are free for letters that follow another."""
    if char.isspace():
        return 0
    kind = 3 if char.isalpha() else 2 if char.isdigit() else 1
    return (kind << 22) + (ord(char) << 1)
