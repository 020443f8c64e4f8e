"""Card bits: how the raw bits of a Wiegand read become facility and number.

Pure rules. One rule: what fails its parity or its length is a bad read, never a number. H10301 is
HID's open 26-bit format: P FFFFFFFF NNNNNNNNNNNNNNNN P, even parity over the first thirteen bits,
odd over the last thirteen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.access.premises.domain import CardFormat


@dataclass(frozen=True, slots=True)
class CardNumber:
    """What a card says of itself."""

    card_format: CardFormat
    facility: int
    number: int


def _h10301(bits: str) -> CardNumber | None:
    if len(bits) != 26 or not set(bits) <= {"0", "1"}:
        return None
    is_even = bits[:13].count("1") % 2 == 0
    is_odd = bits[13:].count("1") % 2 == 1
    if not (is_even and is_odd):
        return None
    return CardNumber(CardFormat.H10301, int(bits[1:9], 2), int(bits[9:25], 2))


_DECODERS: dict[CardFormat, Callable[[str], CardNumber | None]] = {CardFormat.H10301: _h10301}

LARGEST: dict[CardFormat, CardNumber] = {
    CardFormat.H10301: CardNumber(CardFormat.H10301, 0xFF, 0xFFFF)
}
"""The largest facility and number that fit into each format."""


def decoded(bits: str) -> dict[CardFormat, CardNumber]:
    """What these bits say in each format in which they are whole; the door's own format decides."""
    found = {card_format: decode(bits) for card_format, decode in _DECODERS.items()}
    return {card_format: number for card_format, number in found.items() if number is not None}


def fits(card: CardNumber) -> bool:
    """Whether the format has room for that facility and number."""
    largest = LARGEST[card.card_format]
    return 0 <= card.facility <= largest.facility and 0 <= card.number <= largest.number
