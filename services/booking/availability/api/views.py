"""What is shown of rooms that can be had."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.booking.availability.domain import FirstSlot
from services.booking.availability.store import FreeRoom
from services.booking.rooms.domain import BookableRoom
from services.booking.times import Times, times
from shared.clock import local, wall_time
from shared.events.premises import Names
from shared.identity.listed import Person
from shared.web import ShownWallTime


class OfferedRoom(BaseModel):
    """A room, as those see it who look for one."""

    room_id: UUID
    link: str
    code: str
    names: Names
    building_zone_id: UUID | None
    floor_zone_id: UUID | None
    zone_id: UUID
    capacity: int
    layouts: dict[str, int]
    """How many it seats, set up like that."""
    equipment: list[str]
    accessibility: list[str]
    extras: list[str]
    picture_url: str | None
    needs_approval: bool
    """A booking of yours would wait for somebody's word."""


class FreeRoomView(OfferedRoom):
    """A room that you can have."""

    free_until: datetime
    """When it closes or is somebody else's; looked for up to 24 hours from the start."""
    free_until_wall: ShownWallTime
    timezone: str


class FirstSlotView(OfferedRoom, Times):
    """The first time at which you can have a room."""

    timezone: str


def free_room_view(free: FreeRoom, *, viewer: Person, timezone: str) -> FreeRoomView:
    return FreeRoomView(
        **_offered(free.room, viewer=viewer),
        free_until=local(free.free_until, timezone=timezone),
        free_until_wall=wall_time(free.free_until, timezone=timezone),
        timezone=timezone,
    )


def first_slot_view(slot: FirstSlot, *, viewer: Person, timezone: str) -> FirstSlotView:
    shown = times((slot.starts_at, slot.ends_at), timezone=timezone)
    return FirstSlotView(
        **_offered(slot.room, viewer=viewer), **shown.model_dump(), timezone=timezone
    )


def _offered(room: BookableRoom, *, viewer: Person) -> dict[str, Any]:
    return {
        "room_id": room.room_id,
        "link": room.link,
        "code": room.code,
        "names": room.names,
        "building_zone_id": room.building_zone_id,
        "floor_zone_id": room.floor_zone_id,
        "zone_id": room.zone_id,
        "capacity": room.capacity,
        "layouts": dict(room.layouts),
        "equipment": sorted(room.equipment),
        "accessibility": sorted(room.accessibility),
        "extras": sorted(room.extras),
        "picture_url": room.picture_url,
        "needs_approval": room.needs_approval_of(viewer),
    }
