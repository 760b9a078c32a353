"""The glossary's terms as a unit uses them: which, and where each is first met."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from html import escape
from itertools import pairwise

from learnplat.catalogue.rules import WORD, folded, forms
from learnplat.core.languages import Language
from learnplat.library.glossary import glossary

_TAG = re.compile(r"(<[^>]*>)")
# Where a link would not stand well, or stands already.
_CLOSED = frozenset(("a", "code", "figure", "h2", "h3", "pre", "svg", "th"))
_BETWEEN = re.compile(r"[\s\u00a0\u202f’'-]+")  # the words of one term
_QUALIFIER = re.compile(r"\s*\([^)]*\)")

_Words = tuple[frozenset[str], ...]


def sorted_terms(language: Language) -> list[str]:
    """The keys in the order in which readers of a language look for them."""
    return sorted(glossary(), key=lambda key: (place_in_order(key, language), key))


def place_in_order(key: str, language: Language) -> str:
    """A term's name as it is sorted: without case, marks and the Arabic article."""
    words = [folded(word) for word in WORD.findall(glossary()[key].names[language])]
    if language is Language.AR and words[0].startswith("ال") and len(words[0]) > 4:
        words[0] = words[0][2:]
    return " ".join(words)


def with_terms(html: str, language: Language, own: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The text with a link at the first use of each term, and the keys that were met, in order.

    A term of several words is met wherever it stands. One of a single word or with a qualifier in
    brackets, whose words may mean something else, is met only when it is among the unit's `own`.
    A link leads to the term's meaning on the same page, `#term-<key>`.
    """
    met: list[str] = []
    known = _by_first_form(language)
    closed: list[str] = []
    pieces = _TAG.split(html)
    for at, piece in enumerate(pieces):
        if piece.startswith("<"):
            name = piece.strip("</>").split(" ")[0]
            if closed and piece == f"</{closed[-1]}>":
                closed.pop()
            elif name in _CLOSED and not piece.startswith("</"):
                closed.append(name)
        elif not closed:
            pieces[at] = "".join(_marked(piece, language, known, own, met))
    return "".join(pieces), tuple(met)


def _marked(
    text: str,
    language: Language,
    known: Mapping[str, list[tuple[str, _Words, bool]]],
    own: Collection[str],
    met: list[str],
) -> Iterator[str]:
    found = list(WORD.finditer(text))
    at = skip = 0
    for number, word in enumerate(found):
        if number < skip:
            continue
        for form in forms(word.group(), language):
            term = next(
                (
                    (key, number + len(words))
                    for key, words, is_plain in known.get(form, ())
                    if key not in met
                    and (is_plain or key in own)
                    and _stands(words, text, found[number : number + len(words)], language)
                ),
                None,
            )
            if term:
                key, skip = term
                met.append(key)
                yield text[at : word.start()]
                at = found[skip - 1].end()
                yield f'<a class="term" href="#term-{escape(key)}">{text[word.start() : at]}</a>'
                break
    yield text[at:]


def _stands(words: _Words, text: str, found: list[re.Match[str]], language: Language) -> bool:
    """Whether the words stand here, one after the other, in any of their forms."""
    return (
        len(found) == len(words)
        and all(
            not known.isdisjoint(forms(word.group(), language))
            for known, word in zip(words, found, strict=True)
        )
        and all(
            _BETWEEN.fullmatch(text[one.end() : other.start()]) for one, other in pairwise(found)
        )
    )


@cache
def _by_first_form(language: Language) -> Mapping[str, list[tuple[str, _Words, bool]]]:
    """The terms by each form of their first word, the longest first, and which are unmistakable."""
    index: dict[str, list[tuple[str, _Words, bool]]] = {}
    for key, term in glossary().items():
        for name in term.all_names(language):
            bare = _QUALIFIER.sub("", name)
            words = tuple(frozenset(forms(word, language)) for word in WORD.findall(bare))
            is_plain = len(words) > 1 and "(" not in term.names[language]
            for form in words[0]:
                index.setdefault(form, []).append((key, words, is_plain))
    for terms in index.values():
        terms.sort(key=lambda one: -len(one[1]))
    return index
