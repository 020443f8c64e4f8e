"""Where one may pass, and when: points, controllers' keys, schedules, closures, tenants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import asyncpg
import orjson

from services.access.card_formats import CardFormat
from services.access.evacuations.domain import StandingEvacuations
from services.access.lockdowns.domain import StandingLockdown, StandingLockdowns
from services.access.policy.domain import EnteredZone, KnownKey, Point, Policy
from services.access.policy.store.loading import Apply
from services.access.premises.domain import AntiPassback, DoorMode, ZoneRules
from services.access.schedules.domain import Hours
from shared.database import Driver
from shared.events.access import Evidence

_ZONES = """
SELECT zone_id, ancestor_ids, anti_passback, anti_passback_minutes, max_people, min_people,
       is_escorted
FROM zones WHERE is_listed
"""

_POINTS = """
SELECT a.access_point_id, a.door_id, d.controller_id, a.from_zone_id, a.to_zone_id, a.is_way_out,
       d.strike_ms, d.open_ms, d.extended_strike_ms, d.extended_open_ms, d.evidence,
       d.card_format, c.epoch, d.mode, d.unlock_schedule_id, d.unlocked_until
FROM access_points AS a JOIN doors AS d USING (door_id) JOIN controllers AS c USING (controller_id)
"""

_PLAIN = ZoneRules()


async def premises(connection: Driver, ids: list[UUID] | None) -> Apply:
    paths: dict[UUID, tuple[UUID, ...]] = {}
    rules: dict[UUID, ZoneRules] = {}
    for zone_id, ancestor_ids, anti_passback, *rest in await connection.fetch(_ZONES):
        paths[zone_id] = (*ancestor_ids, zone_id)
        rules[zone_id] = ZoneRules(AntiPassback(anti_passback), *rest)
    ruled = {zone_id: found for zone_id, found in rules.items() if found != _PLAIN}
    points = [_point(row, paths, ruled) for row in await connection.fetch(_POINTS)]

    def put(policy: Policy) -> None:
        policy.points = {point.access_point_id: point for point in points}
        policy.within = {
            zone_id: frozenset(each for each, path in paths.items() if zone_id in path)
            for zone_id in ruled
        }

    return put


def _point(
    row: asyncpg.Record, paths: Mapping[UUID, tuple[UUID, ...]], ruled: Mapping[UUID, ZoneRules]
) -> Point:
    path = paths.get(row["to_zone_id"], ())
    left = paths.get(row["from_zone_id"], ())
    values = dict(row) | {
        "evidence": Evidence(row["evidence"]),
        "card_format": CardFormat(row["card_format"]) if row["card_format"] else None,
        "mode": DoorMode(row["mode"]),
    }
    entered = tuple(
        EnteredZone(zone_id, ruled[zone_id])
        for zone_id in path
        if zone_id in ruled and zone_id not in left
    )
    return Point(**values, path=path, entered=entered)


async def keys(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch(
        "SELECT key_id, controller_id, secret_digest, ends_at FROM controller_keys AS k"
        " WHERE NOT EXISTS (SELECT FROM revoked_controller_keys AS r WHERE r.key_id = k.key_id)"
    )

    def put(policy: Policy) -> None:
        policy.keys = {key_id: KnownKey(*key) for key_id, *key in rows}

    return put


async def schedules(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch("SELECT schedule_id, weekly::text, special::text FROM schedules")
    days = await connection.fetch(
        "SELECT day, group_id FROM special_days WHERE status = 'confirmed'"
    )
    hours = {
        schedule_id: Hours.of(orjson.loads(weekly), orjson.loads(special))
        for schedule_id, weekly, special in rows
    }

    def put(policy: Policy) -> None:
        policy.hours = hours
        policy.days = replace(policy.days, groups=dict(days))

    return put


async def closures(connection: Driver, ids: list[UUID] | None) -> Apply:
    lockdowns = await connection.fetch(
        "SELECT lockdown_id, zone_id, rank, exempt_person_ids, exempt_tenant_ids FROM lockdowns"
        " WHERE ended_at IS NULL"
    )
    evacuated = await connection.fetch("SELECT zone_id FROM evacuations WHERE ended_at IS NULL")

    def put(policy: Policy) -> None:
        policy.lockdowns = StandingLockdowns.of(
            StandingLockdown(lockdown_id, zone_id, rank, frozenset(people), frozenset(tenants))
            for lockdown_id, zone_id, rank, people, tenants in lockdowns
        )
        policy.evacuations = StandingEvacuations(frozenset(row["zone_id"] for row in evacuated))

    return put


async def tenants(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch("SELECT tenant_id, card_format FROM tenants WHERE is_listed")

    def put(policy: Policy) -> None:
        policy.listed_tenants = {row["tenant_id"] for row in rows}
        policy.formats = {row["tenant_id"]: CardFormat(row["card_format"]) for row in rows}

    return put
