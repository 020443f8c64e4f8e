"""What can be looked up and kept of departures. Who may see which is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.credentials.domain import Badge
from services.access.departures.domain import Departure, HasNotLeft
from services.access.directory.domain import Account, NoSuchPerson, Person
from services.access.premises.domain import Zone
from services.access.rights.domain import Right, RightStatus
from shared.events.directory import DelistingReason
from shared.identity.listed import Person as Caller
from shared.identity.listed import Role

PARK_WIDE = (Role.OPERATOR, Role.SECURITY, Role.AUDITOR)


async def leaver(session: AsyncSession, person_id: UUID, *, seen_by: Caller) -> Person:
    """Somebody who has left. Raises `NoSuchPerson` for what is not theirs to see, `HasNotLeft`."""
    found = await session.get(Person, person_id)
    if found is None or not _may_see(seen_by, found.tenant_id):
        raise NoSuchPerson
    if found.is_listed:
        raise HasNotLeft
    return found


def _may_see(me: Caller, tenant_id: UUID) -> bool:
    is_their_admin = me.has(Role.TENANT_ADMIN) and me.tenant_id == tenant_id
    return me.has(*PARK_WIDE) or is_their_admin


async def answers(session: AsyncSession, person_id: UUID) -> list[Departure]:
    query = select(Departure).where(col(Departure.person_id) == person_id)
    return list(await session.scalars(query))


async def keep_answers(session: AsyncSession, rows: Sequence[Departure]) -> None:
    """What is as old as what is known, or older, has no effect."""
    statement = insert(Departure)
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "service"],
            set_={name: new[name] for name in ("sequence", "counts", "answered_at")},
            where=(new.sequence == 0) | (col(Departure.sequence) < new.sequence),
        ),
        [row.model_dump() for row in rows],
    )


async def dead_with(
    session: AsyncSession, person_ids: Sequence[UUID], *, at: datetime
) -> dict[UUID, dict[str, int]]:
    """By person: how many badges, rights and accounts count no more, now that they have left."""
    counts = {each: {"badges": 0, "rights": 0, "accounts": 0} for each in person_ids}
    badge_of, holder, owner = col(Badge.person_id), col(Right.holder_id), col(Account.person_id)
    is_granted = col(Right.status) == RightStatus.GRANTED
    is_not_over = or_(col(Right.valid_until).is_(None), col(Right.valid_until) > at)
    queries = {
        "badges": select(badge_of, func.count()).where(
            badge_of.in_(person_ids), col(Badge.ended_at).is_(None)
        ),
        "rights": select(holder, func.count()).where(
            holder.in_(person_ids), col(Right.ended_at).is_(None), is_granted, is_not_over
        ),
        "accounts": select(owner, func.count()).where(owner.in_(person_ids)),
    }
    for name, query in queries.items():
        for person_id, count in await session.execute(query.group_by(query.selected_columns[0])):
            counts[person_id][name] = count
    return counts


async def people_of_tenant(session: AsyncSession, tenant_id: UUID, *, limit: int) -> list[UUID]:
    """Listed ones, locked."""
    return await _locked(session, col(Person.tenant_id) == tenant_id, limit=limit)


async def listed_of(session: AsyncSession, person_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them that are listed, locked."""
    return await _locked(session, col(Person.person_id).in_(person_ids), limit=len(person_ids))


async def _locked(session: AsyncSession, which: ColumnElement[bool], *, limit: int) -> list[UUID]:
    query = (
        select(col(Person.person_id))
        .where(which, col(Person.is_listed))
        .order_by(col(Person.person_id))
        .limit(limit)
    )
    return list(await session.scalars(query.with_for_update()))


async def delist(
    session: AsyncSession, person_ids: Sequence[UUID], *, reason: DelistingReason, at: datetime
) -> list[Person]:
    """Many at once, in one statement; as `Person.delist` does without a successor."""
    statement = (
        update(Person)
        .where(col(Person.person_id).in_(person_ids), col(Person.is_listed))
        .values(
            is_listed=False,
            delisted_at=at,
            delisting_reason=reason.value,
            version=col(Person.version) + 1,
        )
        .returning(Person)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return list(await session.scalars(statement))


async def zones_of_tenant(session: AsyncSession, tenant_id: UUID) -> list[Zone]:
    """What they rent, locked."""
    rented = col(Zone.tenant_id) == tenant_id, col(Zone.is_listed)
    query = select(Zone).where(*rented).order_by(col(Zone.zone_id))
    return list(await session.scalars(query.with_for_update()))
