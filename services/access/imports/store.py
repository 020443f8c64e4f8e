"""People by the thousand, as SQL through the driver: a statement for each batch of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.directory.domain import PersonChanges, Tenant
from services.access.imports.domain import Change, ChangedMeanwhile, KnownPerson, KnownTenant
from shared.database import refuse_as
from shared.errors import Refusal
from shared.messaging.outbox import driver_in_transaction

_FACTS = [field.name for field in fields(PersonChanges)]
_COLUMNS = ", ".join(_FACTS)

_KNOWN = f"""
SELECT person_id, tenant_id, version, {_COLUMNS} FROM people
WHERE is_listed AND email = ANY($1::text[])
UNION
SELECT p.person_id, p.tenant_id, p.version, {", ".join(f"p.{name}" for name in _FACTS)}
FROM unnest($2::uuid[], $3::text[]) AS n (tenant_id, external_id)
JOIN people AS p ON p.tenant_id = n.tenant_id AND p.external_id = n.external_id AND p.is_listed
"""  # noqa: S608 - names of our own columns
_GIVEN = f"""
unnest($1::uuid[], $2::uuid[], $3::int[], {", ".join(f"${n}::text[]" for n in range(4, 10))})
AS given (person_id, tenant_id, version, {_COLUMNS})
"""
_INSERT = f"""
INSERT INTO people (
    person_id, tenant_id, version, {_COLUMNS}, is_listed, listed_at, needs_extended_time, needs_help
)
SELECT person_id, tenant_id, version, {_COLUMNS}, true, $10, false, false FROM {_GIVEN}
"""  # noqa: S608 - names of our own columns
_UPDATE = f"""
UPDATE people AS p SET version = p.version + 1, {", ".join(f"{n} = given.{n}" for n in _FACTS)}
FROM {_GIVEN}
WHERE p.person_id = given.person_id AND p.version = given.version AND p.is_listed
"""  # noqa: S608 - names of our own columns
"""Only who is still as they were read: nobody else's change is overwritten."""

_TAKEN: dict[str, type[Refusal]] = dict.fromkeys(
    ("people_email_key", "people_external_id_key"), ChangedMeanwhile
)


async def one_at_a_time(session: AsyncSession) -> None:
    """Imports follow each other: two of the same file would otherwise both find nobody there."""
    key = "hashtextextended('people are imported', 0)"
    await session.execute(text(f"SELECT pg_advisory_xact_lock({key})"))


async def tenants(session: AsyncSession, *, only: UUID | None) -> list[KnownTenant]:
    """The listed ones; with `only`, that one."""
    query = select(Tenant).where(col(Tenant.is_listed))
    if only is not None:
        query = query.where(col(Tenant.tenant_id) == only)
    rows = await session.scalars(query)
    return [KnownTenant(row.tenant_id, row.name, row.language) for row in rows]


async def keep_tenants_listed(session: AsyncSession, tenant_ids: set[UUID]) -> None:
    """They stay listed until this transaction ends. Raises `ChangedMeanwhile`."""
    query = (
        select(col(Tenant.tenant_id))
        .where(col(Tenant.tenant_id).in_(tenant_ids), col(Tenant.is_listed))
        .order_by(col(Tenant.tenant_id))
        .with_for_update(read=True)
    )
    if set(await session.scalars(query)) != tenant_ids:
        raise ChangedMeanwhile


async def known_people(
    session: AsyncSession, emails: Sequence[str], numbers: Sequence[tuple[UUID, str]]
) -> list[KnownPerson]:
    """Listed people of these addresses, or of these numbers of their companies."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(
        _KNOWN, list(emails), [each[0] for each in numbers], [each[1] for each in numbers]
    )
    return [
        KnownPerson(person_id, tenant_id, version, PersonChanges(*facts))
        for person_id, tenant_id, version, *facts in rows
    ]


async def list_people(
    session: AsyncSession, changes: Sequence[Change], person_ids: Sequence[UUID], *, at: datetime
) -> None:
    """Raises `ChangedMeanwhile` where somebody else has listed one of them."""
    connection = await driver_in_transaction(session)
    with refuse_as(_TAKEN):
        await connection.execute(_INSERT, *_given(changes, person_ids), at)


async def change_people(session: AsyncSession, changes: Sequence[Change]) -> None:
    """Raises `ChangedMeanwhile` where one of them is not as they were read."""
    connection = await driver_in_transaction(session)
    person_ids = [each.known.person_id for each in changes if each.known]
    with refuse_as(_TAKEN):
        done: str = await connection.execute(_UPDATE, *_given(changes, person_ids))
    if done != f"UPDATE {len(changes)}":
        raise ChangedMeanwhile


def _given(changes: Sequence[Change], person_ids: Sequence[UUID]) -> list[list[object]]:
    return [
        list(person_ids),
        [each.tenant_id for each in changes],
        [each.known.version if each.known else 1 for each in changes],
        *([getattr(each.facts, name) for each in changes] for name in _FACTS),
    ]
