"""What callers send to book or to hold a room: which room, when, and for whom."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.booking.bookings.commands.making import Asked
from services.booking.bookings.domain import Fitting, Wish
from services.booking.bookings.requests import NewExtras, Participants
from services.booking.rooms.requests import Code
from services.booking.window import Window
from shared.clock import instant
from shared.web import Instant, Line, WallTime

Codes = Annotated[list[Code], Field(max_length=50)]
Timezone = Annotated[str, Field(min_length=1, max_length=64)]
Fold = Literal[0, 1]
_TIMES = ("starts_at", "ends_at", "minutes", "starts_wall", "ends_wall", "fold", "ends_fold")
_WHERE = ("room_id", "any_room", "token", "hold_id")


class AnyRoom(BaseModel):
    """Any room that has all this; the smallest that is free is taken."""

    model_config = ConfigDict(extra="forbid")

    people: int | None = Field(default=None, ge=1, le=100_000)
    equipment: Codes = []
    accessibility: Codes = []
    building_zone_id: UUID | None = None
    layout: Code | None = None

    def fitting(self) -> Fitting:
        return Fitting(
            equipment=frozenset(self.equipment),
            accessibility=frozenset(self.accessibility),
            building_zone_id=self.building_zone_id,
        )


class Times(BaseModel):
    """When: by instants, by what the clock on the wall shows, or from now on for some minutes."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Instant | None = None
    """With `ends_at` or `minutes`; neither this nor `starts_wall`: now."""
    ends_at: Instant | None = None
    minutes: int | None = Field(default=None, ge=1, le=1440)
    """How long, in the place of an end."""
    starts_wall: WallTime | None = None
    """With `ends_wall` or `minutes`: what the clock in `timezone` shows, without an offset."""
    ends_wall: WallTime | None = None
    fold: Fold = 0
    """Where the clock shows `starts_wall` twice, as it is set back: 0 the first time, 1 the
    second."""
    ends_fold: Fold | None = None
    """The same of `ends_wall`; as `fold` unless it is given."""
    timezone: Timezone | None = None
    """IANA name of the zone whose wall time is meant; the park's own by default."""

    def _must_say_when(self) -> None:
        by_instant = self.starts_at is not None or self.ends_at is not None
        by_wall = self.starts_wall is not None or self.ends_wall is not None
        if by_instant and by_wall:
            raise ValueError("say when either by instants or by wall times")
        ends = [self.ends_at, self.ends_wall, self.minutes]
        if sum(end is not None for end in ends) != 1:
            raise ValueError("say when it ends: by an end, or by its minutes")
        if self.minutes is None and self.starts_at is None and self.starts_wall is None:
            raise ValueError("say when it starts")

    def window(self, *, timezone: str, at: datetime) -> Window:
        """Raises `NoSuchLocalTime`, `NoSuchTimezone` and what a window raises."""
        zone = self.timezone or timezone
        starts_at = self.starts_at or at
        if self.starts_wall is not None:
            starts_at = instant(self.starts_wall, timezone=zone, fold=self.fold)
        if self.minutes is not None:
            return Window(starts_at, starts_at + timedelta(minutes=self.minutes))
        if self.ends_wall is not None:
            fold = self.fold if self.ends_fold is None else self.ends_fold
            return Window(starts_at, instant(self.ends_wall, timezone=zone, fold=fold))
        assert self.ends_at is not None  # see `_must_say_when`
        return Window(starts_at, self.ends_at)


class Wished(Times):
    """When, and for how many."""

    people: int | None = Field(default=None, ge=1, le=100_000)
    """How many will come, yourself included, where that is more than are named here."""
    layout: Code | None = None
    """How the room is to be set up."""

    def wish(self, *, timezone: str, at: datetime) -> Wish:
        """`timezone` is the park's. Raises what `window` raises."""
        window = self.window(timezone=timezone, at=at)
        return Wish(window, self.timezone or timezone, people=self.people, layout=self.layout)


class OneOrAny(Wished):
    """This room (`room_id`), or any that fits (`any`), and when."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False)

    room_id: UUID | None = None
    any_room: AnyRoom | None = Field(default=None, alias="any")

    def asked(self, *, timezone: str, at: datetime) -> Asked:
        wish = self.wish(timezone=timezone, at=at)
        if self.any_room is None:
            return Asked(wish, room_id=self.room_id)
        sought = self.any_room
        wish = replace(wish, people=sought.people, layout=sought.layout)
        return Asked(wish, fitting=sought.fitting())

    def _must_name_one_of(self, *names: str) -> None:
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"name one of {', '.join(names).replace('any_room', 'any')}")
        if self.any_room is not None and not self.model_fields_set.isdisjoint({"people", "layout"}):
            raise ValueError("say people and layout within any")


class NewBooking(OneOrAny):
    """A room for a stretch of time, half-open: this room (`room_id`), any that fits (`any`), what
    you were offered (`token`, which says all by itself), or what you hold (`hold_id`, which says
    where and when).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "room_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55",
                "starts_at": "2027-03-01T09:00:00+00:00",
                "ends_at": "2027-03-01T10:00:00+00:00",
                "title": "Point projet",
                "participants": [
                    {"email": "amina@example.com"},
                    {"email": "guest@example.org", "name": "Karim Guest", "language": "fr"},
                ],
            }
        },
    )

    token: Annotated[str, Field(min_length=1, max_length=65_536)] | None = None
    """From `alternatives` of a refusal."""
    hold_id: UUID | None = None
    title: Line | None = None
    is_private: bool = False
    """Then only those who attend are shown the title."""
    extras: NewExtras = []
    participants: Participants = []

    @model_validator(mode="after")
    def says_one_thing(self) -> "NewBooking":
        self._must_name_one_of(*_WHERE)
        if self.token is not None:
            if self.model_fields_set != {"token"}:
                raise ValueError("a token says all by itself")
        elif self.hold_id is not None:
            if not self.model_fields_set.isdisjoint({*_TIMES, "timezone", "people", "layout"}):
                raise ValueError("a hold says itself where and when")
        else:
            self._must_say_when()
        return self

    def wish(self, *, timezone: str, at: datetime) -> Wish:
        return replace(super().wish(timezone=timezone, at=at), **self.particulars())

    def particulars(self) -> dict[str, Any]:
        """What of a wish is neither the room's nor the time's."""
        return {
            "title": self.title,
            "is_private": self.is_private,
            "extras": [extra.ordered() for extra in self.extras],
            "invited": [one.invited() for one in self.participants],
        }


class NewHold(Wished):
    """A room to be kept for you, and for when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "room_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55",
                "starts_at": "2027-03-01T09:00:00+00:00",
                "ends_at": "2027-03-01T10:00:00+00:00",
            }
        },
    )

    room_id: UUID

    @model_validator(mode="after")
    def says_when(self) -> "NewHold":
        self._must_say_when()
        return self
