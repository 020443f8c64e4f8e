"""What callers send about series of visits."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.visitors.series.domain import MOST, NewParticulars, NewTimes, SeriesWish
from services.visitors.visits.commands import Invitation
from services.visitors.visits.domain import More
from services.visitors.visits.requests import MOST_ZONES, About, NewVisitor, Timezone
from shared.events.directory import Language
from shared.recurrence import Recurrence, Rule, span_of
from shared.web import WallTime

LONGEST_MINUTES = 12 * 60
EXAMPLE: dict[str, Any] = {
    "visitor": {
        "given_name": "Camille",
        "family_name": "Durand",
        "email": "camille@visitor.example",
        "language": "fr",
    },
    "starts_wall": "2026-12-01T18:00:00",
    "minutes": 120,
    "rrule": "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=40",
    "exdates": ["2026-12-24T18:00:00"],
}


def _whole_minute(value: datetime) -> datetime:
    if value.second or value.microsecond:
        raise ValueError("series recur at whole minutes")
    return value


Minute = Annotated[WallTime, AfterValidator(_whole_minute)]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
Walls = Annotated[tuple[Minute, ...], Field(max_length=MOST)]
Zones = Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)]


class NewVisitSeries(About):
    """A visitor to be expected again and again, by a rule of RFC 5545. Each visit goes by the clock
    on the wall, also where the clocks change meanwhile, and there is one a day at most.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    visitor: NewVisitor
    host_id: UUID | None = None
    """You, where it is not given; receptionists may name a colleague."""
    zone_ids: Zones | None = None
    """Where the visitor may go; wherever the host's company is, where it is not given."""
    starts_wall: Minute
    """The first start, as the clock on the wall shows it (DTSTART); the rule must make it."""
    minutes: Minutes
    """How long each is by the wall: 480 from 22:00 to 06:00."""
    timezone: Timezone | None = None
    """IANA name of the zone whose wall time is meant; the park's where it is not given."""
    rrule: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """RRULE, with COUNT or UNTIL; up to 24 months ahead, and 400 visits."""
    rdates: Walls = ()
    """RDATE: further starts."""
    exdates: Walls = ()
    """EXDATE: starts that are left out."""
    is_draft: bool = False
    """Noted for yourself: nobody is told, no pass opens, until you submit the series."""

    @model_validator(mode="after")
    def says_how_it_recurs(self) -> NewVisitSeries:
        if self.rrule is None and not self.rdates:
            raise ValueError("say how it recurs, by rrule or rdates")
        return self

    def wish(self, *, me: UUID, language: Language, usual_timezone: str) -> SeriesWish:
        """Raises what the rule and the zone say."""
        timezone = self.timezone or usual_timezone
        length = timedelta(minutes=self.minutes)
        starts_at, ends_at = span_of(self.starts_wall, length, timezone=timezone)
        rule = None if self.rrule is None else Rule.read(self.rrule)
        return SeriesWish(
            invitation=Invitation(
                visitor=self.visitor.details(),
                language=self.visitor.language or language,
                host_id=self.host_id or me,
                starts_at=starts_at,
                ends_at=ends_at,
                timezone=timezone,
                zone_ids=self.zone_ids,
                more=self.more(),
                is_draft=self.is_draft,
            ),
            recurrence=Recurrence(
                self.starts_wall, length, timezone, rule, self.rdates, self.exdates
            ),
            rule=self.rrule,
        )


class FromThere(BaseModel):
    """All that is ahead, or one visit and those that follow it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"from": "2026-12-15T18:00:00"}}
    )

    begins: WallTime | None = Field(default=None, alias="from")
    """The `recurrence_wall` of the first; all that are ahead, where it is not given."""


class NewHostOfSeries(FromThere):
    """Who receives the visitor from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "from": "2026-12-15T18:00:00",
                "host_id": "7f1d2c1e-3b1a-4a53-9a43-0d9a8f9d6a11",
            }
        }
    )

    host_id: UUID


class NewTimesOfDay(FromThere):
    """Another time of the same days, or another length by the wall."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"from": "2026-12-15T18:00:00", "starts": "17:30"}}
    )

    starts: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """By the wall; the days stay."""
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def says_something(self) -> NewTimesOfDay:
        if self.starts is None and self.minutes is None:
            raise ValueError("say what shall be another, starts or minutes")
        return self

    def times(self) -> NewTimes:
        starts = None if self.starts is None else time.fromisoformat(self.starts)
        return NewTimes(starts, self.minutes)


class ChangesOfSeries(FromThere, About):
    """What is to be other than before of each; what is not given stays."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"from": "2026-12-15T18:00:00", "plate": "12345-A-6"}}
    )

    zone_ids: Zones | None = None
    """null: wherever the host's company is."""
    language: Language | None = None

    @model_validator(mode="after")
    def what_must_be_is_not_taken_away(self) -> ChangesOfSeries:
        for name in ("kind", "language"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self

    def wish(self) -> NewParticulars:
        given = self.model_fields_set
        more = {each.name: getattr(self, each.name) for each in fields(More) if each.name in given}
        beside: dict[str, Any] = {}
        if "language" in given:
            beside["language"] = self.language
        if "zone_ids" in given:
            beside["zones_asked"] = self.zone_ids
        return NewParticulars(more, beside)
