"""What holds of second factors: when a code is right, how long to wait, for whom a passkey is made."""

import hmac
import ipaddress
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pyotp

STEP = 30  # seconds that a code of an app stands
DRIFT = 1  # steps by which the clock of a telephone may be wrong
TRIES = 10  # wrong codes before the next one has to wait
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
CHALLENGE_LIFETIME = timedelta(minutes=5)
HALF_LIFETIME = timedelta(minutes=10)
PENDING_LIFETIME = timedelta(minutes=30)
RECOVERY_CODES = 10
MOST_PASSKEYS = 20
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none is taken for another
_RECOVERY_LENGTH = 16  # of five bits each
_READ_AS = str.maketrans("ilo", "110")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom passkeys are made, in WebAuthn's words: a host name, and the origin of its pages."""

    id: str
    origin: str


def relying_party(base_url: str) -> RelyingParty | None:
    """That of an address of the platform, or None: a bare number address can have no passkeys."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        port = f":{parts.port}" if parts.port not in (None, usual) else ""
        return RelyingParty(host, f"{parts.scheme}://{host}{port}")
    return None


def tidy_code(typed: str) -> str:
    """A code without what people type between its parts, its digits as ASCII has them."""
    plain = unicodedata.normalize("NFKC", typed).lower()
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in plain
        if char.isalnum()
    )


def is_app_code(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdecimal()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The half minute to which a code belongs, when that is now or next to now, and after `after`."""
    found = None
    app = pyotp.TOTP(secret)
    for step in range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1):
        is_it = hmac.compare_digest(app.generate_otp(step).encode(), code.encode())
        if is_it and step > after:
            found = step
    return found


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 asks."""
    return pyotp.random_base32(32)


def in_groups(text: str, size: int = 4, between: str = " ") -> str:
    """As people copy it: some characters at a time."""
    return between.join(text[place : place + size] for place in range(0, len(text), size))


def app_address(secret: str, email: str) -> str:
    """What the picture for an app says: an `otpauth:` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="learnplat")


def pause_after(wrong: int) -> timedelta:
    """How long codes rest after so many wrong ones in a row: it doubles up to an hour, and ends."""
    if wrong < TRIES:
        return timedelta()
    doubled: int = 2 ** min(wrong - TRIES, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits, in groups."""
    return [
        in_groups("".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH)), 4, "-")
        for _ in range(RECOVERY_CODES)
    ]


def recovery_code_of(code: str) -> str | None:
    """A tidied code as it was made, letters that look like digits read as such; None if it is none."""
    read = code.translate(_READ_AS)
    is_one = len(read) == _RECOVERY_LENGTH and all(char in _LETTERS for char in read)
    return read if is_one else None


def own_transports(named: Iterable[str]) -> str:
    """How a passkey is reached, of the ways that WebAuthn names."""
    said = set(named)
    known = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")
    return ",".join(way for way in known if way in said)
