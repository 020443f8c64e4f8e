"""Who may pass: people, groups, PINs, cards, rights, ceilings, visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus
from services.access.policy.domain import KnownBadge, KnownPass, KnownPerson, KnownPin, Policy
from services.access.policy.store.loading import Apply, fetch
from services.access.rights.claims import about_rights, claim_of
from services.access.rights.effective import Cap, Claim
from shared.database import Driver
from shared.events.visits import Admits, Entries, VisitStatus

_PEOPLE = "SELECT person_id, tenant_id, is_listed, needs_extended_time FROM people WHERE {}"


async def people(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await fetch(connection, _PEOPLE, "person_id", ids)

    def put(policy: Policy) -> None:
        if ids is None:
            policy.people = {}
        policy.people.update((row["person_id"], KnownPerson(*row)) for row in rows)

    return put


_GROUPS = """
SELECT person_id, array_agg(group_id ORDER BY group_id) FROM group_members JOIN groups
USING (group_id) WHERE disbanded_at IS NULL AND {} GROUP BY person_id
"""


async def groups(connection: Driver, ids: list[UUID] | None) -> Apply:
    found = {
        person_id: tuple(group_ids)
        for person_id, group_ids in await fetch(connection, _GROUPS, "person_id", ids)
    }

    def put(policy: Policy) -> None:
        _replace(policy.groups, found, ids)

    return put


_PINS = (
    "SELECT person_id, digest, duress_digest, locked_at IS NOT NULL AS is_locked FROM pins WHERE {}"
)


async def pins(connection: Driver, ids: list[UUID] | None) -> Apply:
    rows = await fetch(connection, _PINS, "person_id", ids)

    def put(policy: Policy) -> None:
        _replace(policy.pins, {person_id: KnownPin(*pin) for person_id, *pin in rows}, ids)

    return put


_BADGES = """
SELECT badge_id, person_id, card_format, facility, number, status, valid_from, valid_until,
       issued_at, ended_at IS NULL AS is_live, sleeps_until, kind = 'day' AS is_day_badge
FROM badges WHERE {}
"""


async def badges(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[UUID, list[KnownBadge]] = defaultdict(list)
    for row in await fetch(connection, _BADGES, "person_id", ids):
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


async def rights(connection: Driver, ids: list[UUID] | None) -> Apply:
    found: dict[UUID, dict[UUID, tuple[Claim, ...]]] = defaultdict(dict)
    for row in await fetch(connection, _RIGHTS, "r.holder_id", ids):
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


async def ceilings(connection: Driver, ids: list[UUID] | None) -> Apply:
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


async def visits(connection: Driver, ids: list[UUID] | None) -> Apply:
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
        for row in await fetch(connection, _VISITS, "visit_id", ids)
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
