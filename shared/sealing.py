"""Secrets that must be read again later, kept sealed in the database.

One rule: what is sealed opens only with a key of the file, and only for the row it was sealed for.
"""

from __future__ import annotations

import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class SealBroken(Exception):
    """This was sealed with another key, for another row, or altered."""


class Seal:
    """AES-256-GCM (NIST SP 800-38D): a nonce of 12 random bytes, then text and tag."""

    def __init__(self, *keys: bytes) -> None:
        """`keys`: 32 bytes each, used for nothing else. The first one closes, any opens."""
        self._ciphers = [AESGCM(key[:32]) for key in keys]

    def close(self, secret: str, *, bound_to: str) -> bytes:
        """`bound_to` names the row; it is not stored with the secret."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, secret.encode(), bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str) -> str:
        """Raises `SealBroken`."""
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):
                return _opened(cipher, sealed, bound_to=bound_to)
        raise SealBroken

    def anew(self, sealed: bytes, *, bound_to: str) -> bytes:
        """The same, closed with the first key: as it is, where that one has closed it. Raises
        `SealBroken`.
        """
        with suppress(InvalidTag, ValueError):
            _opened(self._ciphers[0], sealed, bound_to=bound_to)
            return sealed
        return self.close(self.open(sealed, bound_to=bound_to), bound_to=bound_to)


def _opened(cipher: AESGCM, sealed: bytes, *, bound_to: str) -> str:
    nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return cipher.decrypt(nonce, text, bound_to.encode()).decode()
