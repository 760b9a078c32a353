"""What holds of accounts, whoever asks: passwords, links, roles and their scopes."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from learnplat.core.actors import STAFF_ROLES, Actor, Role
from learnplat.core.countries import is_country
from learnplat.people.guesses import (
    folded,
    is_tried_first,
    known_words,
    own_part,
    undisguised,
    unrepeated,
    without,
)

SHORTEST_PASSWORD = 15  # where a password stands alone
SHORTEST_PASSWORD_WITH_FACTOR = 8
LONGEST_PASSWORD = 128
FEWEST_DIFFERENT = 5
# What must be left of a password beside the words that a stranger would try first.
LEAST_OF_ITS_OWN = 8
# The same of one that stands beside a second factor: beside names, and beside common words.
LEAST_BESIDE_NAMES, LEAST_BESIDE_WORDS = 6, 5
RESET_LIFETIME = timedelta(minutes=30)
TOKEN_LIFETIME = timedelta(days=30)
# A browser's session ends after this, used or not, and sooner when nobody uses it.
SESSION_LIFETIME = timedelta(days=14)
IDLE_LIMIT = timedelta(days=7)
IDLE_LIMIT_OF_STAFF = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=5)  # how exactly the last use is known
SESSIONS_AT_ONCE = 50  # of one account; the one longest unused makes room


def one_spelling(password: str) -> str:
    """The one form of a password under which it is counted, hashed and compared."""
    return unicodedata.normalize("NFKC", password)


def is_long(password: str) -> bool:
    """Whether a password is long enough to stand alone."""
    return len(one_spelling(password)) >= SHORTEST_PASSWORD


def fault_of_password(
    password: str, about: Iterable[str] = (), *, shortest: int = SHORTEST_PASSWORD
) -> str | None:
    """Why a password may not be chosen, as a code; None when it may.

    `about` holds names, addresses and places that others know of the person.
    """
    spelt = one_spelling(password)
    if len(spelt) > LONGEST_PASSWORD:
        return "password_too_long"
    if len(spelt) < shortest:
        return "password_too_short"
    if len(set(spelt)) < FEWEST_DIFFERENT or is_tried_first(spelt):
        return "password_too_plain"
    beside_names = beside_words = LEAST_OF_ITS_OWN
    if not is_long(spelt):
        beside_names, beside_words = LEAST_BESIDE_NAMES, LEAST_BESIDE_WORDS
    if len(unrepeated(spelt.casefold())) < beside_words:
        return "password_too_plain"
    known = known_words(about)
    for written in (folded(spelt), folded(undisguised(spelt))):
        left = without(written, known)
        if left != written and len(left) < beside_names:
            return "password_about_you"
        own = own_part(left)
        if own != written and len(own) < beside_words:
            return "password_too_plain"
    return None


def idle_limit(is_staff: bool) -> timedelta:
    """How long a session lives on without being used."""
    return IDLE_LIMIT_OF_STAFF if is_staff else IDLE_LIMIT


def digest_of(token: str) -> str:
    """What is kept of a token or of a link: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# Roles for courses, and how a scope that names none is refused.
TEACHERS = {Role.TRAINER: "scope_needs_course", Role.TUTOR: "scope_needs_run"}
_COURSE_KEY = r"[a-z0-9][a-z0-9-]{0,79}"
_RUN_CODE = r"(?=.*[A-Z])[A-Za-z0-9][A-Za-z0-9.-]{0,79}"  # never like the key of a course
ScopeCheck = Callable[[Any, Role, str], bool]


def no_scope(_session: Any, _role: Role, _scope: str) -> bool:
    return False


class AfterRevoking(Protocol):
    """What other slices take back when somebody has lost a role, in the same transaction."""

    def __call__(self, session: Any, *, actor: Actor, holder_id: int, now: datetime) -> None: ...


def nothing_follows(session: Any, *, actor: Actor, holder_id: int, now: datetime) -> None:
    return None


def fault_of_scope(role: Role, scope: str) -> str | None:
    """Why a role may not be given with this scope, as a code; None when it may."""
    if role is Role.PRACTITIONER:
        return "role_is_everyones"
    if role is Role.FOCAL_POINT:
        return None if is_country(scope) else "scope_needs_country"
    if role is Role.VETTER:
        return None if not scope or is_country(scope) else "scope_country_or_empty"
    if role in TEACHERS:
        form = _COURSE_KEY if role is Role.TRAINER else rf"{_COURSE_KEY}|{_RUN_CODE}"
        return None if re.fullmatch(rf"({form})?", scope, re.ASCII) else TEACHERS[role]
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
