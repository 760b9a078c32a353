"""Secrets at rest: sealed with a key made of the platform's own, and opened with the earlier one too."""

from functools import lru_cache
from typing import Any


class Sealer:
    """Seals with the key of today, opens with that of today or the one before."""

    def __init__(self, *keys: str | None) -> None:
        self._keys = [key for key in keys if key]

    def _fernet(self) -> Any:
        return _fernet_of(*self._keys)

    def seal(self, secret: str) -> str:
        sealed: bytes = self._fernet().encrypt(secret.encode())
        return sealed.decode()

    def opened(self, sealed: str) -> str | None:
        """The secret, or None when neither key opens it."""
        from cryptography.fernet import InvalidToken

        try:
            secret: bytes = self._fernet().decrypt(sealed.encode())
        except InvalidToken:
            return None
        return secret.decode()

    def renewed(self, sealed: str) -> str:
        """The same secret under the key of today."""
        fresh: bytes = self._fernet().rotate(sealed.encode())
        return fresh.decode()


@lru_cache(maxsize=8)
def _fernet_of(*keys: str) -> Any:
    # Imported on use: most processes never open a secret, and all of them start.
    from base64 import urlsafe_b64encode

    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derived(key: str) -> Any:
        whole = HKDF(SHA256(), length=32, salt=None, info=b"learnplat second factor")
        return Fernet(urlsafe_b64encode(whole.derive(key.encode())))

    return MultiFernet([derived(key) for key in keys])
