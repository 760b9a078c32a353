"""A passkey made of software, and the steps that the tests of second factors share."""

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://learn.test"
PARTY = "learn.test"
UP, UV, AT = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftwarePasskey:
    """What an authenticator does, with every part of its answer open to be wrong."""

    def __init__(self, credential_id: bytes | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = credential_id or secrets.token_bytes(32)
        self.count = 0
        self.handle: str | None = None

    def _client(self, kind: str, challenge: str, origin: str, **more: Any) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(said | more).encode()

    def _data(self, party: str, flags: int, count: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + struct.pack(">I", count)

    def made(
        self, options: dict[str, Any], *, origin: str = ORIGIN, party: str = PARTY,
        flags: int = UP | UV, **more: Any,
    ) -> str:  # fmt: skip
        """The answer to a wish for a new passkey."""
        self.handle = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        data = self._data(party, flags | AT, self.count) + bytes(16)
        data += struct.pack(">H", len(self.id)) + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"], origin, **more)
        return json.dumps(
            {
                "id": encoded(self.id),
                "rawId": encoded(self.id),
                "type": "public-key",
                "response": {
                    "clientDataJSON": encoded(client),
                    "attestationObject": encoded(attestation),
                    "transports": ["internal", "hybrid", "nonsense"],
                },
                "clientExtensionResults": {},
            }
        )

    def signed(
        self, options: dict[str, Any], *, origin: str = ORIGIN, party: str = PARTY,
        flags: int = UP | UV, count: int | None = None, handle: Any = ..., **more: Any,
    ) -> str:  # fmt: skip
        """The answer to a challenge."""
        if count is None:
            self.count += 1
            count = self.count
        client = self._client("webauthn.get", options["challenge"], origin, **more)
        data = self._data(party, flags, count)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return json.dumps(
            {
                "id": encoded(self.id),
                "rawId": encoded(self.id),
                "type": "public-key",
                "response": {
                    "clientDataJSON": encoded(client),
                    "authenticatorData": encoded(data),
                    "signature": encoded(signature),
                    "userHandle": self.handle if handle is ... else handle,
                },
                "clientExtensionResults": {},
            }
        )


def challenge_of(house: Any, address: str) -> dict[str, Any]:
    """The options that a page asks for before the browser turns to the passkey."""
    answer = house.client.post(address, headers={"X-CSRFToken": house.token})
    assert answer.status_code == 200, answer.text
    return answer.json


NEW = "/en/profile/security/passkeys"


def add_passkey(house: Any, passkey: SoftwarePasskey | None = None, **wrong: Any) -> Any:
    """Add a passkey to the person who is signed in; gives the passkey and the answer."""
    passkey = passkey or SoftwarePasskey()
    options = challenge_of(house, f"{NEW}/challenge")
    answer = house.post(NEW, {"name": "Telephone", "credential": passkey.made(options, **wrong)})
    return passkey, answer


def with_passkey(house: Any, person: Any) -> SoftwarePasskey:
    """The person, with a passkey and signed out."""
    house.enter(person)
    passkey, answer = add_passkey(house)
    assert answer.status_code == 200, answer.text
    house.leave()
    return passkey


def set_up_app(house: Any) -> tuple[str, Any]:
    """Set up an app for the person who is signed in; gives its secret and the last answer."""
    house.post("/en/profile/security/app")
    page = house.get("/en/profile/security/app").text
    secret = page.split('class="key"')[1].split(">", 1)[1].split("<")[0].replace(" ", "")
    answer = house.post("/en/profile/security/app/confirmation", {"code": pyotp.TOTP(secret).now()})
    return secret, answer


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    part = page.split('id="recovery-codes"')[1].split("</ol>")[0]
    return [piece.split("<")[0] for piece in part.split('translate="no">')[1:]]
