"""Passwords at rest: argon2id, at most two at once so that a crowd cannot fill the memory."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from learnplat.core.countries import countries
from learnplat.core.refusals import Invalid
from learnplat.people import rules
from learnplat.people.models import Account

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_AT_ONCE = BoundedSemaphore(2)

# What an unknown address is compared with, so that it costs what a known one costs. Nothing
# matches it: nobody has the password that was hashed.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "8Rupz3Gh9QnzQ2r2CF5HHg$vnvhunmg+/nSqS+2w3/zTnt0dypwdwqd5gCXSky0Xo4"
)


def hashed(password: str) -> str:
    """The argon2id hash of a password, the same for every Unicode spelling of it."""
    with _AT_ONCE:
        return _HASHER.hash(rules.one_spelling(password))


def is_right(password: str, kept_hash: str | None) -> bool:
    """Whether the password is the one of the hash. None costs the same, and is never right."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept_hash or NOBODY, rules.one_spelling(password))
        except (VerificationError, InvalidHashError):
            return False


def is_old(kept_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept_hash)


def chosen(
    password: str, *about: str | None, field: str = "password", has_factor: bool = False
) -> str:
    """The hash of a newly chosen password. `about` holds what others know of the person.

    Beside a second factor it may be shorter (NIST SP 800-63B-4, 3.1.1.2).
    Raises `Invalid` on `field`. It takes time: call it before the transaction, not within.
    """
    shortest = rules.SHORTEST_PASSWORD_WITH_FACTOR if has_factor else rules.SHORTEST_PASSWORD
    fault = rules.fault_of_password(password, [word for word in about if word], shortest=shortest)
    if fault:
        raise Invalid.field(field, fault, shortest=shortest, longest=rules.LONGEST_PASSWORD)
    return hashed(password)


def slow_digest(code: str, salt: str) -> str:
    """What is kept of a code on paper: argon2id, so that a stolen copy of it costs as a password's."""
    with _AT_ONCE:
        digest = hash_secret_raw(
            code.encode(),
            salt.encode(),
            time_cost=_HASHER.time_cost,
            memory_cost=_HASHER.memory_cost,
            parallelism=_HASHER.parallelism,
            hash_len=32,
            type=Type.ID,
        )
    return digest.hex()


def chosen_by(account: Account | None, password: str, *, has_factor: bool = False) -> str:
    """The hash of a password newly chosen by the owner of an account; see `chosen`."""
    if account is None:
        return chosen(password)
    known = known_of(account.name, account.name_latin, account.institution, account.country)
    return chosen(password, account.email, *known, has_factor=has_factor)


KNOWN = ("name", "name_latin", "institution", "country")  # what `known_of` takes, of a form


def known_of(
    name: str, name_latin: str | None, institution: str | None, country: str
) -> list[str | None]:
    """What others know of a person beside the address: the country by its name in every language."""
    return [name, name_latin, institution, *countries()[country].names.values()]
