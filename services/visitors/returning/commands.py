"""Merges two visitors who are one, at the word of a receptionist.

One rule: nothing is lost: the visits of both are the remaining one's, what is still to come is
announced with the remaining one's facts, and the other stays as a row that says where it went.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.desk.commands import must_be_at_the_desk
from services.visitors.returning import store
from services.visitors.returning.domain import (
    AlreadyMerged,
    Likeness,
    NoSuchVisitor,
    SameVisitor,
    likeness,
)
from services.visitors.visitors.domain import Visitor
from services.visitors.visitors.store import await_tenants_visitors
from services.visitors.visits.commands import move
from services.visitors.visits.domain import By
from shared.events.visits import How
from shared.identity.listed import Person

MOST_PROPOSED = 20


async def duplicates(
    session: AsyncSession, visitor: Visitor
) -> list[tuple[Visitor, list[Likeness]]]:
    """Who may be the same person; with the most in common first."""
    others = await store.visitors_like(session, visitor)
    judged = [(other, common) for other in others if (common := likeness(visitor, other))]
    judged.sort(key=lambda pair: (-len(pair[1]), pair[0].created_at, pair[0].id))
    return judged[:MOST_PROPOSED]


async def two_visitors(
    session: AsyncSession, visitor_id: UUID, *, into: UUID, by: Person
) -> tuple[Visitor, Visitor]:
    """Both, locked, and before them their visits, as whoever changes a visit does; no visit is made
    for either from now on.

    Raises `NoSuchVisitor`, `OnlyTheDesk`, `SameVisitor`.
    """
    must_be_at_the_desk(by)
    ids = sorted({visitor_id, into})
    tenants = {(await store.visitor(session, each, seen_by=by)).tenant_id for each in ids}
    if visitor_id == into:
        raise SameVisitor
    await store.lock_visits_of(session, ids)
    for tenant_id in sorted(tenants):
        await await_tenants_visitors(session, tenant_id)
    await store.lock_visits_of(session, ids)  # those that were made while we waited
    pair = {each: await store.visitor(session, each, seen_by=by, lock=True) for each in ids}
    return pair[visitor_id], pair[into]


async def merge_visitors(
    session: AsyncSession, merged: Visitor, remaining: Visitor, *, by: Person, at: datetime
) -> None:
    """The first is the second from now on. Raises `NoSuchVisitor`, `AlreadyMerged`."""
    if merged.tenant_id != remaining.tenant_id:
        raise NoSuchVisitor
    if merged.merged_into is not None or remaining.merged_into is not None:
        raise AlreadyMerged
    moving = await store.live_visits_of(session, merged.id)
    staying = await store.live_visits_of(session, remaining.id)
    has_news = merged.merge_into(remaining, by=by.person_id, at=at)
    await store.hand_over_history(session, of=merged.id, to=remaining.id)
    step_by = By(at=at, how=How.DESK, person_id=by.person_id)
    for visit in (*moving, *(staying if has_news else ())):
        await move(session, visit, remaining, visit.appointment, by=step_by, is_told=False)
    await session.flush()
