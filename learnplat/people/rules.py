"""What holds of accounts, whoever asks: passwords, links, roles and their scopes."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta

from learnplat.core.actors import STAFF_ROLES, Role
from learnplat.core.countries import is_country

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
FEWEST_DIFFERENT = 5
# What must be left of a password beside the words that a stranger would try first.
LEAST_OF_ITS_OWN = 8
RESET_LIFETIME = timedelta(minutes=30)
RESETS_AN_HOUR = 5
TOKEN_LIFETIME = timedelta(days=30)

_TRIED_FIRST = (
    "learnplat", "password", "passw0rd", "motdepasse", "contrasena", "qwerty", "azerty", "letmein",
    "welcome", "iloveyou", "12345678", "1234567", "123456", "12345", "abcdef", "abc123", "admin",
    "كلمةالسر", "كلمةالمرور",
)  # fmt: skip


def one_spelling(password: str) -> str:
    """The one form of a password under which it is counted, hashed and compared."""
    return unicodedata.normalize("NFKC", password)


def _folded(text: str) -> str:
    """Letters and digits only, without case and accents: how a guesser writes."""
    spelt = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in spelt if char.isalnum())


def known_words(about: Iterable[str]) -> list[str]:
    """The words that others know of a person, from names and addresses, longest first."""
    words: set[str] = set()
    for text in about:
        parts = [text, text.partition("@")[0], *re.split(r"[\W_]+", text)]
        words.update(word for word in map(_folded, parts) if len(word) > 2)
    return sorted(words, key=lambda word: (-len(word), word))


def fault_of_password(password: str, about: Iterable[str] = ()) -> str | None:
    """Why a password may not be chosen, as a code; None when it may. `about`: names, addresses."""
    spelt = one_spelling(password)
    if len(spelt) > LONGEST_PASSWORD:
        return "password_too_long"
    if len(spelt) < SHORTEST_PASSWORD:
        return "password_too_short"
    if len(set(spelt)) < FEWEST_DIFFERENT:
        return "password_too_plain"
    left = _folded(spelt)
    for words, code in (
        (known_words(about), "password_about_you"),
        (_TRIED_FIRST, "password_too_plain"),
    ):
        had = len(left)
        for word in words:
            left = left.replace(word, "")
        if len(left) < had and len(left) < LEAST_OF_ITS_OWN:
            return code
    return None


def digest_of(token: str) -> str:
    """What is kept of a token or of a link: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fault_of_scope(role: Role, scope: str) -> str | None:
    """Why a role may not be given with this scope, as a code; None when it may."""
    if role is Role.PRACTITIONER:
        return "role_is_everyones"
    if role is Role.FOCAL_POINT:
        return None if is_country(scope) else "scope_needs_country"
    if role in (Role.TRAINER, Role.TUTOR):
        return None if re.fullmatch(r"([a-z0-9][a-z0-9-]{0,79})?", scope) else "scope_needs_course"
    return "scope_must_be_empty" if scope else None


def is_staff(roles: Collection[Role]) -> bool:
    """Whether any of the roles makes its holder staff, who count in no figure."""
    return not STAFF_ROLES.isdisjoint(roles)


def is_address(text: str) -> bool:
    """Whether an operator's text can be an e-mail address at all."""
    return len(text) <= 254 and re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text) is not None


def is_latin(text: str) -> bool:
    """Whether every letter is of the Latin script."""
    return all(
        unicodedata.name(char, "").startswith("LATIN")
        for char in unicodedata.normalize("NFKC", text)
        if char.isalpha()
    )
