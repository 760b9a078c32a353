"""What an institution's token must say before it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

# Signatures that only the institution can make; a shared secret or none at all is no signature.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)
PENDING_LIFETIME = timedelta(minutes=10)  # between leaving for the institution and coming back
LEEWAY = 60  # seconds by which its clock may be wrong
OLDEST = 600  # seconds since the token was made
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in there: `subject` is what the institution calls the person for ever."""

    issuer: str
    subject: str
    with_factor: bool = False


def fault_of_claims(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float
) -> str | None:
    """Why a token with a good signature is not for this sign-in, as a code; None when it is."""
    if claims.get("iss") != issuer:
        return "issuer"
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        return "audience"
    party = claims.get("azp")
    if (party is not None or len(audiences) > 1) and party != client_id:
        return "authorized_party"
    expires, made = _instant(claims.get("exp")), _instant(claims.get("iat"))
    if expires is None or expires <= now - LEEWAY:
        return "expired"
    if made is None or not now - OLDEST - LEEWAY <= made <= now + LEEWAY:
        return "made_at"
    begins = _instant(claims.get("nbf", made))
    if begins is None or begins > now + LEEWAY:
        return "not_yet"
    if not nonce or claims.get("nonce") != nonce:
        return "nonce"
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return "subject"
    return None


def _instant(value: Any) -> float | None:
    """Seconds since 1970, or None when it is no number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e12 else None


def is_with_factor(
    claims: Mapping[str, Any], trusted_amr: frozenset[str], trusted_acr: frozenset[str]
) -> bool:
    """Whether the token says that a second factor was used, in words that the operator trusts."""
    methods = claims.get("amr")
    said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    context = claims.get("acr")
    return bool(said & trusted_amr) or (isinstance(context, str) and context in trusted_acr)
