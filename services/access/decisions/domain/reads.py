"""What came from a reader, and how the controller numbers it.

One rule: neither raw bits nor the text of a QR code go any further than this process's memory.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber, decode
from shared.errors import Conflict

SAME_READ_WITHIN = timedelta(seconds=10)


class SequenceUsed(Conflict):
    """This sequence number was used for another read, or too long ago; number each read anew."""


class WrongEpoch(Conflict):
    """This controller is in epoch {epoch}; number its reads in that one."""


class ReadKind(StrEnum):
    """What was held to the reader."""

    CARD = "card"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class Read:
    """One read. A pass is known by SHA-256 of its token, a card by what its bits say."""

    kind: ReadKind
    fingerprint: str = field(repr=False)
    """By which the same read is known again; of a QR code the digest of its token."""
    bits: str = field(default="", repr=False)
    pin: str | None = field(default=None, repr=False)
    """What was entered beside a card. It is no part of what makes a read the same read."""

    @classmethod
    def of_card(cls, bits: str, pin: str | None = None) -> Read:
        """What is no whole frame in the format of the door's reader is a bad read."""
        fingerprint = hashlib.sha256(bits.encode(errors="surrogatepass")).hexdigest()
        return cls(ReadKind.CARD, fingerprint, bits, pin)

    @classmethod
    def of_qr(cls, qr_text: str) -> Read:
        token = qr_text.strip().encode(errors="surrogatepass")
        return cls(ReadKind.QR, hashlib.sha256(token).hexdigest())

    def number_in(self, card_format: CardFormat) -> CardNumber | None:
        """What the card says in the format of the door's reader."""
        return decode(self.bits, card_format)


@dataclass(frozen=True, slots=True)
class Question:
    """A read at an access point, as a controller asks about it."""

    access_point_id: UUID
    epoch: int
    sequence: int
    read_at: datetime
    read: Read

    @property
    def digest(self) -> bytes:
        """The same for the same question."""
        read = self.read
        parts = (self.access_point_id, self.read_at.isoformat(), read.kind.value, read.fingerprint)
        return hashlib.sha256(repr(parts).encode()).digest()
