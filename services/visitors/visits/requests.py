"""What is asked for a visit."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.visitors.policies.domain import VisitKind
from services.visitors.visitors.domain import VisitorDetails
from services.visitors.visits.domain import More
from shared.clock import instant, zone
from shared.events.directory import Language
from shared.web import Email, Instant, Line, Note, Phone, WallTime

MOST_PEOPLE = 20
MOST_ZONES = 50


def _timezone(name: str) -> str:
    zone(name)
    return name


Timezone = Annotated[str, Field(max_length=64), AfterValidator(_timezone)]


def _once(person_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(person_ids))


People = Annotated[tuple[UUID, ...], Field(max_length=MOST_PEOPLE), AfterValidator(_once)]
Plate = Annotated[str, Field(pattern=r"^[\w][\w |.-]{1,19}$")]
"""As it stands on the car, Arabic letters included."""


class NewVisitor(BaseModel):
    """The person who visits."""

    model_config = ConfigDict(extra="forbid")

    given_name: Line
    family_name: Line
    company: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    """Of the mails; yours where it is not given."""

    def details(self) -> VisitorDetails:
        return VisitorDetails(
            given_name=self.given_name,
            family_name=self.family_name,
            company=self.company,
            email=self.email,
            phone=self.phone,
        )


class About(BaseModel):
    """What else the desk and the doors may need to know."""

    kind: VisitKind = VisitKind.VISITOR
    co_host_ids: People = ()
    """Colleagues of the host who see and change the visit too."""
    escort_ids: People = ()
    """Who may accompany the visitor, beside the host, where an escort is needed."""
    private_note: Note | None = None
    """For the desk; the visitor never sees it."""
    accessibility: Note | None = None
    """What the visitor needs to get in, and out in an evacuation."""
    plate: Plate | None = None
    insurance_until: date | None = None
    """A contractor's; the last day that it covers."""
    induction_on: date | None = None
    permit_number: Line | None = None

    def more(self) -> More:
        return More(**{each.name: getattr(self, each.name) for each in fields(More)})


class Times(BaseModel):
    """When: instants with an offset, or wall times with the zone's name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "starts_wall": "2026-11-24T14:00:00",
                "ends_wall": "2026-11-24T15:30:00",
                "timezone": "Africa/Casablanca",
            }
        },
    )

    starts_at: Instant | None = None
    ends_at: Instant | None = None
    starts_wall: WallTime | None = None
    ends_wall: WallTime | None = None
    timezone: Timezone | None = None
    """IANA name; the park's where it is not given."""

    @model_validator(mode="after")
    def each_is_given_once(self) -> Times:
        for at, wall in ((self.starts_at, self.starts_wall), (self.ends_at, self.ends_wall)):
            if (at is None) == (wall is None):
                raise ValueError("start and end are given once each: as an instant or a wall time")
        return self

    def window(self, *, usual_timezone: str) -> tuple[datetime, datetime]:
        """Start and end as instants. Raises `NoSuchLocalTime`."""
        timezone = self.timezone or usual_timezone

        def at(given: datetime | None, wall: datetime | None) -> datetime:
            if given is not None:
                return given
            assert wall is not None
            return instant(wall, timezone=timezone)

        return at(self.starts_at, self.starts_wall), at(self.ends_at, self.ends_wall)


class NewVisit(Times, About):
    """A visitor to be expected."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "visitor": {
                    "given_name": "Camille",
                    "family_name": "Durand",
                    "company": "Durand SA",
                    "email": "camille@visitor.example",
                    "language": "fr",
                },
                "starts_at": "2026-11-23T09:00:00+00:00",
                "ends_at": "2026-11-23T10:00:00+00:00",
            }
        },
    )

    visitor: NewVisitor
    host_id: UUID | None = None
    """You, where it is not given; receptionists may name a colleague."""
    zone_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)] | None = None
    """Where the visitor may go; wherever the host's company is, where it is not given."""
    is_draft: bool = False
    """Noted for yourself: nobody is told, no pass opens, until you submit it."""


class Changes(About):
    """What is to be other than before; what is not given stays (RFC 7396)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"plate": "12345-A-6", "private_note": "Brings a parcel"}},
    )

    zone_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)] | None = None
    """null: wherever the host's company is."""
    language: Language | None = None
    visitor: NewVisitor | None = None
    """The visitor's details, set right."""

    @model_validator(mode="after")
    def what_must_be_is_not_taken_away(self) -> Changes:
        for name in ("kind", "language", "visitor"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self

    def changed(self, known: More) -> More:
        """What is known of the visit, with what is given here."""
        given = {
            each.name: getattr(self, each.name)
            for each in fields(More)
            if each.name in self.model_fields_set
        }
        return replace(known, **given)
