"""What can be looked up about rights, and how those of a source are brought to what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.groups.domain import GroupMember
from services.access.rights.domain import (
    Asked,
    NoSuchRight,
    Right,
    RightSource,
)
from services.access.rights.known import OVER, STANDING, KnownBooking, KnownVisit
from shared.messaging.outbox import driver_in_transaction
from shared.untold import Untold


async def learn_booking(session: AsyncSession, booking: KnownBooking) -> bool:
    """Keeps the facts if they are news. False: what is known is as new or newer."""
    statement = insert(KnownBooking).values(booking.model_dump())
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["booking_id"],
        set_={name: new[name] for name in booking.model_dump(exclude={"booking_id"})},
        where=col(KnownBooking.sequence) < new.sequence,
    )
    found = await session.execute(statement.returning(col(KnownBooking.booking_id)))
    return found.first() is not None


async def learn_visit(session: AsyncSession, visit: KnownVisit) -> bool:
    """Keeps the facts if they are news. A pass that is over, or was revoked, stays known by its
    digest, so that a way out knows who leaves; one that was revoked ends as it begins.
    """
    statement = insert(KnownVisit).values(visit.model_dump())
    new = statement.excluded
    changes: dict[str, Any] = {name: new[name] for name in visit.model_dump(exclude={"visit_id"})}
    for name in changes:
        if name.startswith("pass_"):
            changes[name] = func.coalesce(new[name], getattr(KnownVisit, name))
    is_revoked = and_(new.pass_digest.is_(None), new.status.not_in(OVER))
    ends = case((is_revoked, col(KnownVisit.pass_valid_from)), else_=changes["pass_valid_until"])
    changes["pass_valid_until"] = ends
    statement = statement.on_conflict_do_update(
        index_elements=["visit_id"],
        set_=changes,
        where=col(KnownVisit.sequence) < new.sequence,
    )
    found = await session.execute(statement.returning(col(KnownVisit.visit_id)))
    return found.first() is not None


async def lock_rights_of_booking(session: AsyncSession, booking_id: UUID) -> None:
    """One at a time: also where the booking, or its guest's visit, is not known yet."""
    key = booking_id.int >> 65
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


async def booking(session: AsyncSession, booking_id: UUID) -> KnownBooking | None:
    query = select(KnownBooking).where(col(KnownBooking.booking_id) == booking_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def visits_of_booking(session: AsyncSession, booking_id: UUID) -> Sequence[KnownVisit]:
    query = select(KnownVisit).where(col(KnownVisit.booking_id) == booking_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def booking_of_visit(session: AsyncSession, visit_id: UUID) -> UUID | None:
    """The booking that the visit was last known to belong to; the row is locked."""
    query = select(col(KnownVisit.booking_id)).where(col(KnownVisit.visit_id) == visit_id)
    return await session.scalar(query.with_for_update())


async def settle(
    session: AsyncSession,
    source: RightSource,
    source_id: UUID,
    *,
    asked: set[Asked],
    at: datetime,
) -> set[Asked]:
    """Ends what is no longer asked for, adds what is missing; what was added."""
    query = select(Right).where(
        col(Right.source_id) == source_id,
        col(Right.source) == source,
        col(Right.ended_at).is_(None),
    )
    live = {right.asked: right for right in await session.scalars(query)}
    over = [right.right_id for each, right in live.items() if each not in asked]
    if over:
        await session.execute(
            update(Right).where(col(Right.right_id).in_(over)).values(ended_at=at)
        )
    added = asked - live.keys()
    session.add_all(
        Right(
            **{name: getattr(each, name) for name in Asked.__dataclass_fields__},
            source=source,
            source_id=source_id,
            granted_at=at,
        )
        for each in added
    )
    await session.flush()
    return added


async def right(session: AsyncSession, right_id: UUID, *, lock: bool = False) -> Right:
    """Raises `NoSuchRight`."""
    found = await session.get(Right, right_id, with_for_update=lock or None)
    if found is None:
        raise NoSuchRight
    return found


async def rights_of(
    session: AsyncSession,
    person_id: UUID,
    *,
    tenant_id: UUID,
    after: tuple[UUID] | None,
    limit: int,
) -> Sequence[Right]:
    """Live ones and refused ones: their own, their groups' and their tenant's."""
    groups = select(col(GroupMember.group_id)).where(col(GroupMember.person_id) == person_id)
    holders = or_(
        col(Right.holder_id).in_([person_id, tenant_id]), col(Right.holder_id).in_(groups)
    )
    query = select(Right).where(holders, col(Right.ended_at).is_(None))
    if after is not None:
        query = query.where(col(Right.right_id) > after[0])
    return (await session.scalars(query.order_by(col(Right.right_id)).limit(limit))).all()


_END_OVER = """
UPDATE rights SET ended_at = valid_until WHERE right_id IN (
    SELECT right_id FROM rights WHERE ended_at IS NULL AND valid_until < $1
    LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING right_id
"""


async def end_what_is_over(session: AsyncSession, *, before: datetime) -> bool:
    """Ends rights whose validity was over before that; whether there may be more of them."""
    connection = await driver_in_transaction(session)
    return len(await connection.fetch(_END_OVER, before)) == 1000


async def untold_bookings(session: AsyncSession, untold: Untold) -> Sequence[KnownBooking]:
    """Those that stand and are not over, below the floor."""
    query = (
        select(KnownBooking)
        .where(col(KnownBooking.sequence) < untold.floor)
        .where(col(KnownBooking.status).in_(STANDING), col(KnownBooking.ends_at) > untold.at)
        .order_by(col(KnownBooking.booking_id))
    )
    return (await session.scalars(query.limit(untold.limit))).all()


async def untold_visits(session: AsyncSession, untold: Untold) -> Sequence[KnownVisit]:
    """Those that are not over, below the floor."""
    query = (
        select(KnownVisit)
        .where(col(KnownVisit.sequence) < untold.floor)
        .where(col(KnownVisit.status).not_in(OVER))
        .order_by(col(KnownVisit.visit_id))
    )
    return (await session.scalars(query.limit(untold.limit))).all()
