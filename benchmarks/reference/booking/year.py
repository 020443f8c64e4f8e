"""A year of bookings, half of it past: drawn day by day, so that they come in the order of time.

A day of a space is a number with a bit for each quarter of an hour; what is set is held, buffers
included. So no two bookings that hold a space overlap, wholes and halves alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from benchmarks.reference.booking.park import TIMEZONE, Park, Person, Room
from services.booking.bookings.domain import Standing
from shared.clock import zone

DAYS = 182
"""Before today, and so many from today on."""
WEIGHTS = (100, 100, 100, 100, 80, 4, 2)
"""How busy the days of a week are, from Monday on."""
QUARTER = timedelta(minutes=15)
OPEN = (7, 20)
"""Within which hours people meet."""
LENGTHS = (2, 4, 4, 4, 6, 8)
"""Quarters of an hour."""
INVITED = (0, 0, 1, 1, 1, 2, 3, 6)
BUSY_PEOPLE = 200
"""So many of the first book a fifth of all: assistants, who book for others."""
GIVEN_BACK = {Standing.CANCELLED: 0.08, Standing.RELEASED: 0.04}
"""The shares that hold nothing any more; only what is past was released as a no-show."""


class Guest(NamedTuple):
    """Somebody from outside."""

    number: int


class Booked(NamedTuple):
    """A booking, and who is invited to it."""

    booking_id: UUID
    room: Room
    organiser: Person
    starts_at: datetime
    ends_at: datetime
    offset: timedelta
    """Of the park's clock on that day."""
    status: Standing
    invited: tuple[Person | Guest, ...]

    @property
    def holds(self) -> bool:
        return self.status not in GIVEN_BACK


class Year:
    """Draws them; the park's own chance makes the same ones after the same park."""

    def __init__(self, park: Park) -> None:
        self._park = park
        self._chance = park.chance
        self._taken: dict[UUID, int] = defaultdict(int)

    def days(self) -> Iterator[list[Booked]]:
        """One list for each day; in all, exactly as many as the park's size says."""
        first = self._park.at.date() - timedelta(days=DAYS)
        days = [first + timedelta(days=number) for number in range(2 * DAYS)]
        whole = sum(WEIGHTS[day.weekday()] for day in days)
        weight = drawn = 0
        for day in days:
            weight += WEIGHTS[day.weekday()]
            until = self._park.size.bookings * weight // whole
            yield self._day(day, count=until - drawn)
            drawn = until

    def _day(self, day: date, *, count: int) -> list[Booked]:
        self._taken.clear()
        noon = datetime.combine(day, time(12), zone(TIMEZONE))
        offset = noon.utcoffset() or timedelta()
        midnight = datetime.combine(day, time(), UTC) - offset
        made: list[Booked] = []
        while len(made) < count:
            room = self._chance.choice(self._park.rooms)
            if room.hours is None or day.weekday() < 5:
                booked = self._try(room, midnight, offset)
                made += [booked] if booked else []
        return sorted(made, key=lambda booked: booked.starts_at)

    def _try(self, room: Room, midnight: datetime, offset: timedelta) -> Booked | None:
        """A time at random; none where the room is taken then."""
        opens, closes = room.hours or OPEN
        length = self._chance.choice(LENGTHS)
        begins = 4 * opens + self._chance.randrange(4 * (closes - opens) - length + 1)
        starts_at = midnight + begins * QUARTER
        ends_at = starts_at + length * QUARTER
        status = self._status(starts_at, ends_at)
        if status not in GIVEN_BACK and not self._takes(room, begins, length):
            return None
        organiser = self._organiser(room)
        return Booked(
            booking_id=self._park.new_id(),
            room=room,
            organiser=organiser,
            starts_at=starts_at,
            ends_at=ends_at,
            offset=offset,
            status=status,
            invited=self._invited(room, organiser),
        )

    def _takes(self, room: Room, begins: int, length: int) -> bool:
        before, after = (-(-minutes // 15) for minutes in room.buffers)
        bits = ((1 << (before + length + after)) - 1) << (begins - before)
        if any(self._taken[space.space_id] & bits for space in room.spaces):
            return False
        for space in room.spaces:
            self._taken[space.space_id] |= bits
        return True

    def _status(self, starts_at: datetime, ends_at: datetime) -> Standing:
        at, drawn = self._park.at, self._chance.random()
        if drawn < GIVEN_BACK[Standing.CANCELLED]:
            return Standing.CANCELLED
        if ends_at <= at and drawn < sum(GIVEN_BACK.values()):
            return Standing.RELEASED
        return Standing.CHECKED_IN if starts_at <= at else Standing.CONFIRMED

    def _organiser(self, room: Room) -> Person:
        among = self._park.people_of(room.tenants)
        if not room.tenants and self._chance.random() < 0.2:
            among = among[:BUSY_PEOPLE]
        return self._chance.choice(among)

    def _invited(self, room: Room, organiser: Person) -> tuple[Person | Guest, ...]:
        """Mostly colleagues; now and then somebody of another tenant, or a guest."""
        count = min(self._chance.choice(INVITED), room.capacity - 1)
        found: dict[int, Person | Guest] = {}
        for _ in range(count):
            drawn = self._chance.random()
            if drawn < 0.1:
                number = -self._chance.randrange(1, 1_000_000)
                found[number] = Guest(-number)
                continue
            tenants = (organiser.tenant,) if drawn < 0.95 else ()
            person = self._chance.choice(self._park.people_of(tenants))
            if person is not organiser:
                found[person.number] = person
        return tuple(found.values())
