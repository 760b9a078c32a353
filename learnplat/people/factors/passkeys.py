"""WebAuthn's two ceremonies: making a passkey, and having one sign a challenge.

User verification is always required and every passkey is discoverable, so that one alone is enough to
sign in: the device, and what opens it. The library is imported on use, since it takes long to load.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from learnplat.people.factors import rules
from learnplat.people.factors.actions import NewPasskey
from learnplat.people.factors.models import Passkey
from learnplat.people.factors.rules import RelyingParty

PATIENCE = 5 * 60 * 1000  # milliseconds that the browser waits for the person


class WrongPasskey(Exception):
    """An answer that proves nothing. Why is of no use to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent back, with what must be known before it can be verified."""

    credential: dict[str, Any]
    challenge: str  # base64url
    credential_id: str  # base64url
    handle: str | None  # of the account, as the passkey knows it


def registration_options(
    party: RelyingParty, *, handle: str, address: str, name: str, had: Sequence[Passkey]
) -> tuple[str, dict[str, Any]]:
    """A new challenge, and what the browser needs to make a passkey."""
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return _told(
        generate_registration_options(
            rp_id=party.id,
            rp_name="learnplat",
            user_id=handle.encode(),
            user_name=address,
            user_display_name=name,
            timeout=PATIENCE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(had),
        )
    )


def authentication_options(
    party: RelyingParty, own: Sequence[Passkey] = ()
) -> tuple[str, dict[str, Any]]:
    """A new challenge, and what the browser needs to have it signed by one of the person's `own`."""
    from webauthn import generate_authentication_options
    from webauthn.helpers.structs import UserVerificationRequirement

    return _told(
        generate_authentication_options(
            rp_id=party.id,
            timeout=PATIENCE,
            allow_credentials=_described(own),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def read_answer(text: str) -> Answer:
    """What the browser sent, or `WrongPasskey` when it is not of that shape."""
    from webauthn.helpers import base64url_to_bytes

    try:
        credential = json.loads(text)
        response = credential["response"]
        client = json.loads(base64url_to_bytes(response["clientDataJSON"]))
        handle = response.get("userHandle")
        if client.get("crossOrigin"):
            raise WrongPasskey  # asked for within a page of somebody else
        return Answer(
            credential=credential,
            challenge=_text(client["challenge"]),
            credential_id=_text(credential["id"]),
            handle=base64url_to_bytes(_text(handle)).decode() if handle else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WrongPasskey from error


def registered(party: RelyingParty, answer: Answer) -> NewPasskey:
    """The passkey that was made, its challenge having been found right."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    try:
        made = verify_registration_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:
        # The library reads what anybody may send, and fails in many ways.
        raise WrongPasskey from error
    named = answer.credential["response"].get("transports")
    ways = [way for way in named if isinstance(way, str)] if isinstance(named, list) else []
    return NewPasskey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=rules.own_transports(ways),
    )


def signed(party: RelyingParty, answer: Answer, passkey: Passkey) -> int:
    """The counter of the passkey after it has signed the challenge rightly."""
    from webauthn import base64url_to_bytes, verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise WrongPasskey from error
    return found.new_sign_count


def _told(options: Any) -> tuple[str, dict[str, Any]]:
    from webauthn import options_to_json
    from webauthn.helpers import bytes_to_base64url

    told = cast(dict[str, Any], json.loads(options_to_json(options)))
    return bytes_to_base64url(options.challenge), told


def _described(passkeys: Sequence[Passkey]) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(way) for way in passkey.transports.split(",") if way]
            or None,
        )
        for passkey in passkeys
    ]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
