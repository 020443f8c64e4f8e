"""The first screen, as it is shown."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.availability.api.views import FreeRoomView
from services.booking.bookings.domain import Hold, Standing
from services.booking.bookings.held import HoldView, hold_view
from services.booking.bookings.views import AttentionView
from services.booking.home.domain import Action, OwnBooking
from services.booking.links import link_of_booking
from services.booking.rooms.domain import BookableRoom, Catalogue
from shared.clock import local
from shared.events.premises import Names
from shared.web import ShownWallTime


class RoomOfBooking(BaseModel):
    """Where to go."""

    model_config = ConfigDict(from_attributes=True)

    room_id: UUID
    link: str
    code: str
    names: Names
    building_zone_id: UUID | None
    floor_zone_id: UUID | None


class CompactBooking(BaseModel):
    """A line of the week."""

    booking_id: UUID
    link: str
    status: Standing
    title: str | None
    is_mine: bool
    room: RoomOfBooking
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str


class NearBooking(CompactBooking):
    """A booking that is at hand, and what you can do with it now."""

    check_in_from: datetime
    check_in_from_wall: ShownWallTime
    check_in_until: datetime
    check_in_until_wall: ShownWallTime
    may: list[Action]
    doors_silent_since: datetime | None
    """Not null: a controller of its doors is silent, and the booking is not given up meanwhile,
    though nobody is seen to come."""


class FlaggedBooking(CompactBooking):
    """One of yours that must be looked at."""

    attention: AttentionView


class OfferedRoom(HoldView):
    """What you waited for and can have now: book it by `POST /v1/bookings` with its `hold_id`
    before it expires. `DELETE /v1/waiting/{waiting_id}` leaves it to the next."""

    room: RoomOfBooking


class HomeView(BaseModel):
    """All that a phone shows first."""

    running: list[NearBooking]
    next: NearBooking | None
    week: list[CompactBooking]
    """What is not over and begins within seven days; a hundred at most."""
    offers: list[OfferedRoom]
    """The first to expire first."""
    to_approve: int
    """How many requests wait for your word; a hundred stands for more."""
    attention: list[FlaggedBooking]
    near_zone_id: UUID | None
    """The zone that `free_rooms` are within; null: the park."""
    free_rooms: list[FreeRoomView]
    """Free for half an hour from now, those of your floor first."""


class Showing:
    """Shows bookings to somebody, with their rooms out of the catalogue."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue, *, to: UUID) -> None:
        self._session, self._catalogue, self._to = session, catalogue, to

    def room(self, booking: OwnBooking) -> BookableRoom:
        return self._catalogue.known(booking.room_id)

    def offer(self, hold: Hold, *, at: datetime) -> OfferedRoom:
        room = RoomOfBooking.model_validate(self._catalogue.known(hold.room_id))
        return OfferedRoom(**dict(hold_view(hold, at=at)), room=room)

    def compact(self, booking: OwnBooking) -> CompactBooking:
        room, timezone = self.room(booking), booking.timezone
        return CompactBooking(
            booking_id=booking.booking_id,
            link=link_of_booking(self._session, booking.booking_id),
            status=booking.status,
            title=booking.title,
            is_mine=booking.organiser_id == self._to,
            room=RoomOfBooking.model_validate(room),
            starts_at=local(booking.starts_at, timezone=timezone),
            ends_at=local(booking.ends_at, timezone=timezone),
            starts_wall=booking.starts_wall,
            ends_wall=booking.ends_wall,
            timezone=timezone,
        )

    def near(self, booking: OwnBooking, *, at: datetime, lead: timedelta) -> NearBooking:
        shown = self.compact(booking)
        begins = local(booking.starts_at - lead, timezone=booking.timezone)
        return NearBooking(
            **dict(shown),
            check_in_from=begins,
            check_in_from_wall=begins.replace(tzinfo=None),
            check_in_until=shown.ends_at,
            check_in_until_wall=shown.ends_wall,
            may=sorted(booking.may(by=self._to, at=at, lead=lead)),
            doors_silent_since=self.room(booking).doors_silent_since,
        )

    def flagged(self, booking: OwnBooking) -> FlaggedBooking:
        return FlaggedBooking(
            **dict(self.compact(booking)),
            attention=AttentionView.model_validate(booking.attention),
        )
