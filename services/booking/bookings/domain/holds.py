"""Holds: a room kept for somebody for five minutes while they make up their mind.

One rule: a hold claims its spaces as a booking does, under the id of the booking that it may
become; from its end on it holds nothing, whether anybody has tidied it away yet or not.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Integer, Text
from sqlmodel import Field

from services.booking.bookings.domain.wishes import Wish
from services.booking.claims.domain import Wanted
from services.booking.database import BookingTable, Moment
from services.booking.rooms.domain import BookableRoom
from services.booking.window import Window
from shared.errors import Conflict, NotFound
from shared.identity.listed import Person

HELD_FOR = timedelta(minutes=5)
KNOWN_FOR = timedelta(days=1)
"""So long afterwards its holder is told that it has expired, and not that there was none."""
AT_MOST = 3
"""Of one person at once, so that nobody blocks the park."""


class NoSuchHold(NotFound):
    """There is no such hold."""


class HoldExpired(Conflict):
    """Your hold has expired; look whether the room is still free."""


class TooManyHolds(Conflict):
    """You hold {count} rooms already; book one of them or let one go."""


class WaitsForApproval(Conflict):
    """Bookings of this room wait for somebody's approval, so it cannot be held; ask for it."""


class Hold(BookingTable, table=True):
    """One room, held by one person, for one stretch of time, until it expires."""

    __tablename__: ClassVar[Any] = "holds"

    booking_id: UUID = Field(primary_key=True)
    """The id of the booking that it may become."""
    room_id: UUID = Field(foreign_key="rooms.id")
    person_id: UUID = Field(index=True)
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    timezone: str = Field(sa_type=Text)
    people: int = Field(sa_type=Integer)
    layout: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    waiting_id: UUID | None = None
    """Whose turn in the waiting list it is, as long as it is offered to them. Triggers tell its
    holder's phones (migration 0017)."""

    @classmethod
    def made(
        cls,
        room: BookableRoom,
        wish: Wish,
        *,
        by: Person,
        at: datetime,
        booking_id: UUID,
        waiting_id: UUID | None = None,
    ) -> "Hold":
        """What is held once its spaces are claimed. Raises why the room cannot be had."""
        if room.needs_approval_of(by):
            raise WaitsForApproval
        booking, _ = wish.granted(room, people={}, by=by, at=at)
        return cls(
            booking_id=booking_id,
            room_id=room.room_id,
            person_id=by.person_id,
            starts_at=wish.window.starts_at,
            ends_at=wish.window.ends_at,
            timezone=wish.timezone,
            people=booking.people,
            layout=wish.layout,
            created_at=at,
            expires_at=at + HELD_FOR,
            waiting_id=waiting_id,
        )

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)

    def wish(self) -> Wish:
        """What it holds the room for."""
        return Wish(
            self.window,
            self.timezone,
            people=self.people,
            layout=self.layout,
            asked_at=self.created_at,
        )

    def wanted(self, room: BookableRoom) -> Wanted:
        return Wanted(self.booking_id, room.space_ids, room.claimed_by(self.window))

    def has_expired(self, *, at: datetime) -> bool:
        return at >= self.expires_at

    def must_hold(self, *, at: datetime) -> None:
        """Raises `HoldExpired`."""
        if self.has_expired(at=at):
            raise HoldExpired
