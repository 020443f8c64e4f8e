"""Looks up known visitors of a tenant, with the last visit of each, and those who look alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.agreements.domain import Acceptance
from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.matching import MOST_OWNERS, owners_of
from services.visitors.names.terms import Closeness, Term, terms_of, terms_of_name
from services.visitors.names.ways import ways_of
from services.visitors.returning.domain import NoSuchVisitor
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import OVER, Visit
from shared.directory import people
from shared.identity.listed import Person, Role

_NOT_OF_HOSTS = col(SearchWord.found_by) != FoundBy.HOST


@dataclass(frozen=True)
class Known:
    """A visitor of a tenant, and their last visit if there was one."""

    visitor: Visitor
    last_visit: Visit | None
    host_name: str | None


def may_know(me: Person) -> ColumnElement[bool]:
    """Receptions know their own tenant's visitors, the landlord's reception everybody's."""
    if me.is_landlords_receptionist:
        return true()
    return col(Visitor.tenant_id) == me.tenant_id if me.has(Role.RECEPTIONIST) else ~true()


async def visitor(
    session: AsyncSession, visitor_id: UUID, *, seen_by: Person, lock: bool = False
) -> Visitor:
    """Raises `NoSuchVisitor`, also for what is not theirs to see."""
    query = select(Visitor).where(col(Visitor.id) == visitor_id, may_know(seen_by))
    query = query.where(col(Visitor.erased_at).is_(None))
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NoSuchVisitor
    return found


async def known_visitors(
    session: AsyncSession, typed: str, *, tenant_id: UUID, seen_by: Person, limit: int
) -> list[Known]:
    """Of that tenant alone; who fits best and was here last comes first."""
    terms = terms_of(typed)
    if not terms:
        return []
    whose = (col(SearchWord.tenant_id) == tenant_id) & _NOT_OF_HOSTS
    owners = owners_of(whose).subquery("owners")
    last = (
        select(Visit)
        .where(col(Visit.visitor_id) == owners.c.owner_id)
        .order_by(col(Visit.starts_at).desc())
        .limit(1)
        .correlate(owners)
        .lateral("last")
    )
    query = (
        select(col(Visitor.id), last.c.id)
        .select_from(owners.join(Visitor, col(Visitor.id) == owners.c.owner_id))
        .outerjoin(last, true())
        .where(may_know(seen_by))
        .order_by(owners.c.closeness, last.c.starts_at.desc().nulls_last(), col(Visitor.id))
        .limit(limit)
    )
    rows = await session.execute(query, {"ways": ways_of(terms)})
    return await _known(session, [(row[0], row[1]) for row in rows])


async def _known(session: AsyncSession, found: Sequence[tuple[UUID, UUID | None]]) -> list[Known]:
    visitors = await session.scalars(
        select(Visitor).where(col(Visitor.id).in_([visitor_id for visitor_id, _ in found]))
    )
    name = func.concat_ws(" ", people.c.given_name, people.c.family_name)
    visits = await session.execute(
        select(Visit, name)
        .outerjoin(people, people.c.person_id == col(Visit.host_id))
        .where(col(Visit.id).in_([visit_id for _, visit_id in found if visit_id]))
    )
    by_id = {each.id: each for each in visitors}
    last = {row[0].id: (row[0], row[1] or None) for row in visits}
    return [
        Known(by_id[visitor_id], *(last[visit_id] if visit_id else (None, None)))
        for visitor_id, visit_id in found
    ]


async def visitors_like(session: AsyncSession, visitor: Visitor) -> list[Visitor]:
    """Others of the same tenant who may be the same person; they are judged by `likeness`."""
    sure = [
        col(SearchWord.spelt) == entry.spelt
        for entry in visitor.entries()
        if entry.found_by in (FoundBy.EMAIL, FoundBy.PHONE)
    ]
    theirs = col(SearchWord.tenant_id) == visitor.tenant_id
    candidates = select(col(SearchWord.owner_id)).where(theirs, or_(~true(), *sure))
    ids = set(await session.scalars(candidates.limit(MOST_OWNERS)))
    ids |= await _of_that_name(session, terms_of_name(visitor.display_name), theirs)
    others = await session.scalars(
        select(Visitor)
        .where(col(Visitor.id).in_(ids - {visitor.id}), col(Visitor.merged_into).is_(None))
        .where(col(Visitor.tenant_id) == visitor.tenant_id, col(Visitor.erased_at).is_(None))
    )
    return list(others)


async def _of_that_name(
    session: AsyncSession, terms: tuple[Term, ...], theirs: ColumnElement[bool]
) -> set[UUID]:
    if not terms:
        return set()
    of_visitors = theirs & (col(SearchWord.found_by) == FoundBy.NAME)
    owners = owners_of(of_visitors).subquery("owners")
    is_same = owners.c.closeness.in_([int(Closeness.SAME), int(Closeness.SOUNDS_THE_SAME)])
    query = select(owners.c.owner_id).where(is_same)
    return set(await session.scalars(query, {"ways": ways_of(terms)}))


async def lock_visits_of(session: AsyncSession, visitor_ids: Collection[UUID]) -> None:
    """All of them, also those that are over: an undo brings them back."""
    query = select(col(Visit.id)).where(col(Visit.visitor_id).in_(visitor_ids))
    await session.execute(query.order_by(col(Visit.id)).with_for_update())


async def live_visits_of(session: AsyncSession, visitor_id: UUID) -> Sequence[Visit]:
    """Those that are not over."""
    found = await session.scalars(
        select(Visit)
        .where(col(Visit.visitor_id) == visitor_id, col(Visit.status).not_in(OVER))
        .order_by(col(Visit.id))
    )
    return found.all()


async def hand_over_history(session: AsyncSession, *, of: UUID, to: UUID) -> None:
    """What is over, and what was accepted, is the other visitor's from now on."""
    await session.execute(
        update(Visit)
        .where(col(Visit.visitor_id) == of, col(Visit.status).in_(OVER))
        .values(visitor_id=to, version=Visit.version + 1)
    )
    await session.execute(
        update(Acceptance).where(col(Acceptance.visitor_id) == of).values(visitor_id=to)
    )
