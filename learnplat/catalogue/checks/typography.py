"""Typography: the marks of each language as its printers set them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault
from learnplat.core.languages import Language

_NARROW = "\u202f"
_GAP = "[ \u00a0\u202f]"
_SHOWN = 12  # characters shown on either side of what is wrong


@dataclass(frozen=True, slots=True)
class _Wrong:
    pattern: re.Pattern[str]
    message: str


def _wrong(pattern: str, message: str) -> _Wrong:
    return _Wrong(re.compile(pattern), message)


_EVERYWHERE = (
    _wrong(r"\"", "a straight quotation mark"),
    _wrong(r"'", "a straight apostrophe; it is ’"),
    _wrong(rf"{_GAP}{{2,}}", "two spaces together"),
    _wrong(r"\.\.\.", "three full stops; the sign is …"),
    _wrong(r"(?<= )-(?= )", "a hyphen for a dash"),
    _wrong(rf"{_GAP}[.,،)](?!\d)", "a space before this mark"),
    _wrong(rf"\({_GAP}", "a space after the bracket"),
    _wrong(r"[,،](?=[^\W\d_])", "no space after the comma"),
    _wrong(r"(?:[,،;؛:]){2,}|(?<!\.)\.\.(?!\.)", "two marks together"),
)
_BY_LANGUAGE = {
    Language.EN: (
        _wrong(rf"{_GAP}[;:!?]", "a space before this mark"),
        _wrong(r"[«»]", "guillemets; English has “ ”"),
        _wrong(r"[“‘]\s|\s[”]", "a space inside the quotation marks"),
    ),
    Language.FR: (
        _wrong(
            r"(?<![\u202f!?])[;!?](?!\))|(?<![\u202f\d]):|(?<!\u202f):(?!\d)",
            "no narrow space (U+202F) before this mark",
        ),
        _wrong(r"«(?!\u202f)", "no narrow space (U+202F) after «"),
        _wrong(r"(?<!\u202f)»", "no narrow space (U+202F) before »"),
        _wrong(r"‘", "an opening single quotation mark; an apostrophe is ’"),
    ),
    Language.ES: (
        _wrong(rf"{_GAP}[;:!?]", "a space before this mark"),
        _wrong(rf"[¿¡«]{_GAP}|{_GAP}»", "a space inside the marks"),
        _wrong(r"‘", "a single quotation mark; Spanish has « »"),
    ),
    Language.AR: (
        _wrong(r"(?<![A-Za-z0-9])[,;?]|[,;?](?![A-Za-z0-9 ])", "a Latin mark; Arabic has ، ؛ ؟"),
        _wrong(rf"{_GAP}[؛:!؟]", "a space before this mark"),
        _wrong(r"[“”]|‘(?!\d’)|(?<!‘\d)’", "Latin quotation marks; Arabic has « »"),
        _wrong(rf"«{_GAP}|{_GAP}»", "a space inside the marks"),
        _wrong(r"(?<!ه)\u0640(?! \d)", "a lengthened letter (tatweel)"),
        # An ending (اً), a doubled letter and the u of a passive (بُني) may be needed; no more.
        _wrong(r"[\u064c-\u064e\u0650\u0652\u0670]|(?<=\w{5})\u064f", "a vowel sign (tashkeel)"),
    ),
}  # fmt: skip
_PAIRS: dict[Language, tuple[tuple[str, str], ...]] = {
    Language.EN: (("(", ")"), ("[", "]"), ("“", "”")),
    Language.FR: (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»")),
    Language.ES: (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"), ("¿", "?"), ("¡", "!")),
    Language.AR: (("(", ")"), ("[", "]"), ("«", "»")),
}
# A list item such as “a)” or « ii) » closes a bracket that nothing opens.
_ITEM = re.compile(r"(?<![\w(])(?:[a-z]{1,4}|\d{1,2})\)")


def is_set_well(page: Page) -> Iterator[Fault]:
    rules = _EVERYWHERE + _BY_LANGUAGE[page.language]
    for passage in page.passages:
        for rule in rules:
            for found in rule.pattern.finditer(passage.text):
                yield page.fault(passage.line, f"{rule.message}: {shown(passage.text, found)}")


def has_pairs(page: Page) -> Iterator[Fault]:
    """What is opened is closed, and what is closed was opened."""
    for passage in page.passages:
        text = passage.text
        for opening, closing in _PAIRS[page.language]:
            missing = text.count(closing) - text.count(opening)
            items = len(_ITEM.findall(text)) if closing == ")" else 0
            if not 0 <= missing <= items:
                yield page.fault(
                    passage.line, f"“{opening}” and “{closing}” do not match: {_start(text)}"
                )


def quotes_as_the_language_does(page: Page) -> Iterator[Fault]:
    """French and Spanish quote with guillemets; curly marks stand only within them."""
    if page.language not in (Language.FR, Language.ES):
        return
    for passage in page.passages:
        for found in re.finditer("[“”]", passage.text):
            before = passage.text[: found.start()]
            if before.count("«") == before.count("»"):
                yield page.fault(
                    passage.line, f"English quotation marks: {shown(passage.text, found)}"
                )


def shown(text: str, found: re.Match[str]) -> str:
    """What was found, with a little of what stands around it."""
    start, end = max(found.start() - _SHOWN, 0), found.end() + _SHOWN
    return f"…{text[start:end].replace(_NARROW, ' ')}…"


def _start(text: str) -> str:
    return f"{text[: 3 * _SHOWN]}…"
