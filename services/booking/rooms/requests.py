"""What those who run the park say of a room; read and checked before anything else happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from itertools import combinations
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.booking.rooms.domain import USUAL_RELEASE, ApprovedBy, Room
from shared.web import Line

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Minutes = Annotated[int, Field(ge=0, le=1440)]
Seats = Annotated[int, Field(ge=1, le=100_000)]
Whom = Annotated[list[UUID], Field(max_length=1000)]
_FORBID = ConfigDict(extra="forbid")


class TimeOfDay(BaseModel):
    """Open from then until then; `24:00` is midnight at the end of the day."""

    model_config = _FORBID

    opens: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"])
    closes: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["18:00"])

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> Self:
        is_late = self.closes != "24:00" and time.fromisoformat(self.closes) <= time.fromisoformat(
            self.opens
        )
        if is_late:
            raise ValueError("closes before it opens")
        return self


class DayHours(TimeOfDay):
    """Open on one day of the week, Monday being 1."""

    weekday: int = Field(ge=1, le=7)


Opening = Literal["always"] | Annotated[list[DayHours], Field(max_length=50)]


class DatedOpening(BaseModel):
    """Other hours from one date until just before another, as in Ramadan. Within these dates they
    alone count; where several do, the one of the highest priority (RFC 7953: 1 before 9).
    """

    model_config = _FORBID

    from_day: date
    until_day: date
    priority: int = Field(default=1, ge=1, le=9)
    opening: Opening

    @model_validator(mode="after")
    def begins_before_it_ends(self) -> Self:
        if self.from_day >= self.until_day:
            raise ValueError("ends before it begins")
        return self

    def contradicts(self, other: DatedOpening) -> bool:
        is_at_once = self.from_day < other.until_day and other.from_day < self.until_day
        return is_at_once and self.priority == other.priority


class SpecialOpening(BaseModel):
    """Open on the park's special days of one group; on those of other groups it is closed."""

    model_config = _FORBID

    group_id: UUID
    hours: list[TimeOfDay] = Field(min_length=1, max_length=20)


class Layout(BaseModel):
    """A way to set the room up, and how many it seats then."""

    model_config = _FORBID

    layout: Code
    capacity: Seats


class RoomNames(BaseModel):
    """A name as each of the park's three languages writes it."""

    model_config = _FORBID

    fr: Line
    ar: Line
    en: Line


class OfferedExtra(BaseModel):
    """What can be had with the room, if it is asked for so long before the start."""

    model_config = _FORBID

    code: Code
    names: RoomNames
    lead_minutes: int = Field(default=0, ge=0, le=525_600)


class SeenBy(BaseModel):
    """Who sees the room beside those who may book it."""

    model_config = _FORBID

    park: bool = False
    tenant_ids: Whom = []
    person_ids: Whom = []


class ApprovalAsked(BaseModel):
    """Whose word a booking waits for; `tenant_admins` are those of the company that books."""

    model_config = _FORBID

    by: ApprovedBy = ApprovedBy.NOBODY
    person_ids: Whom = []

    @model_validator(mode="after")
    def names_people_where_people_are_asked(self) -> Self:
        if (self.by is ApprovedBy.PEOPLE) != bool(self.person_ids):
            raise ValueError("person_ids go with `people`, and only with them")
        return self


_DETAILS: dict[str, Any] = {
    "names": {"fr": "Atlas", "ar": "أطلس", "en": "Atlas"},
    "capacity": 8,
    "layouts": [{"layout": "boardroom", "capacity": 8}, {"layout": "theatre", "capacity": 6}],
    "equipment": ["screen", "whiteboard"],
    "accessibility": ["step-free", "induction-loop"],
    "opening": [{"weekday": 1, "opens": "08:00", "closes": "18:00"}],
    "dated_opening": [
        {
            "from_day": "2027-02-08",
            "until_day": "2027-03-10",
            "priority": 1,
            "opening": [{"weekday": 1, "opens": "09:00", "closes": "15:00"}],
        }
    ],
    "extras": [
        {
            "code": "coffee",
            "names": {"fr": "Café", "ar": "قهوة", "en": "Coffee"},
            "lead_minutes": 30,
        }
    ],
    "follows_special_days": True,
    "buffer_after_minutes": 5,
}


class RoomDetails(BaseModel):
    """All of a room that may change while it is booked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _DETAILS})

    names: RoomNames
    capacity: Seats
    """How many it takes where no layout is asked for."""
    layouts: list[Layout] = Field(default=[], max_length=20)
    equipment: list[Code] = Field(default=[], max_length=50)
    accessibility: list[Code] = Field(default=[], max_length=50)
    picture_url: str | None = Field(default=None, max_length=2000, pattern=r"^https://[!-~]+$")
    opening: Opening = "always"
    dated_opening: list[DatedOpening] = Field(default=[], max_length=50)
    follows_special_days: bool = False
    """Whether the park's special days close it, but for the hours in `special_opening`."""
    special_opening: list[SpecialOpening] = Field(default=[], max_length=50)
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    minimum_notice_minutes: int = Field(default=0, ge=0, le=525_600)
    release_after_minutes: Annotated[int, Field(ge=1, le=1_440)] | None = USUAL_RELEASE
    """So long after its start a booking for which nobody has come is given up; null: never."""
    tenant_ids: Whom = []
    """Whose people see and book it; with `person_ids` empty too: everybody in the park."""
    person_ids: Whom = []
    """Who else books it."""
    seen_by: SeenBy = SeenBy()
    approval: ApprovalAsked = ApprovalAsked()
    extras: list[OfferedExtra] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def says_each_thing_once(self) -> Self:
        _must_differ("layouts", (each.layout for each in self.layouts))
        _must_differ("extras", (each.code for each in self.extras))
        _must_differ("special_opening", (each.group_id for each in self.special_opening))
        if any(one.contradicts(other) for one, other in combinations(self.dated_opening, 2)):
            raise ValueError("two dated openings of the same priority overlap")
        return self

    def columns(self) -> dict[str, Any]:
        """The same as a room's row has it."""
        said = self.model_dump(mode="json")
        return {
            **{f"name_{language}": said["names"][language] for language in ("fr", "ar", "en")},
            "capacity": self.capacity,
            "layouts": said["layouts"],
            "equipment": sorted(set(self.equipment)),
            "accessibility": sorted(set(self.accessibility)),
            "picture_url": self.picture_url,
            "is_always_open": self.opening == "always",
            "opening_hours": [] if self.opening == "always" else said["opening"],
            "dated_hours": said["dated_opening"],
            "follows_special_days": self.follows_special_days,
            "special_hours": said["special_opening"],
            "buffer_before_minutes": self.buffer_before_minutes,
            "buffer_after_minutes": self.buffer_after_minutes,
            "minimum_notice_minutes": self.minimum_notice_minutes,
            "release_after_minutes": self.release_after_minutes,
            "tenant_ids": sorted(set(self.tenant_ids)),
            "person_ids": sorted(set(self.person_ids)),
            "is_shown_to_park": self.seen_by.park,
            "shown_tenant_ids": sorted(set(self.seen_by.tenant_ids)),
            "shown_person_ids": sorted(set(self.seen_by.person_ids)),
            "approved_by": self.approval.by,
            "approver_ids": sorted(set(self.approval.person_ids)),
            "extras": said["extras"],
        }


class NewRoom(RoomDetails):
    """A room to be."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "B2-ATLAS",
                "zone_id": "6f1c1c8e-7b57-4c0e-9a1b-2f3d7c1f8a10",
                **_DETAILS,
            }
        },
    )

    code: Code
    zone_id: UUID
    spaces: list[Code] = Field(default=[], max_length=100)
    """Codes of the spaces it is made of; rooms that share one exclude each other. None: its own."""

    def room(self) -> Room:
        return Room(id=uuid4(), code=self.code, zone_id=self.zone_id, **self.columns())


def _must_differ(what: str, named: Iterable[object]) -> None:
    names = list(named)
    if len(names) != len(set(names)):
        raise ValueError(f"{what} name one twice")
