"""Puts the park and its year of bookings straight into booking's own tables, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Table
from sqlmodel import SQLModel

from benchmarks.reference.booking.park import TIMEZONE, Park, Room, Zone
from benchmarks.reference.booking.year import Booked, Guest, Year
from benchmarks.reference.bulk import set_aside
from benchmarks.reference.copying import Row, copy, copy_records
from benchmarks.reference.directory import directory
from services.booking.bookings.domain import Booking, Participant, Standing
from services.booking.claims.domain import Claim
from services.booking.database import metadata
from services.booking.rooms import domain as rooms
from shared.events.premises import ZoneKind

TOGETHER = 10_000
"""Bookings in one COPY."""
BEFOREHAND = timedelta(days=7)
"""So long before it starts a booking was made."""
BOOKING = (
    *("id", "status", "reason", "room_id", "zone_id", "tenant_id", "organiser_id"),
    *("starts_at", "ends_at", "starts_wall", "ends_wall", "timezone", "title"),
    *("capacity", "people", "checked_in_at", "created_at", "version"),
)
PARTICIPANT = (
    *("id", "booking_id", "position", "person_id", "is_colleague", "name", "email", "language"),
)
CLAIM = ("booking_id", "space_id", "during")
SUBJECT = ("subject", "sequence")
REASONS = {Standing.CANCELLED: "by_organiser", Standing.RELEASED: "no_show"}


async def fill(url: str, park: Park, *, issuer: str) -> None:
    """All of it in one transaction; everybody signs in at that issuer."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for table, rows in (*directory(park, metadata, issuer=issuer), *_premises(park)):
                await copy(connection, table, rows)
            async with set_aside(connection, "bookings", "participants", "claims"):
                for booked in _together(Year(park).days()):
                    await _write(connection, booked)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _together(days: Iterable[list[Booked]]) -> Iterator[list[Booked]]:
    gathered: list[Booked] = []
    for day in days:
        gathered += day
        if len(gathered) >= TOGETHER:
            yield gathered
            gathered = []
    yield gathered


async def _write(connection: asyncpg.Connection[Any], booked: Sequence[Booked]) -> None:
    for to, columns, records in (
        (Booking, BOOKING, map(_booking, booked)),
        (Participant, PARTICIPANT, _participants(booked)),
        (Claim, CLAIM, _claims(booked)),
        (metadata.tables["subjects"], SUBJECT, _subjects(booked)),
    ):
        await copy_records(connection, to, columns, records)


def _premises(park: Park) -> Iterator[tuple[type[SQLModel] | Table, list[Row]]]:
    yield metadata.tables["known_zones"], [_zone(zone) for zone in park.zones]
    spaces = {space.space_id: space.code for room in park.rooms for space in room.spaces}
    yield rooms.Space, [{"id": space_id, "code": code} for space_id, code in spaces.items()]
    yield rooms.Room, [_room(room) for room in park.rooms]
    yield (
        rooms.RoomSpace,
        [
            {"room_id": room.room_id, "space_id": space.space_id}
            for room in park.rooms
            for space in room.spaces
        ],
    )


def _zone(zone: Zone) -> Row:
    return {
        "zone_id": zone.zone_id,
        "sequence": 1,
        "parent_id": zone.parent and zone.parent.zone_id,
        "kind": zone.kind.value,
        **_names(zone.code),
        "is_bookable": zone.kind is ZoneKind.ROOM,
        "is_listed": True,
    }


def _room(room: Room) -> Row:
    before, after = room.buffers
    return {
        "id": room.room_id,
        "code": room.code,
        "zone_id": room.zone.zone_id,
        **_names(room.code),
        "capacity": room.capacity,
        "equipment": list(room.equipment),
        "is_always_open": room.hours is None,
        "opening_hours": orjson.dumps(_hours(room)).decode(),
        "buffer_before_minutes": before,
        "buffer_after_minutes": after,
        "minimum_notice_minutes": room.minimum_notice,
        "tenant_ids": [tenant.tenant_id for tenant in room.tenants],
    }


def _hours(room: Room) -> list[Row]:
    if room.hours is None:
        return []
    opens, closes = (f"{hour:02}:00" for hour in room.hours)
    return [{"weekday": day, "opens": opens, "closes": closes} for day in range(1, 6)]


def _names(code: str) -> Row:
    return dict.fromkeys(("name_fr", "name_ar", "name_en"), code)


def _booking(booked: Booked) -> tuple[object, ...]:
    """Its values, in the order of `BOOKING`."""
    room, status = booked.room, booked.status
    starts_wall, ends_wall = (
        (at + booked.offset).replace(tzinfo=None) for at in (booked.starts_at, booked.ends_at)
    )
    return (
        *(booked.booking_id, status, REASONS.get(status), room.room_id, room.zone.zone_id),
        *(booked.organiser.tenant.tenant_id, booked.organiser.person_id),
        *(booked.starts_at, booked.ends_at, starts_wall, ends_wall, TIMEZONE, "Point projet"),
        *(room.capacity, 1 + len(booked.invited)),
        booked.starts_at if status is Standing.CHECKED_IN else None,
        *(booked.starts_at - BEFOREHAND, 1),
    )


def _participants(booked: Sequence[Booked]) -> Iterator[tuple[object, ...]]:
    for booking in booked:
        for position, one in enumerate(booking.invited):
            # Of no chance: the year shall be the same one wherever it is drawn.
            participant_id = UUID(int=booking.booking_id.int ^ (position + 1))
            beginning = (participant_id, booking.booking_id, position)
            if isinstance(one, Guest):
                address = f"guest.{one.number}@elsewhere.example"
                yield *beginning, None, False, f"Guest {one.number}", address, "fr"
            else:
                is_colleague = one.tenant is booking.organiser.tenant
                yield *beginning, one.person_id, is_colleague, one.name, one.email, "fr"


def _claims(booked: Sequence[Booked]) -> Iterator[tuple[object, ...]]:
    for booking in booked:
        before, after = (timedelta(minutes=minutes) for minutes in booking.room.buffers)
        during = asyncpg.Range(booking.starts_at - before, booking.ends_at + after)
        for space in booking.room.spaces if booking.holds else ():
            yield booking.booking_id, space.space_id, during


def _subjects(booked: Sequence[Booked]) -> Iterator[tuple[str, int]]:
    """Each was announced once."""
    return ((f"booking/{booking.booking_id}", 1) for booking in booked)
