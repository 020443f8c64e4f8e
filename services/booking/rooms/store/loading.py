"""How the catalogue is read: rooms by the ids that changed, all else as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.booking.rooms.domain import (
    ALWAYS,
    Approval,
    ApprovedBy,
    Audience,
    BookableRoom,
    Catalogue,
    DatedHours,
    Emergency,
    Extra,
    Hours,
    KnownZone,
    OverriddenBy,
    StandingClosure,
    week_of,
)
from services.booking.rooms.domain.catalogue import around, of_kind
from services.booking.rooms.domain.hours import day_of
from services.booking.rooms.domain.room import Room
from services.booking.rooms.watched import Part
from shared.database import Driver
from shared.events.premises import Names, ZoneKind

_ROOMS = f"""
SELECT {", ".join(f"r.{name}" for name in Room.model_fields)},
       ARRAY(SELECT space_id FROM room_spaces WHERE room_id = r.id ORDER BY space_id) AS spaces
FROM rooms AS r WHERE $1::uuid[] IS NULL OR r.id = ANY ($1)
"""  # noqa: S608 - our own columns
_ZONES = """
SELECT zone_id, parent_id, kind, name_fr, name_ar, name_en, is_bookable AND is_listed AS is_bookable
FROM known_zones
"""
_CLOSURES = """
SELECT id AS closure_id, room_id, zone_id, starts_at, ends_at, reason, overridden_by,
       override_person_ids,
       CASE WHEN room_id IS NULL THEN ARRAY[zone_id]
            ELSE ARRAY(SELECT space_id FROM room_spaces AS s WHERE s.room_id = closures.room_id)
       END AS closed_ids
FROM closures WHERE lifted_at IS NULL AND ends_at > now() - interval '31 days' ORDER BY starts_at
"""
_SPECIAL_DAYS = """
SELECT day, group_id FROM known_special_days WHERE is_confirmed ORDER BY day, group_id DESC
"""
_EMERGENCIES = (
    "SELECT zone_id, kind FROM known_emergencies WHERE ended_at IS NULL ORDER BY kind DESC"
)
_SILENT = """
SELECT zone_id, min(silent_since) AS since FROM known_controllers, unnest(zone_ids) AS zone_id
WHERE silent_since IS NOT NULL GROUP BY zone_id
"""


@dataclass(frozen=True)
class Surroundings:
    """What rooms lie in and follow."""

    zones: Mapping[UUID, KnownZone] = field(default_factory=dict)
    closures: Mapping[UUID, list[StandingClosure]] = field(default_factory=dict)
    """Of each zone, and of each space of a closed room: what shares it is closed too."""
    special_days: Mapping[date, UUID] = field(default_factory=dict)
    emergencies: Mapping[UUID, Emergency] = field(default_factory=dict)
    """Of each zone; an evacuation outranks a lockdown."""
    silent: Mapping[UUID, datetime] = field(default_factory=dict)
    """Of each zone to which a door leads whose controller is not heard: since when."""


@dataclass(frozen=True)
class Loaded:
    """The catalogue, and the rows that it was made of."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    rows: Mapping[UUID, asyncpg.Record] = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=Surroundings)


async def load(
    connection: Driver,
    known: Loaded,
    changed: Mapping[Part, list[UUID] | None],
    *,
    version: int,
    timezone: str,
    links_begin: str,
) -> Loaded:
    """What is known, with what has changed read anew; None: all of that part."""
    rows = await _rooms(connection, known.rows, changed)
    surroundings, of_all = known.surroundings, changed.keys() - {Part.ROOM}
    if of_all:
        surroundings = await _surroundings(connection, known.surroundings, changed)
    making = _Making(surroundings, timezone, links_begin)
    standing = {} if of_all else known.catalogue.rooms
    rooms = {
        room_id: standing[room_id]
        if room_id in standing and row is known.rows.get(room_id)
        else making.room(row)
        for room_id, row in rows.items()
    }
    return Loaded(Catalogue(version, rooms, surroundings.zones), rows, surroundings)


async def _rooms(
    connection: Driver,
    known: Mapping[UUID, asyncpg.Record],
    changed: Mapping[Part, list[UUID] | None],
) -> Mapping[UUID, asyncpg.Record]:
    if Part.ROOM not in changed:
        return known
    ids = changed[Part.ROOM]
    found = {row["id"]: row for row in await connection.fetch(_ROOMS, ids)}
    if ids is None:
        return found
    return {i: row for i, row in known.items() if i not in set(ids)} | found


async def _surroundings(
    connection: Driver, known: Surroundings, changed: Mapping[Part, object]
) -> Surroundings:
    now = known
    if Part.ZONE in changed:
        rows = await connection.fetch(_ZONES)
        now = replace(now, zones={row["zone_id"]: _zone(row) for row in rows})
    if Part.CLOSURE in changed:
        closures: dict[UUID, list[StandingClosure]] = {}
        for row in await connection.fetch(_CLOSURES):
            for closed_id in row["closed_ids"]:
                closures.setdefault(closed_id, []).append(_closure(row))
        now = replace(now, closures=closures)
    if Part.SPECIAL_DAY in changed:
        rows = await connection.fetch(_SPECIAL_DAYS)
        now = replace(now, special_days={row["day"]: row["group_id"] for row in rows})
    if Part.EMERGENCY in changed:
        rows = await connection.fetch(_EMERGENCIES)
        now = replace(now, emergencies={row["zone_id"]: Emergency(row["kind"]) for row in rows})
        rows = await connection.fetch(_SILENT)
        now = replace(now, silent={row["zone_id"]: row["since"] for row in rows})
    return now


def _zone(row: asyncpg.Record) -> KnownZone:
    return KnownZone(
        zone_id=row["zone_id"],
        parent_id=row["parent_id"],
        kind=ZoneKind(row["kind"]),
        names=_names(row),
        is_bookable=row["is_bookable"],
    )


def _names(row: asyncpg.Record) -> Names:
    return Names(fr=row["name_fr"], ar=row["name_ar"], en=row["name_en"])


def _closure(row: asyncpg.Record) -> StandingClosure:
    return StandingClosure(
        closure_id=row["closure_id"],
        room_id=row["room_id"],
        zone_id=row["zone_id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        reason=row["reason"],
        overridden_by=OverriddenBy(row["overridden_by"]),
        override_person_ids=frozenset(row["override_person_ids"]),
    )


@dataclass
class _Making:
    """Makes rooms of rows. Those that open alike get the same hours, and those the same memory."""

    surroundings: Surroundings
    timezone: str
    links_begin: str
    _hours: dict[str, Hours] = field(default_factory=dict)

    def room(self, row: asyncpg.Record) -> BookableRoom:
        around_it = list(around(row["zone_id"], self.surroundings.zones))
        path = [zone.zone_id for zone in around_it]
        building = of_kind(around_it, ZoneKind.BUILDING)
        floor = of_kind(around_it, ZoneKind.FLOOR)
        return BookableRoom(
            room_id=row["id"],
            link=self.links_begin + str(row["id"]),
            code=row["code"],
            names=_names(row),
            zone_id=row["zone_id"],
            zone_ids=tuple(path),
            building_zone_id=building.zone_id if building else None,
            building=building.names if building else None,
            floor_zone_id=floor.zone_id if floor else None,
            floor=floor.names if floor else None,
            capacity=row["capacity"],
            layouts={each["layout"]: each["capacity"] for each in row["layouts"]},
            equipment=frozenset(row["equipment"]),
            accessibility=frozenset(row["accessibility"]),
            picture_url=row["picture_url"],
            extras={each["code"]: _extra(each) for each in row["extras"]},
            space_ids=tuple(row["spaces"]),
            buffer_before=timedelta(minutes=row["buffer_before_minutes"]),
            buffer_after=timedelta(minutes=row["buffer_after_minutes"]),
            minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
            release_after_minutes=row["release_after_minutes"],
            hours=self.hours(row),
            audience=_audience(row),
            approval=Approval(ApprovedBy(row["approved_by"]), frozenset(row["approver_ids"])),
            closures=self._closures(row["spaces"], path),
            emergency=self._emergency(path),
            doors_silent_since=self.surroundings.silent.get(row["zone_id"]),
            is_zone_known=bool(around_it),
            is_bookable=bool(around_it) and around_it[0].is_bookable,
            is_listed=row["is_listed"],
            version=row["version"],
        )

    def hours(self, row: asyncpg.Record) -> Hours:
        names = ("is_always_open", "opening_hours", "dated_hours", "special_hours")
        follows = row["follows_special_days"]
        alike = json.dumps([follows, *(row[name] for name in names)])
        if alike not in self._hours:
            self._hours[alike] = Hours(
                timezone=self.timezone,
                week=ALWAYS if row["is_always_open"] else week_of(row["opening_hours"]),
                dated=tuple(DatedHours.read(kept) for kept in row["dated_hours"]),
                special={
                    UUID(kept["group_id"]): tuple(sorted(map(day_of, kept["hours"])))
                    for kept in row["special_hours"]
                },
                follows_special_days=follows,
                special_days=self.surroundings.special_days if follows else {},
            )
        return self._hours[alike]

    def _closures(self, space_ids: list[UUID], path: list[UUID]) -> tuple[StandingClosure, ...]:
        found = {
            closure.closure_id: closure
            for closed_id in (*space_ids, *path)
            for closure in self.surroundings.closures.get(closed_id, ())
        }
        return tuple(sorted(found.values(), key=lambda each: each.starts_at))

    def _emergency(self, path: list[UUID]) -> Emergency | None:
        found = {self.surroundings.emergencies.get(zone_id) for zone_id in path}
        return next(
            (each for each in (Emergency.EVACUATION, Emergency.LOCKDOWN) if each in found), None
        )


def _audience(row: asyncpg.Record) -> Audience:
    return Audience(
        tenant_ids=frozenset(row["tenant_ids"]),
        person_ids=frozenset(row["person_ids"]),
        is_shown_to_park=row["is_shown_to_park"],
        shown_tenant_ids=frozenset(row["shown_tenant_ids"]),
        shown_person_ids=frozenset(row["shown_person_ids"]),
    )


def _extra(kept: Mapping[str, Any]) -> Extra:
    return Extra(Names(**kept["names"]), timedelta(minutes=kept["lead_minutes"]))
