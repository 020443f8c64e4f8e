"""What somebody asks of a room, as the parameters of an address."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from services.booking.availability.domain import Need
from services.booking.rooms.api import Code
from services.booking.window import Window
from shared.errors import Malformed
from shared.web import Instant, Now
from shared.web.ground import ground_of

Codes = Annotated[list[Code] | None, Query(max_length=20)]
Minutes = Annotated[int, Query(ge=5, le=1440, description="For how long.")]


class SayUntilWhen(Malformed):
    """Say either until when (ends_at) or for how long (minutes)."""


async def _need(
    people: Annotated[int, Query(ge=1, le=100_000)] = 1,
    layout: Code | None = None,
    equipment: Codes = None,
    accessibility: Codes = None,
    extras: Codes = None,
    building_zone_id: UUID | None = None,
    floor_zone_id: UUID | None = None,
) -> Need:
    return Need(
        people=people,
        layout=layout,
        equipment=frozenset(equipment or ()),
        accessibility=frozenset(accessibility or ()),
        extras=frozenset(extras or ()),
        zone_ids=frozenset(zone for zone in (building_zone_id, floor_zone_id) if zone),
    )


AskedNeed = Annotated[Need, Depends(_need)]


async def _window(
    now: Now,
    starts_at: Annotated[Instant | None, Query(description="Now, unless you say so.")] = None,
    ends_at: Instant | None = None,
    minutes: Minutes | None = None,
) -> Window:
    """Raises `SayUntilWhen`, and what `Window` raises."""
    starts_at = starts_at or now
    if (ends_at is None) == (minutes is None):
        raise SayUntilWhen
    window = Window(starts_at, ends_at or starts_at + timedelta(minutes=minutes or 0))
    window.must_be_ahead(at=now)
    return window


AskedWindow = Annotated[Window, Depends(_window)]


async def park_timezone(request: Request) -> str:
    """The zone in whose wall time rooms open and close."""
    return ground_of(request).settings.timezone


ParkTimezone = Annotated[str, Depends(park_timezone)]


def signature_of(need: Need) -> str:
    """The same text for the same need: what a cursor is bound to."""
    return " ".join(
        f"{name}={sorted(map(str, value)) if isinstance(value, frozenset) else value}"
        for name, value in vars(need).items()
    )


def asked_times(request: Request) -> str:
    """The times as they were asked: a search from now on goes on from the now of each page."""
    names = ("starts_at", "ends_at", "minutes")
    return " ".join(str(request.query_params.get(name)) for name in names)
