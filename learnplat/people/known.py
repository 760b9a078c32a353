"""Browsers that have signed in to an account before: strangers' guesses never stop them.

The cookie holds, for a few accounts, a random number and a keyed digest of it with the account's
address: who does not have our key learns nothing from it, and makes none. It dies with the key, with
the address, and after half a year.
"""

import hashlib
import hmac
import re
import secrets
import time

from flask import Flask, Response, current_app, g, request

from learnplat.core.text import email_key
from learnplat.people.rules import digest_of

LIFETIME = 180 * 24 * 60 * 60
MOST = 4  # accounts of one browser
LONGEST = 600  # of the cookie
_ENTRY = re.compile(r"([0-9]{10})\.([A-Za-z0-9_-]{22})\.([0-9a-f]{64})")


def cookie_name() -> str:
    """Bound to this very host wherever there is TLS."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Host-learnplat-known" if is_secure else "learnplat-known"


def _mark(key: str, made: str, number: str, account: str) -> str:
    said = f"known browser\n{made}\n{number}\n{account}".encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()


def _keys() -> list[str]:
    """The key of today, and the one before it as long as it is named."""
    earlier = current_app.config["SECRET_KEY_FALLBACKS"] or []
    return [str(current_app.secret_key), *earlier]


def _entries() -> list[tuple[str, str, str]]:
    """What the cookie says; of two cookies of the name none counts."""
    found = request.cookies.getlist(cookie_name())
    if len(found) != 1 or len(found[0]) > LONGEST:
        return []
    read = [_ENTRY.fullmatch(part) for part in found[0].split("~")[:MOST]]
    return [(part[1], part[2], part[3]) for part in read if part]


def _is_of(entry: tuple[str, str, str], account: str) -> bool:
    made, number, mark = entry
    is_made = any(hmac.compare_digest(_mark(key, made, number, account), mark) for key in _keys())
    return is_made and 0 <= time.time() - int(made) < LIFETIME


def known_as(address: str) -> str | None:
    """The number under which this browser is known to the account of an address, or None."""
    account = digest_of(email_key(address))
    return next((entry[1] for entry in _entries() if _is_of(entry, account)), None)


def remember(address: str) -> None:
    """Know this browser from now on as one of the owner of an address.

    Its number stays, and with it what has been counted of it: signing in gives no new guesses.
    """
    account = digest_of(email_key(address))
    made, number = str(int(time.time())), known_as(address) or secrets.token_urlsafe(16)
    fresh = (made, number, _mark(_keys()[0], made, number, account))
    kept = [entry for entry in _entries() if not _is_of(entry, account)]
    g.known_browser = "~".join(".".join(entry) for entry in [fresh, *kept][:MOST])


def init_known(app: Flask) -> None:
    @app.after_request
    def _keep(response: Response) -> Response:
        value = g.pop("known_browser", None)
        if value is not None:
            response.set_cookie(
                cookie_name(),
                value,
                max_age=LIFETIME,
                secure=app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
                path="/",
            )
        return response
