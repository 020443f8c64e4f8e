"""Device keys: `key_id.secret`, of which only a digest of the secret is kept.

The secret has 256 random bits, so a plain SHA-256 at rest is enough (nothing to guess, nothing to
slow).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from shared.errors import NotSignedIn


class DeviceKeyNotAccepted(NotSignedIn):
    """This device key is not accepted; give the device a new one."""


@dataclass(frozen=True)
class NewDeviceKey:
    """A key just made: `text` is shown once, `key_id` and `digest` are kept."""

    key_id: str
    text: str
    digest: bytes


@dataclass(frozen=True)
class PresentedKey:
    """What a device presents in `X-Device-Key`."""

    key_id: str
    secret: str

    def matches(self, digest: bytes) -> bool:
        """Whether it is the key of that digest; takes the same time either way."""
        return hmac.compare_digest(_digest(self.secret), digest)


def new_device_key() -> NewDeviceKey:
    """A key that nobody has seen yet."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return NewDeviceKey(key_id=key_id, text=f"{key_id}.{secret}", digest=_digest(secret))


def presented_key(header: str) -> PresentedKey:
    """Raises `DeviceKeyNotAccepted` for what is not of the form `key_id.secret`."""
    key_id, dot, secret = header.partition(".")
    if not (key_id and dot and secret) or len(header) > 256 or not header.isascii():
        raise DeviceKeyNotAccepted
    return PresentedKey(key_id=key_id, secret=secret)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
