"""How others see a person: by the name, by the office, or by a handle that nobody mistakes."""

import unicodedata
from functools import cache

from learnplat.core.countries import part_of_world, region_name
from learnplat.core.languages import Language
from learnplat.core.lists import label_of
from learnplat.core.text import tidy_line
from learnplat.people.models import Account, ShownAs

SHORTEST_HANDLE, LONGEST_HANDLE = 3, 30
_BETWEEN = frozenset(" -'’")
# Letters that are drawn alike, and figures that stand for letters, as one of them. After folding.
_ALIKE = {
    # Cyrillic
    "а": "a", "в": "b", "г": "r", "е": "e", "ё": "e", "з": "e", "і": "l", "ї": "l", "ј": "j",
    "к": "k", "м": "m", "н": "h", "о": "o", "п": "n", "р": "p", "с": "c", "т": "t", "у": "y",
    "х": "x", "ѕ": "s", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ь": "b", "б": "b", "ү": "y",
    "ө": "o", "ӏ": "l", "и": "n", "ш": "w", "щ": "w", "д": "d", "л": "n", "ѵ": "v", "є": "e",
    # Greek
    "α": "a", "β": "b", "γ": "y", "ε": "e", "ζ": "z", "η": "n", "ι": "l", "κ": "k", "μ": "m",
    "ν": "v", "ο": "o", "π": "n", "ρ": "p", "ς": "s", "σ": "o", "τ": "t", "υ": "u", "χ": "x",
    "ω": "w", "ϲ": "c", "ϳ": "j",
    # Latin beside the 26
    "ı": "l", "ɩ": "l", "i": "l", "ɑ": "a", "ɡ": "g", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
    "ħ": "h", "ŧ": "t", "ə": "e", "ɛ": "e", "ɔ": "c", "ʋ": "u", "ƅ": "b", "ꞌ": "l", "œ": "oe",
    "æ": "ae", "þ": "p", "ĸ": "k", "ŋ": "n",
    # Armenian
    "օ": "o", "ս": "u", "հ": "h", "ո": "n", "զ": "q", "ց": "g", "յ": "j", "ք": "p",
    # Arabic script: what one reader takes for another's letter
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ئ": "ي", "ؤ": "و", "ک": "ك", "ڪ": "ك",
    "ة": "ه", "ہ": "ه", "ە": "ه", "ۀ": "ه", "ھ": "ه", "گ": "ك", "ء": "", "ـ": "",
    # Figures
    "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b",
}  # fmt: skip
# Whoever reads one of these in a handle may take its holder for staff, or for the United Nations.
_STAFF_LIKE = (
    "admin", "administrator", "administrateur", "administrador", "moderator", "moderateur",
    "moderador", "staff", "support", "soporte", "system", "systeme", "sistema", "official",
    "oficial", "officiel", "trainer", "formateur", "formatrice", "formador", "tutor", "tuteur",
    "tutrice", "auditor", "auditeur", "auditrice", "vetting", "webmaster", "helpdesk", "secretariat",
    "secretaria", "united nations", "nations unies", "naciones unidas", "unodc", "onudc", "ctitf",
    "focal point", "point focal", "punto focal", "learnplat", "expert", "experto", "experta",
    "الأمم المتحدة", "الامم", "مشرف", "مدير", "مسؤول المنصة", "منسق", "مدرب", "خبير", "المنصة",
    "منصة", "الدعم", "إدارة", "جهة التنسيق", "وسيط", "مراقب", "موظف",
)  # fmt: skip


def handle_key(handle: str) -> str:
    """The one form under which a handle is unique: what looks alike has the same.

    Compatibility form, folded case, no marks, no signs between letters, look-alikes as one letter.
    """
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", handle).casefold())
    key = "".join(_alike(char) for char in spelt if char.isalnum())
    # What comes out is put in until it stays: "rrn" is "rm" first, and then no more changes.
    for pair, letter in (("vv", "w"), ("rn", "m")):
        while pair in key:
            key = key.replace(pair, letter)
    return key if key == handle else handle_key(key)


def _alike(char: str) -> str:
    if char.isdigit():
        char = str(unicodedata.digit(char))
    return _ALIKE.get(char, char)


@cache
def _staff_like() -> frozenset[str]:
    return frozenset(handle_key(word) for word in _STAFF_LIKE)


def tidy_handle(handle: str) -> str:
    """A handle as it is shown: one spelling, one space between words."""
    return tidy_line(unicodedata.normalize("NFKC", handle))


def fault_of_handle(handle: str) -> str | None:
    """Why a tidied handle may not be chosen, as a code; None when it may."""
    if len(handle) < SHORTEST_HANDLE:
        return "handle_too_short"
    if len(handle) > LONGEST_HANDLE:
        return "handle_too_long"
    if not all(_is_of_a_handle(char) for char in handle):
        return "handle_letters"
    key = handle_key(handle)
    if len(key) < 2 or not any(char.isalpha() for char in handle):
        return "handle_letters"
    if any(word in key for word in _staff_like()):
        return "handle_reserved"
    return None


def _is_of_a_handle(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind in ("Lu", "Ll", "Lo", "Lt", "Mn", "Mc", "Nd") or char in _BETWEEN


def office_of(profession: str, country: str) -> tuple[str, str]:
    """What an office label is made of: people with the same are seen alike."""
    return profession, part_of_world(country)


def office_label(profession: str, country: str, language: Language) -> str:
    """“Prosecutor, Western Africa”."""
    comma = "، " if language is Language.AR else ", "
    part = region_name(part_of_world(country), language)
    return comma.join((label_of("professions", profession, language), part))


def label_for(
    shown_as: ShownAs,
    *,
    name: str,
    handle: str | None,
    profession: str,
    country: str,
    language: Language,
) -> str:
    """A person as others see them. Who has given up the handle is seen by the office, never by name."""
    if shown_as is ShownAs.NAME:
        return name
    if shown_as is ShownAs.HANDLE and handle:
        return handle
    return office_label(profession, country, language)


def seen_as(account: Account, language: Language) -> str:
    """A person as others see them when nothing else was chosen for a room."""
    return label_for(
        account.shown_as,
        name=account.name,
        handle=account.handle,
        profession=account.profession,
        country=account.country,
        language=language,
    )
