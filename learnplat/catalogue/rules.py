"""Search, without any engine: words to terms in four languages, what matches, and in what order."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol

from learnplat.core.languages import Language

# Raise it when the same text would give other terms: what people search is then made again.
ANALYSER = 1

# A word begins with a letter or a digit and may hold the marks and joiners of its script.
WORD = re.compile(
    r"[^\W_](?:[^\W_]|[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a"
    r"\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff\u200c\u200d])*"
)
_ARABIC = re.compile("[\u0600-\u06ff]")
_UNIFIED = str.maketrans(
    {
        "\u0640": "",  # tatweel
        "\u0671": "ا",
        "\u0649": "ي",
        "\u06cc": "ي",
        "\u0629": "ه",
        "\u06a9": "ك",
        "œ": "oe",
        "æ": "ae",
    }
)
_LONGEST_TERM = 40  # characters
_MOST_WORDS = 12  # of a query
_MOST_HITS = 500  # looked at for an excerpt
_NEXT = "\n"  # between two words while places are counted
NOTHING = "_"  # stands in the row of terms for a word of which nothing is left
_STOP_WORDS = {
    Language.EN: "a an and as at by for from in is of on or the to with",
    Language.FR: "a au aux ce ces d de des du en est et l la le les ou par pour qu que s sur un une",
    Language.ES: "a al con de del e el en es la las lo los o para por que se su u un una y",
    Language.AR: "ان او اي التي الذي الي عن علي في ما مع من هل هو هي و",
}
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
# Plurals that change the inside of the word, which no suffix rule undoes.
_BROKEN_PLURALS = {
    "صكوك": "صك", "جرايم": "جريمه", "محاكم": "محكمه", "قضاه": "قاضي", "اعمال": "عمل",
    "افعال": "فعل", "اموال": "مال", "اصول": "اصل", "حقوق": "حق", "رهاين": "رهينه",
    "قنابل": "قنبله", "شهود": "شاهد", "ضحايا": "ضحيه", "ادله": "دليل", "قوانين": "قانون",
    "اسلحه": "سلاح", "حدود": "حد", "بنوك": "بنك", "مصارف": "مصرف", "تدابير": "تدبير",
    "مواد": "ماده", "اشخاص": "شخص", "سفن": "سفينه", "دول": "دوله", "مبادي": "مبدا",
    "نمايط": "نميطه", "عقود": "عقد", "نصوص": "نص", "احكام": "حكم", "دورات": "دوره",
}  # fmt: skip


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


@cache
def _stemmer(language: Language) -> _Stemmer:
    import snowballstemmer

    names = {Language.EN: "english", Language.FR: "french", Language.ES: "spanish"}
    found: _Stemmer = snowballstemmer.stemmer(names[language])
    return found


_one_at_a_time = Lock()  # a stemmer keeps the word it works on


def _stem(word: str, language: Language) -> str:
    if language not in (Language.EN, Language.FR, Language.ES):
        return word
    with _one_at_a_time:
        return _stemmer(language).stemWord(word) or word


@lru_cache(maxsize=16384)
def folded(word: str) -> str:
    """A word without case, marks, ligatures and other ways of writing the same letters."""
    for _ in range(4):
        once = _folded_once(word)
        if once == word:
            break
        word = once
    return word[:_LONGEST_TERM]


def _folded_once(word: str) -> str:
    word = unicodedata.normalize("NFKC", word).casefold().translate(_UNIFIED)
    # Decomposed after the case is folded: some capitals fold to a letter and a mark.
    letters = [
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFKD", word)
        if char.isalnum()
    ]
    return unicodedata.normalize("NFKC", "".join(letters)).translate(_UNIFIED)


@lru_cache(maxsize=16384)
def forms(word: str, language: Language) -> tuple[str, ...]:
    """The terms under which a word is kept and found; two words meet when they share one."""
    plain = folded(word)
    if not plain:
        return ()
    if _ARABIC.search(plain):
        return _arabic_forms(plain)
    stem = _stem(plain, language)
    if plain == word.casefold():
        return (stem,)
    # The stemmers know accents; people often leave them out.
    accented = unicodedata.normalize("NFC", word.casefold())
    return tuple(dict.fromkeys((stem, folded(_stem(accented, language)) or stem)))


def _arabic_forms(word: str) -> tuple[str, ...]:
    """The word, and the word without what may be joined before it: and, so, by, as, for, the.

    What looks like a joined letter may be the word's own, so both are kept.
    """
    starts = [word]
    if word[0] in "وف" and len(word) > 3:
        starts.append(word[1:])
    for start in tuple(starts):
        if start.startswith(("بال", "كال")) and len(start) > 4:
            starts.append(start[3:])
        if start.startswith(("ال", "لل")) and len(start) > 3:
            starts.append(start[2:])
        elif start[0] in "بكل" and len(start) > 3:
            starts.append(start[1:])
    return tuple(dict.fromkeys(_arabic_stem(start) for start in starts))


def _arabic_stem(word: str) -> str:
    word = _BROKEN_PLURALS.get(word, word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) > 2:
            word = word.removesuffix(suffix)
    if word.endswith("اء") and len(word) > 3:
        word = word[:-1]
    return word


def analysed(text: str, language: Language) -> str:
    """The text's terms, one place for each word; forms of one word are joined by a stroke."""
    return " ".join("/".join(forms(word, language)) or NOTHING for word in WORD.findall(text))


Groups = tuple[tuple[str, ...], ...]


def groups_of(query: str, language: Language) -> Groups:
    """What a query asks for: for each of its words, the terms of which one must be there."""
    words = WORD.findall(query)[:_MOST_WORDS]
    telling = [word for word in words if folded(word) not in _stops(language)]
    found = (forms(word, language) for word in telling or words)
    return tuple(dict.fromkeys(group for group in found if group))


@cache
def _stops(language: Language) -> frozenset[str]:
    return frozenset(_STOP_WORDS[language].split())


def score(groups: Sequence[Sequence[str]], title_terms: str, terms: str) -> tuple[int, int]:
    """How many groups an entry meets, and how well: what its title says weighs most."""
    title = f" {title_terms.replace('/', ' ').replace(' ', '  ')} "
    body = f" {terms.replace('/', ' ').replace(' ', '  ')} "
    met = in_title = points = 0
    for group in groups:
        is_named = any(f" {term} " in title for term in group)
        times = max(body.count(f" {term} ") for term in group)
        if not (is_named or times):
            continue
        met += 1
        in_title += is_named
        points += 20 * is_named + min(times, 31).bit_length()
    if in_title:
        words = title_terms.count(" ") + 1
        points += 15 * (in_title == len(groups)) + 20 * min(in_title, words) // words
    return met, points


def place_order(place: str | None) -> tuple[tuple[int, str], ...]:
    """Where a cited place stands in its instrument: 2.1.b before 10; the whole one first."""
    parts = (re.fullmatch(r"(\d*)(.*)", part) for part in (place or "").split("."))
    return tuple((int(part[1] or 0), part[2]) for part in parts if part)


# The letters of sub-paragraphs as Arabic texts write them.
_ARABIC_LETTERS = dict(zip("abcdefghijklmnopqrs", "أبجدهوزحطيكلمنسعفصق", strict=True)) | {"e": "هـ"}


_ARABIC_AGAIN = {"bis": "مكررا", "ter": "مكررا ثانيا", "quater": "مكررا ثالثا"}


def arabic_letter(letter: str) -> str:
    return _ARABIC_LETTERS.get(letter.lower(), letter)


def letter(part: str, language: Language) -> str:
    """The letter of a sub-paragraph as the language writes it."""
    return arabic_letter(part) if language is Language.AR else part


def numbered(part: str, language: Language) -> str:
    """An article's number as the language writes it: 8bis is “8 bis”, «8 مكررا»; 11A is “11 A”."""
    number, again = re.fullmatch(r"(\d*)(.*)", part).groups()  # type: ignore[union-attr]
    if not number or not again:
        return part
    if language is Language.AR:
        again = _ARABIC_AGAIN.get(again) or arabic_letter(again)
    return f"{number}\u00a0{again}"


def is_named(query: str, names: str) -> bool:
    """Whether every word of a query is, or is part of, one of the names that `words_of` gave."""
    return all(word in names for word in words_of(query).split())


def words_of(text: str) -> str:
    """The words of a text without case, marks and other ways of writing the same letters."""
    return " ".join(folded(word) for word in WORD.findall(text))


Pieces = list[tuple[str, bool]]


def marked(text: str, language: Language, groups: Sequence[Sequence[str]]) -> Pieces:
    """The text in pieces, each with whether it is a word that was looked for."""
    wanted = frozenset(term for group in groups for term in group)
    hits = [
        (found.start(), found.end())
        for found in WORD.finditer(text)
        if not wanted.isdisjoint(forms(found.group(), language))
    ]
    return _pieces(text, hits)


def excerpt(
    text: str, terms: str, groups: Sequence[Sequence[str]], *, before: int = 6, length: int = 34
) -> Pieces:
    """The stretch of a text that says most about a query, in pieces as `marked` gives them.

    `terms` are the text's, as `analysed` made them.
    """
    hits = _places(terms, groups)
    reach = length - before
    # The most groups near together; of several such stretches the first.
    first = max(
        (place for place, _ in hits[:60]),
        key=lambda start: (
            len({group for place, group in hits if start <= place < start + reach}),
            -start,
        ),
        default=0,
    )
    start, end = max(0, first - before), max(0, first - before) + length
    marks = {place for place, _ in hits}
    spans: list[tuple[int, int]] = []
    begins = ends = 0
    is_cut = False
    for place, found in enumerate(WORD.finditer(text)):
        if place == end:
            is_cut = True
            break
        if place == start and start:
            begins = text.rfind(" ", 0, found.start()) + 1
        ends = found.end()
        if place >= start and place in marks:
            spans.append((found.start() - begins, found.end() - begins))
    if is_cut:
        # Never between an apostrophe or a hyphen and its word.
        ends = max(ends, text.find(" ", ends))
    pieces = _pieces(text[begins:ends] if is_cut else text[begins:], spans)
    if begins:
        pieces.insert(0, ("… ", False))
    if is_cut:
        pieces.append((" …", False))
    return pieces


def _places(terms: str, groups: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Where terms of the groups stand: (place in the text, number of the group), in order."""
    # Searched as one string, which is far quicker than word by word.
    row = f" {terms.replace(' ', f' {_NEXT} ').replace('/', '  ')} "
    hits: set[tuple[int, int]] = set()
    for number, group in enumerate(groups):
        for term in group:
            place = at = 0
            found = row.find(f" {term} ")
            while found >= 0 and len(hits) < _MOST_HITS:
                place += row.count(_NEXT, at, found)
                at = found
                hits.add((place, number))
                found = row.find(f" {term} ", found + 1)
    return sorted(hits)


def _pieces(text: str, hits: Sequence[tuple[int, int]]) -> Pieces:
    pieces: Pieces = []
    at = 0
    for start, end in hits:
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces
