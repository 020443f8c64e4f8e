"""The parts of the policy, each loaded by its ids or, without any, as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus
from services.access.evacuations.domain import StandingEvacuations
from services.access.lockdowns.domain import StandingLockdown, StandingLockdowns
from services.access.policy.domain import (
    EnteredZone,
    KnownBadge,
    KnownKey,
    KnownPass,
    KnownPerson,
    KnownPin,
    Point,
    Policy,
)
from services.access.policy.watched import Part
from services.access.premises.domain import AntiPassback, DoorMode, ZoneRules
from services.access.rights.claims import about_rights, claim_of
from services.access.rights.effective import Cap, Claim
from services.access.schedules.domain import Hours
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus

Driver: TypeAlias = "asyncpg.Connection[Any]"
Apply = Callable[[Policy], None]
Load = Callable[[Driver, list[UUID] | None], Awaitable[Apply]]
"""Loads a part, of these ids or with None as a whole, and gives what puts it into the policy."""


async def _fetch(
    connection: Driver, query: str, column: str, ids: list[UUID] | None
) -> list[asyncpg.Record]:
    """The rows of these ids; with None all."""
    if ids is None:
        rows = await connection.fetch(query.format("true"))
    else:
        rows = await connection.fetch(query.format(f"{column} = ANY($1)"), ids)
    return list(rows)


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


async def _premises(connection: Driver, ids: list[UUID] | None) -> Apply:
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


async def _keys(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch(
        "SELECT key_id, controller_id, secret_digest, ends_at FROM controller_keys"
    )

    def put(policy: Policy) -> None:
        policy.keys = {key_id: KnownKey(*key) for key_id, *key in rows}

    return put


async def _schedules(connection: Driver, ids: list[UUID] | None) -> Apply:
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


async def _closures(connection: Driver, ids: list[UUID] | None) -> Apply:
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


async def _tenants(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch("SELECT tenant_id, card_format FROM tenants WHERE is_listed")

    def put(policy: Policy) -> None:
        policy.listed_tenants = {row["tenant_id"] for row in rows}
        policy.formats = {row["tenant_id"]: CardFormat(row["card_format"]) for row in rows}

    return put


_PEOPLE = "SELECT person_id, tenant_id, is_listed, needs_extended_time FROM people WHERE {}"


async def _people(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await _fetch(connection, _PEOPLE, "person_id", ids)

    def put(policy: Policy) -> None:
        if ids is None:
            policy.people = {}
        policy.people.update((row["person_id"], KnownPerson(*row)) for row in rows)

    return put


_GROUPS = """
SELECT person_id, array_agg(group_id ORDER BY group_id) FROM group_members JOIN groups
USING (group_id) WHERE disbanded_at IS NULL AND {} GROUP BY person_id
"""


async def _groups(connection: Driver, ids: list[UUID] | None) -> Apply:
    found = {
        person_id: tuple(group_ids)
        for person_id, group_ids in await _fetch(connection, _GROUPS, "person_id", ids)
    }

    def put(policy: Policy) -> None:
        _replace(policy.groups, found, ids)

    return put


_PINS = (
    "SELECT person_id, digest, duress_digest, locked_at IS NOT NULL AS is_locked FROM pins WHERE {}"
)


async def _pins(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await _fetch(connection, _PINS, "person_id", ids)

    def put(policy: Policy) -> None:
        _replace(policy.pins, {person_id: KnownPin(*pin) for person_id, *pin in rows}, ids)

    return put


_BADGES = """
SELECT badge_id, person_id, card_format, facility, number, status, valid_from, valid_until,
       issued_at, ended_at IS NULL AS is_live, sleeps_until, kind = 'day' AS is_day_badge
FROM badges WHERE {}
"""


async def _badges(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[UUID, list[KnownBadge]] = defaultdict(list)
    for row in await _fetch(connection, _BADGES, "person_id", ids):
        badge_id, person_id, card_format, facility, number, status, *when = row
        card = CardNumber(CardFormat(card_format), facility, number)
        badge = KnownBadge(badge_id, person_id, card, BadgeStatus(status), *when)
        found[person_id].append(badge)

    def put(policy: Policy) -> None:
        if ids is None:
            policy.forget_badges()
        for person_id in found if ids is None else ids:
            policy.put_badges(person_id, found.get(person_id, ()))

    return put


_RIGHTS = about_rights("""
SELECT {target} AS target, {claim} FROM {rights} WHERE {is_live} AND {{}}
ORDER BY r.granted_at, r.right_id
""")


async def _rights(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[UUID, dict[UUID, tuple[Claim, ...]]] = defaultdict(dict)
    for row in await _fetch(connection, _RIGHTS, "r.holder_id", ids):
        values = dict(row)
        target = values.pop("target")
        held = found[row["holder_id"]]
        held[target] = (*held.get(target, ()), claim_of(values))

    def put(policy: Policy) -> None:
        if ids is None:
            policy.claims = {}
        for holder_id in found if ids is None else ids:
            policy.put_claims(holder_id, found.get(holder_id, {}))

    return put


_CEILINGS = """
SELECT zone_id, tenant_id, ceiling_id, schedule_id, valid_from, valid_until, author_id,
       author_tenant_id
FROM ceilings WHERE ended_at IS NULL ORDER BY ceiling_id
"""


async def _ceilings(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[tuple[UUID, UUID], tuple[Cap, ...]] = defaultdict(tuple)
    for zone_id, tenant_id, *cap in await connection.fetch(_CEILINGS):
        found[zone_id, tenant_id] += (Cap(*cap),)

    def put(policy: Policy) -> None:
        policy.caps = dict(found)

    return put


_VISITS = """
SELECT visit_id, visitor_id, tenant_id, pass_digest AS digest, status,
       pass_valid_from AS valid_from, pass_valid_until AS valid_until,
       pass_admits AS admits, pass_entries AS entries, is_escorted,
       escort_ids || host_id AS escort_ids
FROM known_visits WHERE pass_digest IS NOT NULL AND {}
"""


async def _visits(connection: Driver, ids: list[UUID] | None) -> Apply:
    found = {
        row["visit_id"]: KnownPass(
            **dict(row)
            | {
                "status": VisitStatus(row["status"]),
                "admits": Admits(row["admits"]),
                "entries": Entries(row["entries"]),
                "escort_ids": tuple(row["escort_ids"]),
            }
        )
        for row in await _fetch(connection, _VISITS, "visit_id", ids)
    }

    def put(policy: Policy) -> None:
        if ids is None:
            policy.forget_passes()
        for visit_id in found if ids is None else ids:
            policy.put_pass(visit_id, found.get(visit_id))

    return put


def _replace(known: dict[UUID, Any], found: Mapping[UUID, Any], ids: Iterable[UUID] | None) -> None:
    """What was found stands for all of these ids; without any, for everything."""
    for each in list(known) if ids is None else ids:
        known.pop(each, None)
    known.update(found)


LOADS: dict[Part, Load] = {
    Part.PREMISES: _premises,
    Part.CONTROLLER: _keys,
    Part.SCHEDULE: _schedules,
    Part.CLOSURE: _closures,
    Part.TENANT: _tenants,
    Part.PERSON: _people,
    Part.GROUP: _groups,
    Part.PIN: _pins,
    Part.BADGE: _badges,
    Part.RIGHT: _rights,
    Part.CEILING: _ceilings,
    Part.VISIT: _visits,
}
