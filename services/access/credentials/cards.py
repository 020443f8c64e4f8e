"""Card bits: how the raw bits of a Wiegand read become facility and number.

Pure rules. One rule: what fails its parity or its length is a bad read, never a number; in which
format a frame is read is configured, never guessed (H10301 and INDALA26 are whole in the same
frames, and so are H10302 and H10304).

Layouts, first bit first; P is even and Q odd parity:

    H10301    P F*8 N*16 Q        P over the first 13 bits, Q over the last 13
    INDALA26  P F*12 N*12 Q       the same
    H10306    P F*16 N*16 Q       P over the first 17, Q over the last 17
    H10302    P N*35 Q            P over the first 19, Q over the last 19: bit 19 counts in both
    H10304    P F*16 N*19 Q       the same
    C1000_35  Q P F*12 N*20 Q     P over bits 2 to 34 without every third from 5 on; the last Q
                                  over bits 2 to 35 without every third from 4 on; then the
                                  first Q over all 35

Source: the layouts published with Proxmark3 (client/src/wiegand_formats.c: H10301, ind26, H10306,
H10302, H10304, C1k35s), studied, not copied; cards published elsewhere agree (see the tests). An
Indala card permutes its bits on the air; its reader undoes that, and the wire carries the above.

What parity sees: in every format any odd number of flipped bits within what one parity covers, so
each single flipped bit. Two flips within the same half are not seen in H10301, INDALA26 and H10306;
in H10302 and H10304 neither, unless one of them is bit 19. C1000_35 misses two flips only where the
same parities count both: bits whose places differ by a multiple of three (bit 2 goes with 3; two
neighbours are never missed but those). More flips may cancel out in any format.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.access.card_formats import CardFormat


@dataclass(frozen=True, slots=True)
class CardNumber:
    """What a card says of itself. Where its format has no facility, that is 0."""

    card_format: CardFormat
    facility: int
    number: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what lies in a frame of `length` bits, taken as one integer."""

    length: int
    facility_bits: int
    number_bits: int
    parities: tuple[tuple[int, int], ...]
    """Masks over the frame, and what the number of ones under each is, modulo 2."""


def _mask(length: int, *bits: int) -> int:
    """Bits counted from 1, the first being the most significant."""
    return sum(1 << (length - bit) for bit in bits)


def _halves(length: int, *, each: int) -> tuple[tuple[int, int], ...]:
    """Even parity over the first bits, odd over as many last ones."""
    return (
        (_mask(length, *range(1, each + 1)), 0),
        (_mask(length, *range(length - each + 1, length + 1)), 1),
    )


_CORPORATE = (
    (_mask(35, *(bit for bit in range(2, 35) if bit == 2 or bit % 3 != 2)), 0),
    (_mask(35, *(bit for bit in range(2, 36) if bit == 35 or bit % 3 != 1)), 1),
    (_mask(35, *range(1, 36)), 1),
)

_LAYOUTS: dict[CardFormat, _Layout] = {
    CardFormat.H10301: _Layout(26, 8, 16, _halves(26, each=13)),
    CardFormat.INDALA26: _Layout(26, 12, 12, _halves(26, each=13)),
    CardFormat.H10306: _Layout(34, 16, 16, _halves(34, each=17)),
    CardFormat.H10302: _Layout(37, 0, 35, _halves(37, each=19)),
    CardFormat.H10304: _Layout(37, 16, 19, _halves(37, each=19)),
    CardFormat.C1000_35: _Layout(35, 12, 20, _CORPORATE),
}


def decode(bits: str, card_format: CardFormat) -> CardNumber | None:
    """What the frame says in that format; None for a bad read: of another length, with other
    characters than 0 and 1, or failing a parity. About 1 µs.
    """
    layout = _LAYOUTS[card_format]
    if len(bits) != layout.length or bits.strip("01"):
        return None
    frame = int(bits, 2)
    for mask, ones in layout.parities:
        if (frame & mask).bit_count() & 1 != ones:
            return None
    number = frame >> 1
    facility = number >> layout.number_bits
    return CardNumber(
        card_format,
        facility & ((1 << layout.facility_bits) - 1),
        number & ((1 << layout.number_bits) - 1),
    )


def decoded(bits: str) -> dict[CardFormat, CardNumber]:
    """What these bits say in each format in which they are whole; the configured one decides."""
    found = {card_format: decode(bits, card_format) for card_format in _LAYOUTS}
    return {card_format: number for card_format, number in found.items() if number is not None}


def fits(card: CardNumber) -> bool:
    """Whether the format has room for that facility and number."""
    layout = _LAYOUTS[card.card_format]
    has_facility = 0 <= card.facility < 1 << layout.facility_bits
    return has_facility and 0 <= card.number < 1 << layout.number_bits
