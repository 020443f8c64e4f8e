"""The signs of a machine-readable zone: cleaned lines, and the check digit (Doc 9303-3, 4.9)."""

from __future__ import annotations

from services.visitors.scans.mrz.refusals import (
    MrzHasOtherShape,
    MrzHasOtherSign,
    MrzWantsDigit,
)

FILLER = "<"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WEIGHTS = (7, 3, 1)

_VALUES = {sign: value for value, sign in enumerate(DIGITS + LETTERS)} | {FILLER: 0}
_WHOLE = {90: 30, 88: 44, 72: 36}
"""Signs of a whole zone that came as one line -> signs of each of its lines."""
LONGEST_SCAN = 1000


def check_digit(signs: str) -> str:
    """Digits count as themselves, letters from A = 10, fillers 0; weights 7, 3, 1; modulo 10."""
    total = sum(_VALUES[sign] * WEIGHTS[at % 3] for at, sign in enumerate(signs))
    return DIGITS[total % 10]


def lines_of(text: str) -> tuple[str, ...]:
    """The lines in capitals, without the blanks that readers put in.

    Raises `MrzHasOtherShape`, `MrzHasOtherSign`.
    """
    if len(text) > LONGEST_SCAN:
        raise MrzHasOtherShape
    if text.isascii():  # capitals of other letters would be guessed
        text = text.upper()
    lines = tuple(line for each in text.splitlines() if (line := "".join(each.split())))
    if len(lines) == 1 and (length := _WHOLE.get(len(lines[0]))):
        whole = lines[0]
        lines = tuple(whole[at : at + length] for at in range(0, len(whole), length))
    for number, signs in enumerate(lines, start=1):
        for position, sign in enumerate(signs, start=1):
            if sign not in _VALUES:
                raise MrzHasOtherSign(line=number, position=position)
    return lines


def digit_at(signs: str, *, line: int, position: int) -> None:
    """Raises `MrzWantsDigit` for the first of the signs that is neither digit nor filler."""
    for offset, sign in enumerate(signs):
        if sign not in DIGITS and sign != FILLER:
            raise MrzWantsDigit(line=line, position=position + offset)
