"""Deep links: where a phone finds the thing that a payload speaks of."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

BASE_URL = "base_url"
"""In the session's `info`: where people reach this service, no slash at the end."""


class Informed(Protocol):
    """A session, or the database it is of."""

    @property
    def info(self) -> Mapping[Any, Any]: ...


def link_of_booking(told: Informed, booking_id: UUID) -> str:
    return _link(told, "bookings", booking_id)


def link_of_series(told: Informed, series_id: UUID) -> str:
    return _link(told, "series", series_id)


def _link(told: Informed, kind: str, of: UUID) -> str:
    return f"{told.info[BASE_URL]}/v1/{kind}/{of}"
