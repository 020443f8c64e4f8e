"""What callers send about series."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from services.booking.bookings.domain import Wish
from services.booking.bookings.new import Timezone
from services.booking.bookings.requests import Decision, NewExtras, Participants
from services.booking.rooms.requests import Code
from services.booking.series.domain import Recurrence, SeriesChange, SeriesWish, window_of
from services.booking.window import LONGEST
from shared.recurrence import Rule
from shared.web import Email, Line, WallTime

LONGEST_MINUTES = int(LONGEST.total_seconds()) // 60
EXAMPLE: dict[str, Any] = {
    "room_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55",
    "starts_wall": "2027-03-01T09:00:00",
    "minutes": 60,
    "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=12",
    "exdates": ["2027-03-22T09:00:00"],
    "title": "Point hebdomadaire",
    "participants": [{"email": "amina@example.com"}],
    "conflicts": {"skip_up_to_percent": 20},
}


def _whole_minute(value: datetime) -> datetime:
    if value.second or value.microsecond:
        raise ValueError("series recur at whole minutes")
    return value


Minute = Annotated[WallTime, AfterValidator(_whole_minute)]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]


class SkipConflicts(BaseModel):
    """What cannot be had is left out, up to so many in a hundred."""

    model_config = ConfigDict(extra="forbid")

    skip_up_to_percent: int = Field(ge=0, le=99)


Conflicts = Literal["refuse"] | SkipConflicts


def _skipped(conflicts: Conflicts) -> int | None:
    return conflicts.skip_up_to_percent if isinstance(conflicts, SkipConflicts) else None


class ApprovalOfSeries(Decision):
    """What is said along with the approval of a series, and of what cannot be had by now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"note": "Accordé.", "conflicts": {"skip_up_to_percent": 20}}
        },
    )

    conflicts: Conflicts = "refuse"
    """Whether what cannot be had by now may be left as it is; else all stand, or none."""

    @property
    def skip_up_to_percent(self) -> int | None:
        return _skipped(self.conflicts)


class NewSeries(BaseModel):
    """A room, again and again, by a rule of RFC 5545. Each goes by the clock on the wall, as
    calendars have it: from 22:00 to 06:00 also in the night in which the clocks change, which lasts
    an hour more then, or less.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    room_id: UUID
    starts_wall: Minute
    """The first start, as the clock on the wall shows it (DTSTART); the rule must make it."""
    ends_wall: Minute | None = None
    """The first end; or say `minutes`."""
    minutes: Minutes | None = None
    """How long each is by the wall: 480 from 22:00 to 06:00."""
    timezone: Timezone | None = None
    """IANA name of the zone whose wall time is meant; the park's own by default."""
    rrule: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """RRULE, with COUNT or UNTIL; up to 24 months ahead, and 750 bookings."""
    rdates: Annotated[list[Minute], Field(max_length=750)] = []
    """RDATE: further starts."""
    exdates: Annotated[list[Minute], Field(max_length=750)] = []
    """EXDATE: starts that are left out."""
    title: Line | None = None
    is_private: bool = False
    """Then only those who attend are shown the title."""
    people: int | None = Field(default=None, ge=1, le=100_000)
    """How many will come, where that is more than are named here and yourself."""
    layout: Code | None = None
    extras: NewExtras = []
    participants: Participants = []
    conflicts: Conflicts = "refuse"
    """Whether bookings that cannot be had may be left out; else all are had, or none."""

    @model_validator(mode="after")
    def says_how_long(self) -> "NewSeries":
        if (self.ends_wall is None) == (self.minutes is None):
            raise ValueError("say how long each is either by ends_wall or by minutes")
        if self.rrule is None and not self.rdates:
            raise ValueError("say how it recurs, by rrule or rdates")
        return self

    def wish(self, *, timezone: str) -> SeriesWish:
        """Raises what the rule, the zone and the window say."""
        there = self.timezone or timezone
        length = timedelta(minutes=self.minutes or 0)
        if self.ends_wall is not None:
            length = self.ends_wall - self.starts_wall
        first = window_of(self.starts_wall, length, timezone=there)
        rule = None if self.rrule is None else Rule.read(self.rrule)
        return SeriesWish(
            room_id=self.room_id,
            recurrence=Recurrence(self.starts_wall, length, there, rule, self.rdates, self.exdates),
            rule=self.rrule,
            each=Wish(
                window=first,
                timezone=there,
                title=self.title,
                people=self.people,
                invited=[one.invited() for one in self.participants],
                is_private=self.is_private,
                layout=self.layout,
                extras=[one.ordered() for one in self.extras],
            ),
            skip_up_to_percent=_skipped(self.conflicts),
        )


class ChangeOfSeries(BaseModel):
    """Only what shall be another, of every booking that is ahead: what is absent stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"starts": "10:30", "title": "Point projet"}}
    )

    room_id: UUID | None = None
    starts: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """The time of day at which each starts, by the wall; the days stay."""
    minutes: Minutes | None = None
    """How long each is by the wall."""
    title: Line | None = None
    """Null: it has none."""
    is_private: bool | None = None
    people: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """How many will come, yourself included; null: as many as are named."""
    invite: Participants = []
    """Further people."""
    uninvite: Annotated[list[Email], Field(max_length=200)] = []
    """Addresses of those who are not invited any more."""

    @field_validator("room_id", "starts", "minutes", "is_private")
    @classmethod
    def what_must_be_is_not_taken_away(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("cannot be null; leave it out, and it stays as it is")
        return value

    @model_validator(mode="after")
    def says_something(self) -> "ChangeOfSeries":
        said = self.model_dump(exclude_unset=True, exclude={"begins"})
        if all(value == [] for value in said.values()):
            raise ValueError("say what shall be another")
        return self

    def change(self) -> SeriesChange:
        return SeriesChange(
            room_id=self.room_id,
            starts=None if self.starts is None else time.fromisoformat(self.starts),
            minutes=self.minutes,
            says=self.model_dump(exclude_unset=True, include={"title", "is_private", "people"}),
            invited=[one.invited() for one in self.invite],
            uninvited=frozenset(self.uninvite),
        )


class ChangeFrom(ChangeOfSeries):
    """Only what shall be another, of one booking and of those that follow it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"from": "2027-03-15T09:00:00", "starts": "10:30"}}
    )

    begins: WallTime = Field(alias="from")
    """The `recurrence_wall` of the first."""


class CancelFrom(BaseModel):
    """From which booking on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"from": "2027-03-15T09:00:00"}}
    )

    begins: WallTime = Field(alias="from")
    """The `recurrence_wall` of the first."""
