"""The talk with an institution's server: at its own hosts, briefly, and never where they lead on.

Imported on use: Authlib and requests are slow to load, and most platforms have no institution.
"""

import base64
import binascii
import json
import secrets
import time
from threading import Lock
from typing import Any, cast

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

from learnplat.core.providers import Provider
from learnplat.people.institutional.refusals import NotVerified, Unavailable
from learnplat.people.institutional.rules import (
    ALGORITHMS,
    Identity,
    fault_of_claims,
    is_with_factor,
)

log = structlog.get_logger()
TIMEOUT = (3.05, 5.0)  # seconds: until it takes the call, and between two pieces of its answer
WHOLE = 10.0  # seconds for one answer
MOST = 256 * 1024  # bytes of one answer
KEPT_FOR = 600  # seconds that its description and its keys are taken as still true
ASKED_AGAIN = 60  # seconds after which a key that is not known is looked for anew
MOST_KEYS = 20
LONGEST_TOKEN = 16 * 1024
SHORTEST_RSA = 2048
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = Lock()


class _OwnHosts(HTTPAdapter):
    """Calls the provider's own hosts, and reads no more than there is room for."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(max_retries=0)
        self._provider = provider

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        if not self._provider.is_own(request.url or ""):
            log.warning("institution_leads_elsewhere", provider=self._provider.key)
            raise Unavailable
        begun = time.monotonic()
        response = super().send(
            request, **{**options, "stream": True, "timeout": TIMEOUT, "proxies": {}}
        )
        body = bytearray()
        with response:
            for piece in response.iter_content(16 * 1024):
                body += piece
                if len(body) > MOST or time.monotonic() - begun > WHOLE:
                    log.warning("institution_says_too_much", provider=self._provider.key)
                    raise Unavailable
        response._content = bytes(body)
        return response


def _prepared(session: Session, provider: Provider) -> None:
    session.trust_env = False  # neither proxies nor passwords from the machine's own files
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _OwnHosts(provider))


def _asked(provider: Provider, address: str) -> dict[str, Any]:
    """The JSON object at an address of the provider's."""
    with Session() as session:
        _prepared(session, provider)
        try:
            answer = session.get(address, headers={"Accept": "application/json"})
            answer.raise_for_status()
            found = answer.json()
        except (RequestException, ValueError, RecursionError) as error:
            log.warning("institution_silent", provider=provider.key, kind=type(error).__name__)
            raise Unavailable from error
    if not isinstance(found, dict):
        raise Unavailable
    return found


def _recent(provider: Provider, address: str, most_age: float) -> dict[str, Any]:
    """What an address said lately, or says now."""
    kept = _kept.get(address)
    if kept is not None and time.monotonic() - kept[0] < most_age:
        return kept[1]
    found = _asked(provider, address)
    with _lock:
        if len(_kept) > 100:
            _kept.clear()
        _kept[address] = (time.monotonic(), found)
    return found


def description(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself, when it is what the operator named."""
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _recent(provider, address, KEPT_FOR)
    ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    is_whole = all(isinstance(found.get(end), str) and provider.is_own(found[end]) for end in ends)
    if found.get("issuer") != provider.issuer or not is_whole:
        _kept.pop(address, None)
        log.warning("institution_is_another", provider=provider.key)
        raise Unavailable
    return found


def way_there(provider: Provider, redirect_uri: str) -> tuple[str, dict[str, str]]:
    """Where the browser is sent, and what must be remembered until it comes back."""
    kept = {
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
    }
    with OAuth2Session(
        provider.client_id,
        redirect_uri=redirect_uri,
        scope="openid",
        code_challenge_method="S256",
    ) as session:
        address, _ = session.create_authorization_url(
            description(provider)["authorization_endpoint"],
            state=kept["state"],
            nonce=kept["nonce"],
            code_verifier=kept["verifier"],
        )
    return cast(str, address), kept


def identity(
    provider: Provider, *, code: str, verifier: str, nonce: str, redirect_uri: str
) -> Identity:
    """Who signed in there: the code is given for a token, and the token is checked in full."""
    token = _token(provider, code, verifier, redirect_uri)
    claims = verified(provider, token)
    fault = fault_of_claims(
        claims,
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=nonce,
        now=time.time(),
    )
    if fault is not None:
        raise NotVerified(fault)
    return Identity(
        provider.issuer,
        claims["sub"],
        is_with_factor(claims, provider.trusted_amr, provider.trusted_acr),
    )


def _token(provider: Provider, code: str, verifier: str, redirect_uri: str) -> str:
    about = description(provider)
    ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    with OAuth2Session(
        provider.client_id,
        provider.secret,
        token_endpoint_auth_method=way if provider.secret else "none",
        redirect_uri=redirect_uri,
    ) as session:
        _prepared(session, provider)
        try:
            answer = session.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except OAuthError as error:
            raise NotVerified("code") from error
        except (RequestException, ValueError, TypeError, RecursionError) as error:
            log.warning("institution_silent", provider=provider.key, kind=type(error).__name__)
            raise Unavailable from error
    token = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise NotVerified("no_token")
    return token


def verified(provider: Provider, token: str) -> dict[str, Any]:
    """The claims of a token that one of the provider's own keys has signed."""
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise NotVerified("algorithm")
    address = description(provider)["jwks_uri"]
    # A key of today may not be among those of ten minutes ago.
    for most_age in (KEPT_FOR, ASKED_AGAIN):
        for key in _keys(_recent(provider, address, most_age), algorithm, kid):
            try:
                return jwt.decode(token, key, algorithms=[algorithm]).claims
            except (JoseError, ValueError, TypeError):
                continue
    raise NotVerified("signature")


def _header(token: str) -> dict[str, Any]:
    first = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise NotVerified("header") from error
    if not isinstance(header, dict):
        raise NotVerified("header")
    return header


def _keys(said: dict[str, Any], algorithm: str, kid: object) -> list[Any]:
    """The public keys that may have made a signature; a shared secret is never among them."""
    rows = said.get("keys")
    kind = "EC" if algorithm.startswith("E") else "RSA"
    found = []
    for row in (rows if isinstance(rows, list) else [])[:MOST_KEYS]:
        if not isinstance(row, dict) or row.get("kty") != kind:
            continue
        if row.get("use", "sig") != "sig" or row.get("alg", algorithm) != algorithm:
            continue
        if kid is not None and row.get("kid") != kid:
            continue
        try:
            key = import_key(row)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if kind != "RSA" or getattr(key.raw_value, "key_size", 0) >= SHORTEST_RSA:
            found.append(key)
    return found
