"""Secrets that must be read again later, kept sealed in the database.

One rule: what is sealed opens only with the key file, and only for the row it was sealed for.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class SealBroken(Exception):
    """This was sealed with another key, for another row, or altered."""


class Seal:
    """AES-256-GCM (NIST SP 800-38D): a nonce of 12 random bytes, then text and tag."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes, used for nothing else."""
        self._cipher = AESGCM(key[:32])

    def close(self, secret: str, *, bound_to: str) -> bytes:
        """`bound_to` names the row; it is not stored with the secret."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str) -> str:
        """Raises `SealBroken`."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, text, bound_to.encode()).decode()
        except (InvalidTag, ValueError) as broken:
            raise SealBroken from broken
