"""Looks up visits; who may see which is decided here, in the query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.assistants.store import is_self_or_acts_for
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import (
    OVER,
    ApprovalBy,
    KnownBooking,
    Visit,
    VisitPassage,
    VisitStep,
)
from services.visitors.visits.domain.appointment import LONGEST_VISIT
from services.visitors.visits.domain.columns import HAS_CO_HOSTS, TO_SWEEP
from services.visitors.visits.store.locking import locked
from services.visitors.visits.store.series import lock_visits_of_series, meant_at
from shared.directory import people, zones
from shared.errors import NotFound
from shared.events.visits import HERE, VisitStatus
from shared.identity.listed import Person, Role
from shared.web.pages import Cursor

MOST_PASSAGES = 200
"""As many of a visit's passages as are judged together: of one who is here only the last matter."""


class NoSuchVisit(NotFound):
    """There is no such visit."""


@dataclass(frozen=True)
class Wanted:
    """Which visits of those one may see; None: whichever."""

    begins_before: datetime | None = None
    ends_after: datetime | None = None
    status: VisitStatus | None = None
    booking_id: UUID | None = None
    series_id: UUID | None = None
    needs_host: bool | None = None
    """Whether the host has left and the visit is not over."""
    let_in: bool | None = None
    """Whether somebody is inside by a pass whose visit is off, or for another day."""
    starts_like: str | None = None
    """Beginning of the visitor's given name, family name or company."""


def is_of_their_reception(me: Person) -> ColumnElement[bool]:
    """The part of `may_see` that a reception's own day is: an index by tenant and start has it."""
    if me.is_landlords_receptionist:
        return true()
    return col(Visit.tenant_id) == me.tenant_id if me.has(Role.RECEPTIONIST) else false()


def may_see(me: Person) -> ColumnElement[bool]:
    """Hosts and their assistants see their own, a tenant's reception the tenant's, its admin what
    waits for the tenant's word, the landlord's reception and security all.
    """
    if me.is_landlords_receptionist or me.has(Role.SECURITY):
        return true()
    myself = cast(array([me.person_id]), ARRAY(Uuid))
    is_co_host = and_(text(HAS_CO_HOSTS), col(Visit.co_host_ids).contains(myself))
    is_host = or_(is_self_or_acts_for(col(Visit.host_id), me), is_co_host)
    is_tenants: ColumnElement[bool] = col(Visit.tenant_id) == me.tenant_id
    if not me.has(Role.RECEPTIONIST):
        is_asked = col(Visit.approval_by) == ApprovalBy.TENANT
        is_tenants = and_(is_tenants, is_asked) if me.has(Role.TENANT_ADMIN) else false()
    return or_(is_host, is_tenants)


async def visit(
    session: AsyncSession, visit_id: UUID, *, seen_by: Person, lock: bool = False
) -> tuple[Visit, Visitor]:
    """A visit and its visitor. Raises `NoSuchVisit`, also for what is not theirs to see."""
    return await _one(session, (col(Visit.id) == visit_id) & may_see(seen_by), lock=lock)


async def visit_and_its_pass(
    session: AsyncSession, visit_id: UUID, *, seen_by: Person
) -> tuple[Visit, Visitor]:
    """The visit, locked, and locked before it all that share its pass. Raises `NoSuchVisit`."""
    which = (col(Visit.id) == visit_id) & may_see(seen_by)
    series_id = await session.scalar(select(col(Visit.series_id)).where(which))
    if series_id is not None:
        await lock_visits_of_series(session, series_id)
    return await _one(session, which, lock=True)


async def visits_of_ids(
    session: AsyncSession, visit_ids: Collection[UUID], *, seen_by: Person
) -> dict[UUID, tuple[Visit, Visitor]]:
    """Those of them that are theirs to see, locked, by id."""
    which = col(Visit.id).in_(visit_ids) & may_see(seen_by)
    pairs = await locked(session, select(Visit).where(which).order_by(col(Visit.id)))
    return {visit.id: (visit, visitor) for visit, visitor in pairs}


async def visit_of_code(
    session: AsyncSession, desk_code: str, *, seen_by: Person, at: datetime
) -> tuple[Visit, Visitor]:
    """The visit of a desk code; of a series the one that is meant then. Raises `NoSuchVisit`, also
    for what is not theirs to see.
    """
    which = (col(Visit.desk_code) == desk_code) & may_see(seen_by)
    return await _one(session, which, lock=False, at=at)


async def _one(
    session: AsyncSession, which: ColumnElement[bool], *, lock: bool, at: datetime | None = None
) -> tuple[Visit, Visitor]:
    query = select(Visit).where(which)
    if at is not None:
        query = query.order_by(*meant_at(at)).limit(1)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchVisit
    return found, await session.get_one(Visitor, found.visitor_id)


async def visits(
    session: AsyncSession, wanted: Wanted, *, seen_by: Person, after: Cursor | None, limit: int
) -> Sequence[tuple[Visit, Visitor]]:
    """By start and id; one row more than `limit` where there are more."""
    query = (
        select(Visit, Visitor)
        .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
        .where(may_see(seen_by), *_conditions(wanted))
        .order_by(col(Visit.starts_at), col(Visit.id))
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(col(Visit.starts_at), col(Visit.id)) > after.key)
    rows = await session.execute(query)
    return [(row[0], row[1]) for row in rows]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.begins_before is not None:
        conditions.append(col(Visit.starts_at) < wanted.begins_before)
    if wanted.ends_after is not None:
        # No visit lasts longer, and without it every day would be looked for in the whole history.
        conditions.append(col(Visit.starts_at) > wanted.ends_after - LONGEST_VISIT)
        conditions.append(col(Visit.ends_at) > wanted.ends_after)
    if wanted.status is not None:
        conditions.append(col(Visit.status) == wanted.status)
    if wanted.booking_id is not None:
        conditions.append(col(Visit.booking_id) == wanted.booking_id)
    if wanted.series_id is not None:
        conditions.append(col(Visit.series_id) == wanted.series_id)
    if wanted.needs_host is not None:
        conditions.append(needs_a_host() if wanted.needs_host else ~needs_a_host())
    if wanted.let_in is not None:
        conditions.append(col(Visit.let_in_at).is_not(None) == wanted.let_in)
    if wanted.starts_like is not None:
        start = wanted.starts_like.lower()
        words = (Visitor.given_name, Visitor.family_name, Visitor.company)
        conditions.append(
            or_(*(func.lower(col(word)).startswith(start, autoescape=True) for word in words))
        )
    return conditions


def needs_a_host() -> ColumnElement[bool]:
    """The host has left, and the visit is not over."""
    has_left = col(Visit.host_id).in_(select(people.c.person_id).where(~people.c.is_listed))
    return and_(col(Visit.status).not_in(OVER), has_left)


async def announced_visit(session: AsyncSession, visit_id: UUID) -> tuple[Visit, Visitor] | None:
    """The visit that another service speaks of, locked; None where it is none of ours."""
    found = await session.get(Visit, visit_id, with_for_update=True)
    return None if found is None else (found, await session.get_one(Visitor, found.visitor_id))


async def passages_of_visit(session: AsyncSession, visit_id: UUID) -> Sequence[VisitPassage]:
    """What doors saw last, newest first."""
    found = await session.scalars(
        select(VisitPassage)
        .where(col(VisitPassage.visit_id) == visit_id)
        .order_by(col(VisitPassage.occurred_at).desc())
        .limit(MOST_PASSAGES)
    )
    return found.all()


async def is_known_passage(session: AsyncSession, passage: VisitPassage) -> bool:
    """Whether it was heard of before; access told some under other ids before it told any again."""
    same = (
        col(VisitPassage.visit_id) == passage.visit_id,
        col(VisitPassage.access_point_id) == passage.access_point_id,
        col(VisitPassage.occurred_at) == passage.occurred_at,
    )
    is_it = or_(col(VisitPassage.passage_id) == passage.passage_id, and_(*same))
    return bool(await session.scalar(select(exists().where(is_it))))


async def live_visits_of_tenant(
    session: AsyncSession, tenant_id: UUID, *, after: UUID, limit: int
) -> Sequence[tuple[Visit, Visitor, UUID | None]]:
    """Those that are not over and go wherever their host's tenant is, by id from there on; locked,
    with the zone of the booking that brought them.
    """
    pairs = await locked(
        session,
        select(Visit)
        .where(col(Visit.tenant_id) == tenant_id, col(Visit.zones_asked).is_(None))
        .where(col(Visit.status).not_in(OVER), col(Visit.id) > after)
        .order_by(col(Visit.id))
        .limit(limit),
    )
    booked = await session.execute(
        select(col(KnownBooking.booking_id), col(KnownBooking.zone_id)).where(
            col(KnownBooking.booking_id).in_([visit.booking_id for visit, _ in pairs])
        )
    )
    zones_booked: dict[UUID | None, UUID | None] = {row[0]: row[1] for row in booked}
    return [(visit, visitor, zones_booked.get(visit.booking_id)) for visit, visitor in pairs]


async def live_visits_after(
    session: AsyncSession, visit_id: UUID, *, limit: int
) -> Sequence[tuple[Visit, Visitor]]:
    """Those that are not over, by id from there on; locked."""
    is_live = (col(Visit.id) > visit_id) & col(Visit.status).not_in(OVER)
    return await locked(session, select(Visit).where(is_live).order_by(col(Visit.id)).limit(limit))


async def visits_to_sweep(
    session: AsyncSession, *, at: datetime, unseen_after: timedelta, limit: int
) -> Sequence[tuple[Visit, Visitor]]:
    """Those whose time is over, locked; whoever is here has some time left to be seen leaving."""
    is_late = col(Visit.pass_valid_until) <= at - unseen_after
    query = (
        select(Visit)
        .where(text(TO_SWEEP), col(Visit.pass_valid_until) <= at)
        .where(or_(col(Visit.status).not_in(HERE), is_late))
        .order_by(col(Visit.pass_valid_until))
        .limit(limit)
    )
    return await locked(session, query, skip_locked=True)


async def steps_of_visit(
    session: AsyncSession, visit_id: UUID, *, after: Cursor | None, limit: int
) -> Sequence[VisitStep]:
    """In the order they were taken; one more than `limit` where there are more."""
    query = select(VisitStep).where(col(VisitStep.visit_id) == visit_id)
    if after is not None:
        query = query.where(col(VisitStep.id) > after.key[0])
    return (await session.scalars(query.order_by(col(VisitStep.id)).limit(limit + 1))).all()


async def are_known_zones(session: AsyncSession, zone_ids: Collection[UUID]) -> bool:
    """Whether each of them is a zone of the park."""
    known = select(func.count()).where(zones.c.zone_id.in_(zone_ids), zones.c.is_listed)
    return await session.scalar(known) == len(set(zone_ids))


async def desk_codes_taken(session: AsyncSession, desk_codes: Collection[str]) -> set[str]:
    """Those of them that visits have already."""
    taken = select(col(Visit.desk_code)).where(col(Visit.desk_code).in_(desk_codes))
    return set(await session.scalars(taken))
