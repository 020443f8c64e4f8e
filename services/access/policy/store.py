"""The policy, loaded: as a whole the first time, afterwards only what changed since.

Through the driver, in one repeatable-read transaction, so that what is loaded is exactly one
version. It is put into the policy at once, when all of it is there: nobody sees half of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus
from services.access.policy.domain import (
    UNKNOWN,
    KnownBadge,
    KnownKey,
    KnownPass,
    KnownPerson,
    Point,
    Policy,
    RightFound,
)
from services.access.policy.watched import Part
from services.access.rights.domain import RightSource
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus

Driver: TypeAlias = "asyncpg.Connection[Any]"
Apply = Callable[[Policy], None]
Load = Callable[[Driver, list[UUID] | None], Awaitable[Apply]]
"""Loads a part, of these ids or with None as a whole, and gives what puts it into the policy."""

_VERSION = "SELECT version FROM policy_version"
_SINCE = """
SELECT part, array_agg(DISTINCT id) AS ids
FROM policy_changes LEFT JOIN unnest(ids) AS id ON true
WHERE version > $1 GROUP BY part
"""
_KEPT_SINCE = "SELECT coalesce(min(version), 0) FROM policy_changes"
_FORGET = """
DELETE FROM policy_changes WHERE version < (
    SELECT max(version) - $1 FROM policy_changes)
"""


async def version(connection: Driver) -> int:
    """The number of the last transaction that changed the policy."""
    found: int = await connection.fetchval(_VERSION)
    return found


async def catch_up(policy: Policy, connection: Driver) -> None:
    """Brings the policy to the database's present version."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        now = await version(connection)
        if now == policy.version:
            return
        changed = await _changed(connection, known=policy.version, now=now)
        loaded = [await _LOADS[part](connection, ids) for part, ids in changed.items()]
    for put in loaded:
        put(policy)
    policy.version = now


async def _changed(connection: Driver, *, known: int, now: int) -> Mapping[Part, list[UUID] | None]:
    """Which ids of which parts are not as known any more; None: all of them."""
    if known == UNKNOWN or known > now or await connection.fetchval(_KEPT_SINCE) > known + 1:
        return dict.fromkeys(_LOADS)
    changes = await connection.fetch(_SINCE, known)
    return {Part(change["part"]): change["ids"] for change in changes}


async def forget_changes(connection: Driver, *, keep: int) -> None:
    """Of what changed, only the last versions are kept; who is further behind loads all."""
    await connection.execute(_FORGET, keep)


async def _fetch(
    connection: Driver, query: str, column: str, ids: list[UUID] | None
) -> list[asyncpg.Record]:
    """The rows of these ids; with None all."""
    if ids is None:
        rows = await connection.fetch(query.format("true"))
    else:
        rows = await connection.fetch(query.format(f"{column} = ANY($1)"), ids)
    return list(rows)


async def _premises(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch(
        "SELECT a.access_point_id, a.door_id, d.controller_id, a.from_zone_id, a.to_zone_id,"
        " a.is_way_out, d.strike_ms, d.evidence, d.card_format, c.epoch"
        " FROM access_points AS a JOIN doors AS d USING (door_id)"
        " JOIN controllers AS c USING (controller_id)"
    )
    points = {
        row["access_point_id"]: Point(
            **dict(row)
            | {
                "evidence": Evidence(row["evidence"]),
                "card_format": CardFormat(row["card_format"]) if row["card_format"] else None,
            }
        )
        for row in rows
    }

    def put(policy: Policy) -> None:
        policy.points = points

    return put


async def _keys(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch(
        "SELECT key_id, controller_id, secret_digest, ends_at FROM controller_keys"
    )

    def put(policy: Policy) -> None:
        policy.keys = {key_id: KnownKey(*key) for key_id, *key in rows}

    return put


async def _tenants(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await connection.fetch("SELECT tenant_id, card_format FROM tenants WHERE is_listed")

    def put(policy: Policy) -> None:
        policy.listed_tenants = {row["tenant_id"] for row in rows}
        policy.formats = {row["tenant_id"]: CardFormat(row["card_format"]) for row in rows}

    return put


async def _people(connection: Driver, ids: list[UUID] | None) -> Apply:
    query = "SELECT person_id, tenant_id, is_listed FROM people WHERE {}"
    rows = await _fetch(connection, query, "person_id", ids)

    def put(policy: Policy) -> None:
        if ids is None:
            policy.people = {}
        policy.people.update((row["person_id"], KnownPerson(*row)) for row in rows)

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


_RIGHTS = """
SELECT holder_id, coalesce(zone_id, access_point_id) AS target, source, source_id, valid_from,
       valid_until
FROM rights WHERE ended_at IS NULL AND status = 'granted' AND {}
ORDER BY granted_at, right_id
"""


async def _rights(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[UUID, dict[UUID, tuple[RightFound, ...]]] = defaultdict(dict)
    for holder_id, target, source, *right in await _fetch(connection, _RIGHTS, "holder_id", ids):
        held = found[holder_id]
        held[target] = (*held.get(target, ()), RightFound(RightSource(source), *right))

    def put(policy: Policy) -> None:
        if ids is None:
            policy.rights = {}
        for holder_id in found if ids is None else ids:
            policy.put_rights(holder_id, found.get(holder_id, {}))

    return put


_VISITS = """
SELECT visit_id, visitor_id, tenant_id, pass_digest AS digest, status,
       pass_valid_from AS valid_from, pass_valid_until AS valid_until,
       pass_admits AS admits, pass_entries AS entries
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


_LOADS: dict[Part, Load] = {
    Part.PREMISES: _premises,
    Part.CONTROLLER: _keys,
    Part.TENANT: _tenants,
    Part.PERSON: _people,
    Part.BADGE: _badges,
    Part.RIGHT: _rights,
    Part.VISIT: _visits,
}
