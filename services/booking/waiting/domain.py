"""The waiting list: who would like what is taken, in the order in which they asked.

One rule: whoever is offered a room holds it, as anybody holds a room; who lets that hold expire has
had their turn. Nobody sees that somebody else waits.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.booking.bookings.domain import Fitting, Hold, NothingFits, Wish
from services.booking.database import BookingTable, Moment, WallClock
from services.booking.rooms.domain import BookableRoom, Catalogue, NoSuchRoom
from services.booking.window import InThePast, Window
from shared.clock import wall_time
from shared.errors import Conflict, NotFound
from shared.identity.listed import Person

AT_MOST = 10
"""Of one person at once."""


class NoSuchWaiting(NotFound):
    """You are not waiting for that."""


class TooManyWaiting(Conflict):
    """You wait for {count} rooms already; stop waiting for one of them first."""


class Turn(StrEnum):
    """Where somebody stands in the waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"
    """They hold a room, until `offered_until`."""
    BOOKED = "booked"
    LAPSED = "lapsed"
    """They let the offer go by; they may ask to wait again."""


class Waiting(BookingTable, table=True):
    """One person who would like a room, or any that fits, for one stretch of time."""

    __tablename__: ClassVar[Any] = "waiting"
    __table_args__ = (
        Index("waiting_mine_idx", "person_id", "created_at", "id"),
        Index(
            "waiting_queue_idx",
            "created_at",
            "id",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("waiting_offered_idx", "hold_id", postgresql_where=text("status = 'offered'")),
        Index("waiting_starts_idx", "starts_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID
    status: Turn = Field(default=Turn.WAITING, sa_type=Text)
    room_id: UUID | None = Field(default=None, foreign_key="rooms.id")
    """None: any that fits."""
    equipment: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    accessibility: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    building_zone_id: UUID | None = None
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    starts_wall: datetime | None = Field(default=None, sa_type=WallClock)
    """What is meant, also when the rules of the zone change. None: asked before this was kept."""
    ends_wall: datetime | None = Field(default=None, sa_type=WallClock)
    timezone: str = Field(sa_type=Text)
    people: int | None = Field(default=None, sa_type=Integer)
    layout: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    hold_id: UUID | None = None
    """Of what they are or were offered: the id of the booking that it may become."""
    offered_room_id: UUID | None = None
    offered_until: datetime | None = Field(default=None, sa_type=Moment)

    @classmethod
    def made(
        cls, wish: Wish, *, room_id: UUID | None, fitting: Fitting, by: Person, at: datetime
    ) -> "Waiting":
        """Raises `InThePast` where its time has begun."""
        wish.must_be_possible(at=at)
        if wish.window.starts_at <= at:
            raise InThePast
        return cls(
            person_id=by.person_id,
            room_id=room_id,
            equipment=sorted(fitting.equipment),
            accessibility=sorted(fitting.accessibility),
            building_zone_id=fitting.building_zone_id,
            starts_at=wish.window.starts_at,
            ends_at=wish.window.ends_at,
            starts_wall=wall_time(wish.window.starts_at, timezone=wish.timezone),
            ends_wall=wall_time(wish.window.ends_at, timezone=wish.timezone),
            timezone=wish.timezone,
            people=wish.people,
            layout=wish.layout,
            created_at=at,
        )

    def wish(self) -> Wish:
        window = Window(self.starts_at, self.ends_at)
        return Wish(window, self.timezone, people=self.people, layout=self.layout)

    def must_be_possible(self, known: Catalogue, *, by: Person, at: datetime) -> None:
        """Raises why nobody need wait for it: no cancellation would give them such a room."""
        if self.room_id is not None:
            room = known.room(self.room_id, viewer=by)
            Hold.made(room, self.wish(), by=by, at=at, booking_id=self.id)
        elif not self.had_by(known, by=by, at=at):
            raise NothingFits

    def had_by(self, known: Catalogue, *, by: Person, at: datetime) -> list[BookableRoom]:
        """The rooms that would do and that are theirs if nobody holds them, the best first."""
        wish = self.wish()
        return [
            each for each in self._that_fit(known, by=by) if wish.is_had_at_once(each, by=by, at=at)
        ]

    def offer(self, hold: Hold) -> None:
        self.status, self.hold_id = Turn.OFFERED, hold.booking_id
        self.offered_room_id, self.offered_until = hold.room_id, hold.expires_at

    def settle(self, *, is_booked: bool) -> None:
        """The hold is gone."""
        self.status = Turn.BOOKED if is_booked else Turn.LAPSED

    def _that_fit(self, known: Catalogue, *, by: Person) -> list[BookableRoom]:
        if self.room_id is None:
            fitting = Fitting(
                equipment=frozenset(self.equipment),
                accessibility=frozenset(self.accessibility),
                building_zone_id=self.building_zone_id,
            )
            return fitting.among(known.seen_by(by), layout=self.layout)
        try:
            return [known.room(self.room_id, viewer=by)]
        except NoSuchRoom:
            return []
