"""Frames as cards send them, put together bit by bit as the layouts are told in words: an encoder
that shares nothing with the decoder.
"""

from services.access.card_formats import CardFormat

FIELDS = {
    CardFormat.H10301: (8, 16),
    CardFormat.INDALA26: (12, 12),
    CardFormat.H10306: (16, 16),
    CardFormat.H10302: (0, 35),
    CardFormat.H10304: (16, 19),
    CardFormat.C1000_35: (12, 20),
}
"""How many bits facility and number have."""


def frame_of(card_format: CardFormat, facility: int, number: int) -> str:
    facility_bits, number_bits = FIELDS[card_format]
    middle = _binary(facility, facility_bits) + _binary(number, number_bits)
    if card_format == CardFormat.C1000_35:
        return _corporate(middle)
    half = (len(middle) + 1) // 2  # of 35 bits the middle one counts in both halves
    return _even(middle[:half]) + middle + _odd(middle[-half:])


def _corporate(middle: str) -> str:
    """Counted from 1, bit 2 is even over 3, 4, 6, 7, 9, 10 …; bit 35 odd over 2, 3, 5, 6, 8, 9 …;
    bit 1 odd over all the others.
    """
    bits = ["?", "?", *middle, "?"]
    pairs_from = {
        start: [bit for bit in range(start, 35) if (bit - start) % 3 < 2] for start in (2, 3)
    }
    bits[1] = _even("".join(bits[bit - 1] for bit in pairs_from[3]))
    bits[34] = _odd("".join(bits[bit - 1] for bit in pairs_from[2]))
    bits[0] = _odd("".join(bits[1:]))
    return "".join(bits)


def _binary(value: int, size: int) -> str:
    return f"{value:0{size}b}" if size else ""


def _even(bits: str) -> str:
    return "1" if bits.count("1") % 2 else "0"


def _odd(bits: str) -> str:
    return "0" if bits.count("1") % 2 else "1"
