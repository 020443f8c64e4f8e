"""Puts the reference park straight into access's own tables, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import asyncpg

from benchmarks.reference.copying import Row, copy
from benchmarks.reference.park import Card, Park, Person, Tenant, Zone
from services.access.controllers.domain import Controller, ControllerKey
from services.access.credentials.domain import LIVE, Badge
from services.access.database import AccessTable
from services.access.directory import domain as directory
from services.access.premises import domain as premises
from services.access.rights.domain import Right
from shared.events.directory import DelistingReason

OPERATOR = "bench.0@example.org"
"""The address of the first person of the landlord."""


async def fill(url: str, park: Park) -> None:
    """All of it in one transaction, one version of the policy."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for table, rows in _tables(park):
                await copy(connection, table, rows)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _tables(park: Park) -> Iterator[tuple[type[AccessTable], list[Row]]]:
    """In the order in which they refer to each other."""
    at = park.at
    yield directory.Tenant, [_tenant(park, tenant) for tenant in park.tenants]
    yield directory.Person, [_person(park, person) for person in park.people]
    yield premises.Zone, [_zone(park, zone) for zone in park.zones]
    yield from _doors(park)
    yield Badge, [_badge(park, card) for card in park.cards]
    author = park.people[0]
    yield (
        Right,
        [
            {
                "right_id": right.right_id,
                "holder_kind": "person",
                "holder_id": right.person.person_id,
                "zone_id": right.zone.zone_id,
                "valid_from": right.valid_from,
                "valid_until": right.valid_until,
                "author_id": author.person_id,
                "author_tenant_id": author.tenant.tenant_id,
                "granted_at": at,
            }
            for right in park.rights
        ],
    )


def _tenant(park: Park, tenant: Tenant) -> Row:
    return {
        "tenant_id": tenant.tenant_id,
        "name": tenant.name,
        "is_landlord": tenant is park.tenants[0],
        "language": "fr",
        "zone_ids": [zone.zone_id for zone in park.zones if zone.tenant is tenant],
        "card_format": tenant.card_format,
        "listed_at": park.at,
    }


def _person(park: Park, person: Person) -> Row:
    has_left = not person.is_listed
    return {
        "person_id": person.person_id,
        "tenant_id": person.tenant.tenant_id,
        "given_name": "Bench",
        "family_name": f"Person {person.number:06}",
        "email": f"bench.{person.number}@example.org",
        "language": "fr",
        "is_listed": person.is_listed,
        "listed_at": park.at,
        "delisted_at": park.at if has_left else None,
        "delisting_reason": next(iter(DelistingReason)) if has_left else None,
    }


def _zone(park: Park, zone: Zone) -> Row:
    return {
        "zone_id": zone.zone_id,
        "code": zone.code,
        "parent_id": zone.parent and zone.parent.zone_id,
        "ancestor_ids": zone.ancestor_ids,
        "kind": zone.kind,
        **_names(zone.code),
        "tenant_id": zone.tenant and zone.tenant.tenant_id,
        "listed_at": park.at,
    }


def _names(code: str) -> Row:
    return dict.fromkeys(("name_fr", "name_ar", "name_en"), code)


def _doors(park: Park) -> Iterable[tuple[type[AccessTable], list[Row]]]:
    at = park.at
    yield (
        Controller,
        [
            {
                "controller_id": each.controller_id,
                "code": each.code,
                "name": each.code,
                "epoch_began_at": at,
                "listed_at": at,
            }
            for each in park.controllers
        ],
    )
    yield (
        ControllerKey,
        [
            {
                "key_id": each.key.key_id,
                "controller_id": each.controller_id,
                "secret_digest": each.key.digest,
                "made_at": at,
            }
            for each in park.controllers
        ],
    )
    yield (
        premises.Door,
        [
            {
                "door_id": door.door_id,
                "code": f"D-{door.zone.code}",
                **_names(door.zone.code),
                "from_zone_id": door.zone.parent and door.zone.parent.zone_id,
                "to_zone_id": door.zone.zone_id,
                "controller_id": door.controller.controller_id,
                "card_format": door.card_format,
                "listed_at": at,
            }
            for door in park.doors
        ],
    )
    yield premises.AccessPoint, list(_points(park))


def _points(park: Park) -> Iterator[Row]:
    for point in park.points:
        zone = point.door.zone
        around = zone.parent and zone.parent.zone_id
        ends = (zone.zone_id, around) if point.is_way_out else (around, zone.zone_id)
        yield {
            "access_point_id": point.access_point_id,
            "door_id": point.door.door_id,
            "direction": "out" if point.is_way_out else "in",
            "from_zone_id": ends[0],
            "to_zone_id": ends[1],
            "is_way_out": point.is_way_out,
        }


def _badge(park: Park, card: Card) -> Row:
    author, is_live = park.people[0].person_id, card.status in LIVE
    return {
        "badge_id": card.badge_id,
        "person_id": card.person.person_id,
        "tenant_id": card.person.tenant.tenant_id,
        "card_format": card.person.tenant.card_format,
        "facility": card.person.tenant.facility,
        "number": card.number,
        "status": card.status,
        "valid_from": card.valid_from,
        "valid_until": card.valid_until,
        "issued_at": park.at,
        "issued_by": author,
        "ended_at": None if is_live else park.at,
        "ended_by": None if is_live else author,
    }
