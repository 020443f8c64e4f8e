"""Values that requests carry, validated once: instants, wall times, addresses, lines of text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated
from unicodedata import category

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    EmailStr,
    Field,
    NaiveDatetime,
    WithJsonSchema,
)

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
FIRST_COUNT, LAST_COUNT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Where clocks begin that have lost the time (1900, 1970), and where counters run over."""
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)


_UNSEEN = ("Cf", "Zs")
"""Categories of Unicode that show nothing by themselves: joiners, marks of direction, spaces."""
_BEGINS_WITH_A_DATE = re.compile(r"\d{4}-")


def _written(value: object) -> object:
    """A number would be counted from 1970, in seconds or milliseconds as its size suggests."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _BEGINS_WITH_A_DATE.match(value):
        raise ValueError("not as RFC 3339 writes it")
    return value


def _instant(value: datetime) -> datetime:
    return _between(EARLIEST, value, LATEST)


def _clock_reading(value: datetime) -> datetime:
    return _between(FIRST_COUNT, value, LAST_COUNT)


def _between(first: datetime, value: datetime, last: datetime) -> datetime:
    try:
        at = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None
    if not first <= at < last:
        raise ValueError("out of range")
    return at


def _wall(value: datetime) -> datetime:
    if not EARLIEST <= value.replace(tzinfo=UTC) < LATEST:
        raise ValueError("out of range")
    return value


def _clean(value: str) -> str:
    text = value.strip()
    if _CONTROL.search(text):
        raise ValueError("control characters are not text")
    return text


def _line(value: str) -> str:
    text = " ".join(_clean(value).split())
    if all(category(each) in _UNSEEN for each in text):
        raise ValueError("empty")
    return text


def _email(value: str) -> str:
    return _clean(value).lower()


Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_instant)]
"""RFC 3339 with offset, from 2000 to 2100; held in UTC."""
ClockReading = Annotated[AwareDatetime, AfterValidator(_clock_reading)]
"""An instant by the clock of a device, which may have lost the time; nothing is refused for it."""

_LOCAL = WithJsonSchema({"type": "string", "format": "date-time-local"})
"""As OpenAPI's registry of formats has it; RFC 3339's `date-time` has an offset."""

WallTime = Annotated[NaiveDatetime, BeforeValidator(_written), AfterValidator(_wall), _LOCAL]
"""What a clock on the wall shows: no offset; a zone's name goes beside it."""
ShownWallTime = Annotated[datetime, _LOCAL]
"""The same, in an answer."""

Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
"""One line of text, not empty."""

Note = Annotated[str, Field(max_length=2000), AfterValidator(_clean)]
"""A few lines of text, perhaps none."""

Email = Annotated[EmailStr, Field(max_length=254), AfterValidator(_email)]
"""An address (RFC 5321), in lower case."""

Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ().-]{4,30}$"), AfterValidator(_clean)]
"""A telephone number as people write it."""
