"""Numbers: a year, an article or a sum is the same in the four languages of a page."""

import re
from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page, Versions
from learnplat.catalogue.checks.translation import sections
from learnplat.catalogue.reader import Fault, Passage
from learnplat.core.languages import Language

_NUMBER = re.compile(r"\d+")
# 10,000 · 10 000 · 10.000 are one number; so are 10.30, 10:30 and 10 h 30 two.
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?![\d.,]\d)")
# Arabic writes the small Roman numerals of treaties so: (ب) ‘4’.
_ITEM = re.compile(r"‘\d+’")
_NUMBER_WORDS = {
    Language.EN: "one|first|once two|second|twice|both|pair three|third four|fourth five|fifth"
    " six|sixth seven|seventh|week eight|eighth nine|ninth ten|tenth eleven|eleventh"
    " twelve|twelfth thirteen fourteen|fortnight fifteen sixteen seventeen eighteen nineteen"
    " twenty|twentieth",
    Language.FR: "un|une|premier|première|premiers|premières deux|second|seconde|deuxième"
    " trois|troisième|tiers quatre|quatrième cinq|cinquième six|sixième sept|septième"
    " huit|huitième neuf|neuvième dix|dixième onze|onzième douze|douzième treize quatorze"
    " quinze|quinzaine seize dix-sept dix-huit dix-neuf vingt|vingtième|vingtaine",
    Language.ES: "un|uno|una|primer|primero|primera|primeros|primeras dos|segundo|segunda|ambos|ambas"
    " tres|tercero|tercera|tercer|tercio cuatro|cuarto|cuarta cinco|quinto|quinta seis|sexto|sexta"
    " siete|séptimo|séptima ocho|octavo|octava nueve|noveno|novena diez|décimo|décima once doce"
    " trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte|vigésimo|vigésima|veintena",
}
_HUNDREDS = {30: ("thirty", "trente", "treinta"), 40: ("forty", "quarante", "cuarenta"),
             50: ("fifty", "cinquante", "cincuenta"), 60: ("sixty", "soixante", "sesenta"),
             90: ("ninety", "quatre-vingt-dix", "noventa"),
             100: ("hundred", "cent", "cien")}  # fmt: skip
# Arabic numerals agree in gender and case, and the dual needs none; stems are looked for.
_ARABIC_STEMS = {
    1: "واحد أحد احد إحدى الأول أول مرة", 2: "اثن إثن ثاني ثان الثنائي كلا كلتا مرتين", 3: "ثلاث ثالث ثلث",
    4: "أربع رابع ربع", 5: "خمس خامس", 6: "ست سادس", 7: "سبع سابع", 8: "ثمان ثامن", 9: "تسع تاسع",
    10: "عشر عاشر", 11: "عشر", 12: "عشر", 13: "عشر", 14: "عشر", 15: "عشر", 16: "عشر", 17: "عشر",
    18: "عشر", 19: "عشر", 20: "عشرون عشرين", 30: "ثلاثون ثلاثين", 40: "أربعون أربعين",
    50: "خمسون خمسين", 60: "ستون ستين", 90: "تسعون تسعين", 100: "مائة مئة",
}  # fmt: skip


def has_the_same(pages: Versions) -> Iterator[Fault]:
    """What English writes in digits stands in the other page too, in digits or in words."""
    english = pages.get(Language.EN)
    for page in pages.values() if english else ():
        if page is english or english is None:
            continue
        for mine, theirs in _pairs(page, english):
            here, there = _joined(mine), _joined(theirs)
            line = mine[0].line
            for number in sorted(numbers(there) - numbers(here)):
                if not _is_said(number, here, page.language):
                    yield page.fault(line, f"{number} stands in English and not here")
            for number in sorted(numbers(here) - numbers(there)):
                if not _is_said(number, there, Language.EN):
                    yield page.fault(line, f"{number} stands here and not in English")


def numbers(text: str) -> set[int]:
    """Each number written in digits."""
    plain = _ITEM.sub("", text)
    plain = _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), plain)
    return {int(digits) for digits in _NUMBER.findall(plain)}


def _pairs(page: Page, english: Page) -> Iterator[tuple[list[Passage], list[Passage]]]:
    """What says the same: passage by passage, or by section where their parts differ."""
    yield from _aligned(_front(page), _front(english))
    for mine, theirs in zip(sections(page), sections(english), strict=False):
        yield from _aligned(mine, theirs)


def _front(page: Page) -> list[Passage]:
    body = set(map(id, page.body))
    return [passage for passage in page.passages if id(passage) not in body]


def _aligned(
    mine: list[Passage], theirs: list[Passage]
) -> Iterator[tuple[list[Passage], list[Passage]]]:
    if [passage.kind for passage in mine] == [passage.kind for passage in theirs]:
        yield from (([one], [other]) for one, other in zip(mine, theirs, strict=True))
    elif mine and theirs:
        yield mine, theirs


def _joined(passages: list[Passage]) -> str:
    return " ".join(passage.text for passage in passages)


def _is_said(number: int, text: str, language: Language) -> bool:
    """Whether a small number stands there in words."""
    if language is Language.AR:
        if number > 20 and number % 10:  # أربع وعشرون: four and twenty
            tens, ones = number - number % 10, number % 10
            return _is_said(ones, text, language) and _is_said(tens, text, language)
        return any(stem in text for stem in _ARABIC_STEMS.get(number, "").split())
    found = set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower()))
    if number <= 20:
        said = _NUMBER_WORDS[language].split()
        return bool(found & set(said[number - 1].split("|"))) if number else False
    place = (Language.EN, Language.FR, Language.ES).index(language)
    return number in _HUNDREDS and _HUNDREDS[number][place] in found
