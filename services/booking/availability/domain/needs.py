"""What somebody needs of a room, whenever it is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.booking.availability.domain.free import earliest_start
from services.booking.rooms.domain import BookableRoom
from services.booking.window import Window
from shared.errors import Refusal
from shared.identity.listed import Person


@dataclass(frozen=True)
class Need:
    """For how many, with what, and where."""

    people: int = 1
    layout: str | None = None
    equipment: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    """What must be on offer with the room, and can still be had in time."""
    zone_ids: frozenset[UUID] = field(default_factory=frozenset)
    """It must lie in each of them: a building, a floor."""

    def is_met_by(self, room: BookableRoom, *, by: Person) -> bool:
        """Whether the room would do, and is theirs to book, at whatever time."""
        seats = room.capacity if self.layout is None else room.layouts.get(self.layout, 0)
        return (
            seats >= self.people
            and self.equipment <= room.equipment
            and self.accessibility <= room.accessibility
            and self.extras <= room.extras.keys()
            and self.zone_ids.issubset(room.zone_ids)
            and room.is_zone_known
            and room.is_bookable
            and room.is_listed
            and bool(room.space_ids)
            and room.may_be_booked_by(by)
        )

    def is_taken(self, room: BookableRoom, window: Window, *, by: Person, at: datetime) -> bool:
        """Whether the room takes it at that time, if nobody holds it."""
        try:
            room.must_take(window, people=self.people, layout=self.layout, by=by, at=at)
        except Refusal:
            return False
        return not self.extras or window.starts_at >= at + self.lead_in(room)

    def earliest_start(self, room: BookableRoom, *, at: datetime) -> datetime:
        return earliest_start(room, at=at, lead=self.lead_in(room))

    def lead_in(self, room: BookableRoom) -> timedelta:
        """How long before the start the extras must be asked for there."""
        return max((room.extras[code].lead for code in self.extras), default=timedelta())
