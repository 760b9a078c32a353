"""How often one peer, and one account, may try what leads to a password or to a mail.

A stranger's guesses never keep the owner out: a browser that has signed in to the account before
(`people.known`) is counted by itself, and so is, where there is no cookie, a program that got a token
for the account from the same peer lately. Everybody else shares one count for the account.

Whoever had the account once may have kept many such cookies, and many peers. So those of one account
share a count at each peer, and a wider one altogether.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar

from flask import current_app, request
from flask_limiter.util import get_remote_address

from learnplat.core.text import email_key, tidy_line
from learnplat.people.known import known_as
from learnplat.people.rules import digest_of
from learnplat.web.doors import ANYONE, is_api, visitor
from learnplat.web.limits import (
    ALTOGETHER,
    MAILS,
    MOST_OF_MAIL,
    MOST_OF_PASSWORD,
    PASSWORD_TRIES,
    VISITS,
    Limit,
    counted,
    is_counted,
    limiter,
)

View = TypeVar("View", bound=Callable[..., Any])
_LONGEST = 254 * 4  # characters that the shape of an address reads before it is tidied
_PEER_REMEMBERED = 30 * 24 * 60 * 60


def _peer() -> str:
    """Who is at the other end; of an IPv6 address its network, since one house has a whole one."""
    address = get_remote_address()
    try:
        found = ip_address(address)
    except ValueError:
        return f"peer:{address}"
    if isinstance(found, IPv6Address):
        return f"peer:{found.packed[:8].hex()}"
    return f"peer:{found}"


def peer_mark() -> str:
    """A keyed digest of the peer, by which its wishes are counted and nobody finds it."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, _peer().encode(), hashlib.sha256).hexdigest()


def _address() -> str | None:
    """The address that is tried, as the shapes read it; None when there is none."""
    sent = _json() if request.is_json else request.form
    address = sent.get("email") if isinstance(sent, Mapping) else None
    if not isinstance(address, str) or not address:
        return None
    return email_key(tidy_line(address[:_LONGEST]))[:254]


def _json() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _is_own() -> bool:
    """Whether only a signed-in person is let in here: then the account is theirs, whatever is sent."""
    view = current_app.view_functions.get(request.endpoint or "")
    return ANYONE not in getattr(view, "door", {ANYONE})


def _own_count() -> str | None:
    """The count of the person, browser or program that is known to be the owner's, if it is."""
    if _is_own():
        person = visitor()
        return f"own:{person.account_id}" if person else None
    address = _address()
    if address is None:
        return None
    account = digest_of(address)[:32]
    if is_api():
        return f"program:{account}:{_peer()}" if is_counted(_program(address)) else None
    number = known_as(address)
    return f"browser:{account}:{number}" if number else None


def _program(address: str) -> str:
    """The mark of a peer that got a token for an account."""
    secret = str(current_app.secret_key).encode()
    said = f"program\n{digest_of(address)}\n{_peer()}".encode()
    return f"known:{hmac.new(secret, said, hashlib.sha256).hexdigest()[:40]}"


def remember_program(address: str) -> None:
    """Know the peer of this request as one of the owner's: it got a token for their account."""
    counted(_program(email_key(tidy_line(address))), _PEER_REMEMBERED)


def _by_account() -> str:
    """The account that is tried, whether it exists or not, without keeping its address."""
    own = _own_count()
    if own is not None:
        return own
    address = None if _is_own() else _address()
    return f"account:{digest_of(address)[:32]}" if address else f"none:{_peer()}"


def _by_peer() -> str:
    """The peer; but who is known to be the owner is not counted with the strangers beside them."""
    own = None if is_api() else _own_count()
    if own is None:
        return _peer()
    # Not by the number of the browser: of those there may be many.
    return f"beside:{':'.join(own.split(':')[:2])}:{_peer()}"


def _by_all_known() -> str:
    """All that is known to be the owner's together; strangers, who reach less, by their peer."""
    own = _own_count()
    return f"all:{own.split(':')[1]}" if own else _peer()


def _limited(
    often: str, scope: str, most_body: int, *keys: Callable[[], str], methods: tuple[str, ...]
) -> Callable[[View], View]:
    def hang(view: View) -> View:
        hung: Any = view
        for key in keys:
            hung = limiter.shared_limit(often, scope, key_func=key, methods=list(methods))(hung)
        hung_before: tuple[Limit, ...] = getattr(view, "hung_limits", ())
        hung.hung_limits = (*hung_before, *(Limit(often, scope, key) for key in keys))
        hung.most_body = min(most_body, getattr(view, "most_body", most_body))
        return hung  # type: ignore[no-any-return]

    return hang


_WRITING = ("POST", "PUT")
_each = _limited(
    PASSWORD_TRIES, "password", MOST_OF_PASSWORD, _by_account, _by_peer, methods=_WRITING
)
_together = _limited(
    ALTOGETHER, "password altogether", MOST_OF_PASSWORD, _by_all_known, methods=_WRITING
)


def password_tries(view: View) -> View:
    """The limit of every path to a password."""
    return _together(_each(view))


mail_tries = _limited(MAILS, "mail", MOST_OF_MAIL, _by_account, _by_peer, methods=_WRITING)
# What asks an institution's server for something, and no password of ours.
visits = _limited(VISITS, "visit", MOST_OF_PASSWORD, _peer, methods=("GET", "POST"))
