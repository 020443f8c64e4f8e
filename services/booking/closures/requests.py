"""What those who run the park say of a closure."""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, model_validator

from services.booking.rooms.domain import Closure, OverriddenBy
from services.booking.rooms.requests import Whom
from shared.clock import wall_time
from shared.identity.listed import Person
from shared.web import Instant, Line


class NewClosure(BaseModel):
    """A room closed for a time, or every room of a zone and of all within it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "zone_id": "6f1c1c8e-7b57-4c0e-9a1b-2f3d7c1f8a10",
                "starts_at": "2027-03-01T08:00:00+00:00",
                "ends_at": "2027-03-03T18:00:00+00:00",
                "reason": "New carpet",
                "overridden_by": "facility_managers",
                "cancels_bookings": True,
            }
        },
    )

    room_id: UUID | None = None
    zone_id: UUID | None = None
    starts_at: Instant
    ends_at: Instant
    reason: Line
    """Shown to whoever wants the room then."""
    overridden_by: OverriddenBy = OverriddenBy.NOBODY
    """Who may book all the same; `people` are those in `override_person_ids`."""
    override_person_ids: Whom = []
    cancels_bookings: bool = False
    """Whether what stands there is cancelled, and its people told, and what is asked for declined;
    else it stays."""

    @model_validator(mode="after")
    def makes_sense(self) -> Self:
        if (self.room_id is None) == (self.zone_id is None):
            raise ValueError("name either a room or a zone")
        if self.starts_at >= self.ends_at:
            raise ValueError("ends before it starts")
        if (self.overridden_by is OverriddenBy.PEOPLE) != bool(self.override_person_ids):
            raise ValueError("override_person_ids go with `people`, and only with them")
        return self

    def closure(self, *, by: Person, at: datetime, timezone: str) -> Closure:
        return Closure(
            id=uuid4(),
            room_id=self.room_id,
            zone_id=self.zone_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            starts_wall=wall_time(self.starts_at, timezone=timezone),
            ends_wall=wall_time(self.ends_at, timezone=timezone),
            timezone=timezone,
            reason=self.reason,
            overridden_by=self.overridden_by,
            override_person_ids=sorted(set(self.override_person_ids)),
            made_by=by.person_id,
            made_at=at,
        )
