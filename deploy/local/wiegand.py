"""The raw 26 bits that a card reader sends for an H10301 card.

One even parity bit over the first 12 data bits, 8 bits of facility, 16 bits of number, one odd
parity bit over the last 12 data bits (HID's open 26-bit format).
"""


def h10301(*, facility: int, number: int) -> str:
    """The frame as text of 0 and 1."""
    data = f"{facility:08b}{number:016b}"
    if len(data) != 24:
        raise ValueError("facility has 8 bits, number 16")
    even = data[:12].count("1") % 2
    odd = 1 - data[12:].count("1") % 2
    return f"{even}{data}{odd}"
