"""What is known of tenants, people and zones: kept as it is heard, and asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Row,
    RowMapping,
    Select,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Driver
from shared.directory.tables import people, sign_ins, tenants, zones
from shared.events.directory import PersonEvent, PersonFacts, SignIn, TenantEvent, TenantFacts
from shared.events.premises import Names, ZoneEvent, ZoneFacts, ZoneKind
from shared.identity.listed import Listed, SignInClaims, TooManyOfThatAddress
from shared.messaging.outbox import driver_in_transaction

_BY_EMAIL = f"""
SELECT {", ".join(people.c.keys())} FROM known_people
WHERE lower(email) = ANY ($1::text[]) AND is_listed
"""  # noqa: S608 - our own columns
_HELD_BY_EMAIL = f"{_BY_EMAIL} ORDER BY person_id FOR SHARE"


async def _learn(session: AsyncSession, table: Table, values: dict[str, object]) -> bool:
    """Keeps the facts if they are news. False: what is known is as new or newer."""
    (key,) = (column.name for column in table.primary_key)
    statement = insert(table).values(values)
    newer = statement.on_conflict_do_update(
        index_elements=[key],
        set_={name: statement.excluded[name] for name in values if name != key},
        where=table.c.sequence < statement.excluded.sequence,
    )
    return (await session.execute(newer.returning(table.c[key]))).first() is not None


async def learn_tenant(session: AsyncSession, event: TenantEvent) -> bool:
    """What access says of a tenant. True if it was news."""
    values = event.tenant.model_dump(exclude={"zone_ids"})
    values["zone_ids"] = " ".join(str(zone_id) for zone_id in event.tenant.zone_ids)
    return await _learn(session, tenants, values | {"sequence": event.heard.sequence})


async def learn_person(session: AsyncSession, event: PersonEvent) -> bool:
    """What access says of a person, accounts included. True if it was news."""
    values = event.person.model_dump(exclude={"sign_in"}) | {"sequence": event.heard.sequence}
    if not await _learn(session, people, values):
        return False
    for account in event.person.sign_in:
        await _link(session, account, event.person.person_id, is_certain=True)
    return True


async def learn_zone(session: AsyncSession, event: ZoneEvent) -> bool:
    """What access says of a zone. True if it was news."""
    facts = event.zone
    values = facts.model_dump(exclude={"names", "kind"}) | {
        "kind": facts.kind.value,
        "name_fr": facts.names.fr,
        "name_ar": facts.names.ar,
        "name_en": facts.names.en,
        "sequence": event.heard.sequence,
    }
    return await _learn(session, zones, values)


async def _link(
    session: AsyncSession, account: SignIn, person_id: UUID, *, is_certain: bool
) -> None:
    """Ties an account to a person; what access says outweighs what was first seen here."""
    statement = insert(sign_ins).values(
        issuer=account.issuer, subject=account.subject, person_id=person_id
    )
    if is_certain:
        statement = statement.on_conflict_do_update(
            index_elements=["issuer", "subject"], set_={"person_id": person_id}
        )
    else:
        statement = statement.on_conflict_do_nothing()
    await session.execute(statement)


def _listed_query() -> Select[Any]:
    return select(
        people.c.person_id,
        people.c.tenant_id,
        people.c.given_name,
        people.c.family_name,
        people.c.email,
        people.c.language,
        people.c.is_listed,
        func.coalesce(tenants.c.is_landlord, False).label("is_landlord"),
        func.coalesce(tenants.c.is_listed, True).label("is_tenant_listed"),
        people.c.sequence,
        func.coalesce(tenants.c.sequence, 0).label("tenant_sequence"),
    ).select_from(people.outerjoin(tenants, people.c.tenant_id == tenants.c.tenant_id))


async def person_signing_in(
    session: AsyncSession, claims: SignInClaims, at: datetime
) -> Listed | None:
    """Whose account this is: by (issuer, subject), and the first time by verified e-mail."""
    row = await _signed_in_before(session, claims)
    if row is None and claims.verified_email:
        row = await _first_sign_in(session, claims, claims.verified_email)
        # A first request at the same moment may have tied the account while this one looked.
        row = row or await _signed_in_before(session, claims)
    return None if row is None else Listed(**row._mapping)


_SIGNED_IN_BEFORE = (
    _listed_query()
    .join(sign_ins, sign_ins.c.person_id == people.c.person_id)
    .where(sign_ins.c.issuer == bindparam("issuer"), sign_ins.c.subject == bindparam("subject"))
)


async def _signed_in_before(session: AsyncSession, claims: SignInClaims) -> Row[Any] | None:
    account = {"issuer": claims.issuer, "subject": claims.subject}
    found: Row[Any] | None = (await session.execute(_SIGNED_IN_BEFORE, account)).first()
    return found


async def _first_sign_in(
    session: AsyncSession, claims: SignInClaims, email: str
) -> Row[Any] | None:
    """The one listed person of that address without another account here; else a leaver."""
    taken = select(sign_ins.c.person_id).where(sign_ins.c.issuer == claims.issuer)
    rows = (
        await session.execute(
            _listed_query()
            .where(func.lower(people.c.email) == email.lower())
            .where(people.c.person_id.not_in(taken))
            .order_by(people.c.is_listed.desc())
            .limit(2)
        )
    ).all()
    if not rows or not rows[0].is_listed:
        return rows[0] if rows else None
    if len(rows) > 1 and rows[1].is_listed:
        raise TooManyOfThatAddress
    account = SignIn(issuer=claims.issuer, subject=claims.subject)
    found: Row[Any] = rows[0]
    await _link(session, account, found.person_id, is_certain=False)
    return found


async def people_by_email(session: AsyncSession, emails: Sequence[str]) -> dict[str, PersonFacts]:
    """Listed people of these addresses, by address in lower case."""
    return await people_of_addresses(await driver_in_transaction(session), emails)


async def people_held_by_email(
    session: AsyncSession, emails: Sequence[str]
) -> dict[str, PersonFacts]:
    """As `people_by_email`, and they stay listed until this transaction ends.

    Their delisting waits for us, and then finds where we have put them.
    """
    connection = await driver_in_transaction(session)
    return await people_of_addresses(connection, emails, query=_HELD_BY_EMAIL)


async def people_of_addresses(
    connection: Driver, emails: Sequence[str], *, query: str = _BY_EMAIL
) -> dict[str, PersonFacts]:
    """As `people_by_email`, by the bare driver."""
    rows = await connection.fetch(query, [email.lower() for email in emails])
    return {row["email"].lower(): _person(row) for row in rows}


async def person(session: AsyncSession, person_id: UUID) -> PersonFacts | None:
    """What is known of a person; None where nothing is, yet."""
    row = (await session.execute(select(people).where(people.c.person_id == person_id))).first()
    return None if row is None else _person(row._mapping)


async def is_held_listed(session: AsyncSession, person_id: UUID, *, tenant_id: UUID) -> bool:
    """Whether they are listed for that tenant; if so they stay it until this transaction ends."""
    query = select(people.c.person_id).where(
        people.c.person_id == person_id, people.c.tenant_id == tenant_id, people.c.is_listed
    )
    return (await session.execute(query.with_for_update(read=True))).first() is not None


async def tenant(session: AsyncSession, tenant_id: UUID) -> TenantFacts | None:
    """What is known of a tenant; None where nothing is, yet."""
    row = (await session.execute(select(tenants).where(tenants.c.tenant_id == tenant_id))).first()
    if row is None:
        return None
    values = dict(row._mapping)
    return TenantFacts(**values | {"zone_ids": tuple(values["zone_ids"].split())})


async def zone(session: AsyncSession, zone_id: UUID) -> ZoneFacts | None:
    """What is known of a zone; None where nothing is, yet."""
    row = (await session.execute(select(zones).where(zones.c.zone_id == zone_id))).first()
    if row is None:
        return None
    return ZoneFacts(
        zone_id=row.zone_id,
        parent_id=row.parent_id,
        kind=ZoneKind(row.kind),
        names=Names(fr=row.name_fr, ar=row.name_ar, en=row.name_en),
        tenant_id=row.tenant_id,
        is_bookable=row.is_bookable,
        is_listed=row.is_listed,
    )


def _person(values: RowMapping | asyncpg.Record) -> PersonFacts:
    return PersonFacts(**dict(values) | {"sign_in": ()})
