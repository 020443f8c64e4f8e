"""What people are shown of a room."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel

from services.booking.rooms.domain import (
    ALWAYS,
    RUN_THE_PARK,
    ApprovedBy,
    BookableRoom,
    Catalogue,
    Emergency,
    Week,
)
from services.booking.rooms.domain.hours import OfDay
from services.booking.rooms.requests import (
    ApprovalAsked,
    DatedOpening,
    DayHours,
    Layout,
    OfferedExtra,
    RoomNames,
    SeenBy,
    SpecialOpening,
    TimeOfDay,
)
from shared.events.premises import Names
from shared.identity.listed import Person


class RoomView(BaseModel):
    """A room, as those see it who may book it. Hours are the park's wall time."""

    room_id: UUID
    link: str
    code: str
    names: Names
    zone_id: UUID
    building_zone_id: UUID | None
    building: Names | None
    floor_zone_id: UUID | None
    floor: Names | None
    capacity: int
    layouts: list[Layout]
    equipment: list[str]
    accessibility: list[str]
    picture_url: str | None
    opening: Literal["always"] | list[DayHours]
    dated_opening: list[DatedOpening]
    follows_special_days: bool
    special_opening: list[SpecialOpening]
    timezone: str
    """Whose wall time the hours are."""
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    release_after_minutes: int | None
    """So long after its start a booking for which nobody has come is given up; null: never."""
    doors_silent_since: datetime | None
    """Since when nothing is known of who passes its doors, because a controller is silent: until it
    is heard no booking is given up there. Null: all are heard."""
    extras: list[OfferedExtra]
    approved_by: ApprovedBy
    may_book: bool
    """Whether you may, or only see it."""
    emergency: Emergency | None
    space_ids: list[UUID]
    tenant_ids: list[UUID] | None
    person_ids: list[UUID] | None
    seen_by: SeenBy | None
    approval: ApprovalAsked | None
    """These four only for those who run the park."""


class SharingRoom(BaseModel):
    """Another room that cannot be had at the same time."""

    room_id: UUID
    code: str
    names: Names
    capacity: int

    @classmethod
    def of(cls, rooms: Iterable[BookableRoom]) -> list[Self]:
        return [
            cls(room_id=room.room_id, code=room.code, names=room.names, capacity=room.capacity)
            for room in rooms
        ]


class WholeRoomView(RoomView):
    """A room with the rooms that share its spaces, of those that you see."""

    parts: list[SharingRoom]
    """Rooms within it."""
    wholes: list[SharingRoom]
    """Rooms that it is a part of."""


def room_view(room: BookableRoom, *, viewer: Person) -> RoomView:
    return RoomView.model_construct(
        **_what_it_is(room), **_when_it_is_open(room), **_whom_it_is_for(room, viewer)
    )


def whole_room_view(room: BookableRoom, *, viewer: Person, catalogue: Catalogue) -> WholeRoomView:
    mine = set(room.space_ids)
    sharing = [other for other in catalogue.sharing_spaces(room) if other.audience.sees(viewer)]
    return WholeRoomView.model_construct(
        **dict(room_view(room, viewer=viewer)),
        parts=SharingRoom.of(each for each in sharing if mine > set(each.space_ids)),
        wholes=SharingRoom.of(each for each in sharing if mine < set(each.space_ids)),
    )


def _what_it_is(room: BookableRoom) -> dict[str, Any]:
    return {
        "room_id": room.room_id,
        "link": room.link,
        "code": room.code,
        "names": room.names,
        "zone_id": room.zone_id,
        "building_zone_id": room.building_zone_id,
        "building": room.building,
        "floor_zone_id": room.floor_zone_id,
        "floor": room.floor,
        "capacity": room.capacity,
        "layouts": [Layout(layout=name, capacity=seats) for name, seats in room.layouts.items()],
        "equipment": sorted(room.equipment),
        "accessibility": sorted(room.accessibility),
        "picture_url": room.picture_url,
        "extras": [
            OfferedExtra(
                code=code,
                names=RoomNames(**extra.names.model_dump()),
                lead_minutes=_minutes(extra.lead),
            )
            for code, extra in room.extras.items()
        ],
        "emergency": room.emergency,
        "space_ids": list(room.space_ids),
    }


def _when_it_is_open(room: BookableRoom) -> dict[str, Any]:
    hours = room.hours
    return {
        "opening": opening_of(hours.week),
        "dated_opening": [
            DatedOpening(
                from_day=each.from_day,
                until_day=each.until_day,
                priority=each.priority,
                opening=opening_of(each.week),
            )
            for each in hours.dated
        ],
        "follows_special_days": hours.follows_special_days,
        "special_opening": [
            SpecialOpening(group_id=group_id, hours=[TimeOfDay(**_shown(each)) for each in day])
            for group_id, day in hours.special.items()
        ],
        "timezone": hours.timezone,
        "buffer_before_minutes": _minutes(room.buffer_before),
        "buffer_after_minutes": _minutes(room.buffer_after),
        "minimum_notice_minutes": _minutes(room.minimum_notice),
        "release_after_minutes": room.release_after_minutes,
        "doors_silent_since": room.doors_silent_since,
    }


def _whom_it_is_for(room: BookableRoom, viewer: Person) -> dict[str, Any]:
    runs_the_park, whom = viewer.has(*RUN_THE_PARK), room.audience
    seen_by = SeenBy(
        park=whom.is_shown_to_park,
        tenant_ids=sorted(whom.shown_tenant_ids),
        person_ids=sorted(whom.shown_person_ids),
    )
    asked = ApprovalAsked(by=room.approval.by, person_ids=sorted(room.approval.person_ids))
    return {
        "approved_by": room.approval.by,
        "may_book": room.may_be_booked_by(viewer),
        "tenant_ids": sorted(whom.tenant_ids) if runs_the_park else None,
        "person_ids": sorted(whom.person_ids) if runs_the_park else None,
        "seen_by": seen_by if runs_the_park else None,
        "approval": asked if runs_the_park else None,
    }


def opening_of(week: Week) -> Literal["always"] | list[DayHours]:
    if week == ALWAYS:
        return "always"
    return [
        DayHours(weekday=weekday, **_shown(stretch))
        for weekday, day in enumerate(week, start=1)
        for stretch in day
    ]


def _shown(stretch: OfDay) -> dict[str, str]:
    opens, closes = (f"{minute // 60:02}:{minute % 60:02}" for minute in stretch)
    return {"opens": opens, "closes": closes}


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
