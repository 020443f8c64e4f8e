"""Rooms over HTTP."""

from bisect import bisect_right
from datetime import time, timedelta
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.booking.rooms import commands, store
from services.booking.rooms.domain import ALWAYS, RUN_THE_PARK, BookableRoom, Room, Week
from shared.events.premises import Names
from shared.identity.listed import Person
from shared.web import Line, Me, Page, Session, etag_of, not_modified, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["rooms"])

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Minutes = Annotated[int, Field(ge=0, le=1440)]


class DayHours(BaseModel):
    """Open on one day of the week, Monday being 1; `24:00` is midnight at the end of the day."""

    weekday: int = Field(ge=1, le=7)
    opens: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"])
    closes: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["18:00"])

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> "DayHours":
        is_late = self.closes != "24:00" and time.fromisoformat(self.closes) <= time.fromisoformat(
            self.opens
        )
        if is_late:
            raise ValueError("closes before it opens")
        return self


class RoomNames(BaseModel):
    """A name as each of the park's three languages writes it."""

    fr: Line
    ar: Line
    en: Line


class NewRoom(BaseModel):
    """A room to be."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "B2-ATLAS",
                "names": {"fr": "Atlas", "ar": "أطلس", "en": "Atlas"},
                "zone_id": "6f1c1c8e-7b57-4c0e-9a1b-2f3d7c1f8a10",
                "capacity": 8,
                "equipment": ["screen", "whiteboard"],
                "opening": "always",
                "buffer_after_minutes": 5,
            }
        }
    )

    code: Code
    names: RoomNames
    zone_id: UUID
    capacity: int = Field(ge=1, le=100_000)
    equipment: list[Code] = Field(default=[], max_length=50)
    opening: Literal["always"] | Annotated[list[DayHours], Field(max_length=50)] = "always"
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    minimum_notice_minutes: int = Field(default=0, ge=0, le=525_600)
    spaces: list[Code] = Field(default=[], max_length=100)
    """Codes of the spaces it is made of; rooms that share one exclude each other. None: its own."""
    tenant_ids: list[UUID] = Field(default=[], max_length=1000)
    """Who sees and books it; empty: everybody in the park."""


class Layout(BaseModel):
    """A way to set the room up, and how many it seats then."""

    layout: Code
    capacity: int = Field(ge=1, le=100_000)


class RoomView(BaseModel):
    """A room, as those see it who may book it."""

    room_id: UUID
    code: str
    names: Names
    zone_id: UUID
    building_zone_id: UUID | None
    floor_zone_id: UUID | None
    capacity: int
    layouts: list[Layout]
    equipment: list[str]
    accessibility: list[str]
    picture_url: str | None
    opening: Literal["always"] | list[DayHours]
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    space_ids: list[UUID]
    tenant_ids: list[UUID] | None
    """Only for those who run the park."""


def _in_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def opening_of(week: Week) -> Literal["always"] | list[DayHours]:
    if week == ALWAYS:
        return "always"
    return [
        DayHours(weekday=weekday, opens=_shown(opens), closes=_shown(closes))
        for weekday, day in enumerate(week, start=1)
        for opens, closes in day
    ]


def room_view(room: BookableRoom, *, viewer: Person) -> RoomView:
    return RoomView(
        room_id=room.room_id,
        code=room.code,
        names=room.names,
        zone_id=room.zone_id,
        building_zone_id=room.building_zone_id,
        floor_zone_id=room.floor_zone_id,
        capacity=room.capacity,
        layouts=[Layout(layout=name, capacity=seats) for name, seats in room.layouts.items()],
        equipment=sorted(room.equipment),
        accessibility=sorted(room.accessibility),
        picture_url=room.picture_url,
        opening=opening_of(room.hours.week),
        buffer_before_minutes=_in_minutes(room.buffer_before),
        buffer_after_minutes=_in_minutes(room.buffer_after),
        minimum_notice_minutes=_in_minutes(room.minimum_notice),
        space_ids=list(room.space_ids),
        tenant_ids=sorted(room.audience.tenant_ids) if viewer.has(*RUN_THE_PARK) else None,
    )


@router.post("/rooms", status_code=201)
async def add_room(new: NewRoom, session: Session, me: Me, response: Response) -> RoomView:
    """Add a room to the park. For facility managers and the operator."""
    me.must_have(*RUN_THE_PARK)
    hours = [] if new.opening == "always" else [day.model_dump() for day in new.opening]
    room = Room(
        id=uuid4(),
        code=new.code,
        zone_id=new.zone_id,
        name_fr=new.names.fr,
        name_ar=new.names.ar,
        name_en=new.names.en,
        capacity=new.capacity,
        equipment=sorted(set(new.equipment)),
        is_always_open=new.opening == "always",
        opening_hours=hours,
        buffer_before_minutes=new.buffer_before_minutes,
        buffer_after_minutes=new.buffer_after_minutes,
        minimum_notice_minutes=new.minimum_notice_minutes,
        tenant_ids=sorted(set(new.tenant_ids)),
    )
    await commands.add_room(session, room, space_codes=list(new.spaces))
    response.headers["etag"] = etag_of(room.version)
    return room_view((await store.catalogue(session)).known(room.id), viewer=me)


@router.get("/rooms")
async def list_rooms(session: Session, me: Me, asked: AskedPage) -> Page[RoomView]:
    """The rooms you may see, by code."""
    bound_to = f"rooms {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=[str])
    seen = (await store.catalogue(session)).seen_by(me)
    begin = bisect_right(seen, cursor.key[0], key=lambda room: room.code) if cursor else 0
    rows = seen[begin : begin + asked.limit + 1]
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda room: (room.code,),
        view=lambda room: room_view(room, viewer=me),
    )


@router.get("/rooms/{room_id}", response_model=RoomView)
async def get_room(
    room_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> RoomView | Response:
    """One room."""
    room = await store.room_to_book(session, room_id, viewer=me)
    if unchanged := not_modified(request, version=room.version):
        return unchanged
    response.headers["etag"] = etag_of(room.version)
    return room_view(room, viewer=me)
