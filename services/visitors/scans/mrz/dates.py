"""Dates of two-digit years (Doc 9303-3, 4.8): which century, and what of a birth is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.visitors.scans.mrz.signs import FILLER

_UNKNOWN = FILLER * 2
_LEAP_YEAR = 2000
_HALF, _CENTURY = 50, 100


@dataclass(frozen=True)
class PartialDate:
    """A date of which the day, or more, may be unknown to whoever issued the document."""

    year: int | None
    month: int | None = None
    day: int | None = None


def birth_of(signs: str, *, on: date) -> PartialDate | None:
    """Nobody was born after `on`: what would be later belongs to the century before.

    None: there is no such date.
    """
    return _read(signs, century=lambda found: _latest(found, on=on))


def expiry_of(signs: str, *, on: date) -> PartialDate | None:
    """Within half a century of `on`, either way. None: there is no such date."""

    def nearest(found: PartialDate) -> int:
        assert found.year is not None
        year = on.year - on.year % _CENTURY + found.year
        if year - on.year > _HALF:
            return year - _CENTURY
        return year + _CENTURY if on.year - year >= _HALF else year

    return _read(signs, century=nearest)


def _latest(found: PartialDate, *, on: date) -> int:
    """The last year of these two digits in which such a day was not still to come."""
    assert found.year is not None
    year = on.year - on.year % _CENTURY + found.year
    is_to_come = (year, found.month or 1, found.day or 1) > (on.year, on.month, on.day)
    return year - _CENTURY if is_to_come else year


def _read(signs: str, *, century: Callable[[PartialDate], int]) -> PartialDate | None:
    year, month, day = signs[:2], signs[2:4], signs[4:]
    parts = [None if part == _UNKNOWN else part for part in (year, month, day)]
    if any(part is not None and FILLER in part for part in parts):
        return None
    numbers = [None if part is None else int(part) for part in parts]
    found = PartialDate(*numbers)
    if not _could_be(found):
        return None
    if found.year is None:
        return found
    whole = PartialDate(century(found), found.month, found.day)
    return whole if _could_be(whole) else None


def _could_be(found: PartialDate) -> bool:
    year = _LEAP_YEAR if found.year is None or found.year < _CENTURY else found.year
    month = 1 if found.month is None else found.month
    try:
        date(year, month, 1 if found.day is None else found.day)
    except ValueError:
        return False
    return True
