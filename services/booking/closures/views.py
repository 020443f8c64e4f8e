"""What those who run the park are shown of a closure."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking
from services.booking.links import link_of_booking
from services.booking.rooms.domain import Closure, OverriddenBy
from shared.clock import local
from shared.web import ShownWallTime


class BookingHit(BaseModel):
    """A booking that stands where it is closed; its title is its people's."""

    booking_id: UUID
    link: str
    room_id: UUID
    tenant_id: UUID
    organiser_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str


class ClosureView(BaseModel):
    """A closure that stands."""

    closure_id: UUID
    room_id: UUID | None
    zone_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str
    reason: str
    overridden_by: OverriddenBy
    override_person_ids: list[UUID]
    made_by: UUID
    made_at: datetime


class ClosureWithBookings(ClosureView):
    """A closure, and the bookings that stand there all the same."""

    bookings_hit: int
    bookings: list[BookingHit]
    """The first of them."""


def closure_view(closure: Closure) -> ClosureView:
    return ClosureView.model_validate(said_of(closure))


def said_of(closure: Closure) -> dict[str, object]:
    names = ClosureView.model_fields.keys() - {"closure_id"}
    return {name: getattr(closure, name) for name in names} | {
        "closure_id": closure.id,
        "starts_at": local(closure.starts_at, timezone=closure.timezone),
        "ends_at": local(closure.ends_at, timezone=closure.timezone),
    }


def hit_view(session: AsyncSession, booking: Booking) -> BookingHit:
    return BookingHit(
        booking_id=booking.id,
        link=link_of_booking(session, booking.id),
        room_id=booking.room_id,
        tenant_id=booking.tenant_id,
        organiser_id=booking.organiser_id,
        starts_at=local(booking.starts_at, timezone=booking.timezone),
        ends_at=local(booking.ends_at, timezone=booking.timezone),
        starts_wall=booking.starts_wall,
        ends_wall=booking.ends_wall,
        timezone=booking.timezone,
    )
