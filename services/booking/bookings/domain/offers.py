"""Offers: what somebody who lost a room may have instead, each with a token that books it.

One rule: a token is a wish already spelt out, not a right. It reserves nothing, and when it comes
back every rule is asked anew; it counts once, for the one it was made for, for ten minutes.
"""

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError

from services.booking.bookings.domain.wishes import Wish
from services.booking.rooms.domain import BookableRoom
from services.booking.window import Window
from shared.errors import Conflict, NotFound
from shared.identity.listed import Person

OFFER_KEY = "offers"
"""The name of the key file."""
STANDS_FOR = timedelta(minutes=10)
LONGEST = 64 * 1024
"""Characters of a token, and bytes of the wish in it."""
_MAC_BYTES = 16


class NoSuchOffer(NotFound):
    """There is no such offer; look for a room again."""


class OfferExpired(Conflict):
    """This offer has expired; look for a room again."""


class OfferUsed(Conflict):
    """This offer was taken already."""


@dataclass(frozen=True)
class Offer:
    """A room and a time that could be had, and the rest of the wish as it was."""

    room_id: UUID
    wish: Wish
    expires_at: datetime

    def seal(self, *, by: Person, key: bytes) -> str:
        """The token: base64url of a MAC over caller and wish, and the wish, compressed."""
        body = zlib.compress(orjson.dumps(self, default=str), level=1)  # UUIDs may be the driver's
        return base64.urlsafe_b64encode(_mac(body, by=by, key=key) + body).decode().rstrip("=")

    def must_stand(self, *, at: datetime) -> None:
        if at >= self.expires_at:
            raise OfferExpired


_OFFER = TypeAdapter(Offer)


def unseal(token: str, *, by: Person, keys: Sequence[bytes]) -> Offer:
    """The offer behind a token, by whichever of the keys it was made. Raises `NoSuchOffer`, also
    where it was made for somebody else.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NoSuchOffer from None
    mac, body = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
    if not any(hmac.compare_digest(mac, _mac(body, by=by, key=key)) for key in keys):
        raise NoSuchOffer
    try:  # made here, but perhaps by another version of this service
        return _OFFER.validate_json(zlib.decompressobj().decompress(body, LONGEST))
    except (zlib.error, ValidationError):
        raise NoSuchOffer from None


def digest_of(token: str) -> bytes:
    """What is kept of a token that was used."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _mac(body: bytes, *, by: Person, key: bytes) -> bytes:
    return hmac.digest(key, by.person_id.bytes + body, "sha256")[:_MAC_BYTES]


SHIFTS = tuple(timedelta(minutes=minutes) for minutes in (15, -15, 30, -30))
"""How much earlier or later somebody may be asked to come."""


def shifted(wish: Wish) -> list[Wish]:
    """The same at another time, the nearest first."""
    window = wish.window
    return [
        replace(wish, window=Window(window.starts_at + by, window.ends_at + by)) for by in SHIFTS
    ]


def parts_of(room: BookableRoom, among: list[BookableRoom]) -> list[BookableRoom]:
    """Those that are a part of it, the largest first."""
    spaces = set(room.space_ids)
    parts = [each for each in among if set(each.space_ids) < spaces]
    return sorted(parts, key=lambda each: (-each.capacity, each.code))


def like(room: BookableRoom, among: list[BookableRoom]) -> list[BookableRoom]:
    """Others of its building, those of the nearest capacity first."""
    spaces, building = set(room.space_ids), room.building_zone_id
    others = [
        each
        for each in among
        if each.building_zone_id == building and spaces.isdisjoint(each.space_ids)
    ]
    return sorted(others, key=lambda each: (abs(each.capacity - room.capacity), each.code))
