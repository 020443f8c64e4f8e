"""A pass is derived, never stored: whoever holds the key and the visit's id can print it again.

Pure rules: no session, no clock. The token is a secret; it goes into a picture or a mail and
nowhere else. Tables and events know its digest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from shared.errors import Conflict

DESK_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what people confuse: 0 and O, 1 and I and L, U and V."""
DESK_CODE_LENGTH = 8


class PassKeyChanged(Conflict):
    """This pass was made with a key that is no longer here; cancel the visit and register it
    anew.
    """


def token_of(pass_id: UUID, *, rotation: int, key: bytes) -> str:
    """The text of the QR code: base32 of HMAC-SHA256(key, visit id ‖ rotation); for the visits of a
    series, which have one pass, with the id of the series.

    Base32 as in RFC 4648, without padding; the rotation is four bytes, big endian.
    """
    message = pass_id.bytes + rotation.to_bytes(4, "big")
    mac = hmac.digest(key, message, "sha256")
    return base64.b32encode(mac).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What the doors compare: SHA-256 of the token in ASCII, lower-case hex."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def known_token(pass_id: UUID, *, rotation: int, keys: Sequence[bytes], digest: str) -> str:
    """The token behind a digest. Raises `PassKeyChanged` where the key it was made with is gone."""
    for key in keys:
        token = token_of(pass_id, rotation=rotation, key=key)
        if hmac.compare_digest(digest_of(token), digest):
            return token
    raise PassKeyChanged


def new_desk_code() -> str:
    """A short code that looks a visit up at the desk; it opens no door, so it may be short."""
    return "".join(secrets.choice(DESK_CODE_ALPHABET) for _ in range(DESK_CODE_LENGTH))


def read_desk_code(typed: str) -> str:
    """What somebody typed, as codes are stored: capitals, nothing between."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
