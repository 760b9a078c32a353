"""How a stranger guesses, by common words, rows of keys and repetitions, and what is left over."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise

LEAST_ROW = 4
LEAST_WORD = 4
# Along these, forwards or backwards, a hand or a child's rhyme runs: keyboards of our languages
# and of their neighbours, alphabets in both their Arabic orders, digits round and round.
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "azertyuiop", "qsdfghjklm", "wxcvbn",
    "qwertzuiop", "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
    "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "абвгдежзиклмнопрстуфхцчшщ",
)  # fmt: skip
_PLACE = (
    "learnplat", "unodc", "platform", "plateforme", "plataforma", "المنصة", "منصة",
    "united nations", "nations unies", "naciones unidas", "الأمم المتحدة",
)  # fmt: skip
_FIGURES = "0123456789"
_DISGUISES = str.maketrans("0134578@$!€", "oleastbasie")


def folded(text: str) -> str:
    """Letters and digits only, without case and accents: how a guesser writes."""
    spelt = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in spelt if char.isalnum())


def undisguised(text: str) -> str:
    """Figures and signs that stand for letters, as letters: “p4$$w0rd”."""
    return text.casefold().translate(_DISGUISES)


def without(text: str, words: Iterable[str]) -> str:
    """The text with each of the words taken out, in their order."""
    for word in words:
        text = text.replace(word, "")
    return text


def unrepeated(text: str) -> str:
    """The text with everything that is said twice in a row said once."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"(.{1,64}?)\1+", r"\1", text, flags=re.DOTALL)
    return text


@cache
def _steps() -> dict[tuple[str, str], set[int]]:
    """Which rows lead from one character to the next; a row backwards is another row."""
    steps: dict[tuple[str, str], set[int]] = defaultdict(set)
    rows = [folded(row) for row in _ROWS]
    for number, row in enumerate(rows + [row[::-1] for row in rows]):
        for pair in pairwise(row):
            steps[pair].add(number)
    return dict(steps)


def without_rows(text: str) -> str:
    """The text without its runs of `LEAST_ROW` characters or more along a row."""
    steps, left, start = _steps(), [], 0
    while start < len(text):
        end, rows = start + 1, None
        while end < len(text):
            found = steps.get((text[end - 1], text[end]), set())
            rows = found if rows is None else rows & found
            if not rows:
                break
            end += 1
        if end - start < LEAST_ROW:
            end = start + 1
            left.append(text[start])
        start = end
    return "".join(left)


@cache
def common_words() -> tuple[str, ...]:
    """The shipped list and the words of this place as a guesser writes them, longest first."""
    text = files("learnplat.people").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = {folded(line) for line in (*lines, *_PLACE)}
    return tuple(sorted((word for word in words if len(word) >= LEAST_WORD), key=_longest_first))


@cache
def _breached() -> frozenset[str]:
    """The 30,000 passwords most often found in breaches, each also as a guesser writes it."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 13 MB: for those who choose a password

    lines = FREQUENCY_LISTS["passwords"]
    return frozenset({line.casefold() for line in lines} | {folded(line) for line in lines} - {""})


def is_tried_first(password: str) -> bool:
    """Whether it is a password of past breaches, in disguise, doubled or with figures at its ends."""
    found = {password.casefold()}
    for written in (folded(password), folded(undisguised(password))):
        for bare in _without_figures(written):
            found |= {bare, folded(undisguised(bare)), said_once(bare)}
    return not found.isdisjoint(_breached())


def said_once(text: str) -> str:
    """Of a text that is one word over and over, the word."""
    found = re.fullmatch(r"(.+?)\1+", text, flags=re.DOTALL)
    return found[1] if found else text


def _without_figures(text: str) -> list[str]:
    """The text with up to four figures less at each end: a year, a number that was asked for."""
    before = min(4, len(text) - len(text.lstrip(_FIGURES)))
    after = min(4, len(text) - len(text.rstrip(_FIGURES)))
    return [text[a : len(text) - b] for a in range(before + 1) for b in range(after + 1)]


def known_words(about: Iterable[str]) -> list[str]:
    """The words that others know of a person, from names, addresses and places, longest first."""
    words: set[str] = set()
    for text in about:
        parts = [text, text.partition("@")[0], *re.split(r"[\W_]+", text)]
        words.update(word for word in map(folded, parts) if len(word) > 2)
    return sorted(words, key=_longest_first)


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


def own_part(text: str) -> str:
    """What is left of a folded text when everything that is tried first has been taken out."""
    return unrepeated(without_rows(without(text, common_words())))
