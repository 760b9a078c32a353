"""How often one peer, and one account, may try what leads to a password or to a mail."""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar, cast

from flask import request
from flask_limiter.util import get_remote_address

from learnplat.core.text import email_key
from learnplat.people.rules import digest_of
from learnplat.web.doors import visitor
from learnplat.web.limits import MAILS, PASSWORD_TRIES, limiter

View = TypeVar("View", bound=Callable[..., Any])


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


def _account() -> str:
    """The account that is tried, whether it exists or not, without keeping its address."""
    sent = _json() if request.is_json else request.form
    address = sent.get("email") if isinstance(sent, Mapping) else None
    if isinstance(address, str) and address:
        return f"account:{digest_of(email_key(address[:254]))[:32]}"
    person = visitor()
    return f"account:{person.account_id}" if person else f"none:{_peer()}"


def _json() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _limited(limit: str, scope: str) -> Callable[[View], View]:
    def hang(view: View) -> View:
        for key in (_account, _peer):
            hung = limiter.shared_limit(limit, scope, key_func=key, methods=["POST", "PUT"])(view)
            view = cast(View, hung)
        return view

    return hang


password_tries = _limited(PASSWORD_TRIES, "password")
mail_tries = _limited(MAILS, "mail")
