"""How a visit becomes about something else, or comes to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.domain import NoticeKind
from services.visitors.policies.store import pass_rules
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import store
from services.visitors.visits.commands.calling import call_host
from services.visitors.visits.commands.taking import record
from services.visitors.visits.commands.telling import take_back_visit, tell_of_visit
from services.visitors.visits.domain import UNANNOUNCED, Appointment, By, Step, Visit, next_status
from services.visitors.visits.domain.calling import unanswered_since
from services.visitors.visits.domain.steps import VisitorIsHere
from shared.errors import Conflict
from shared.events.visits import VisitStatus


class VisitFollowsBooking(Conflict):
    """This visit belongs to a booking; change the booking and the visit follows."""


async def reschedule_visit(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    *,
    starts_at: datetime,
    ends_at: datetime,
    timezone: str,
    by: By,
) -> None:
    """The visit takes place at another time; the same time again is no news to anybody.

    Raises `VisitFollowsBooking`, `VisitorIsHere`, `AnotherThatDay`, the steps' refusals.
    """
    if visit.booking_id is not None:
        raise VisitFollowsBooking
    moved = replace(visit.appointment, starts_at=starts_at, ends_at=ends_at, timezone=timezone)
    moved.must_make_sense(at=by.at)
    next_status(Step.RESCHEDULE, visit.status)
    if visit.is_here and moved.is_for_another_day(at=by.at):
        raise VisitorIsHere
    if moved == visit.appointment:
        return
    if visit.series_id is not None:
        await _must_be_apart(session, visit.series_id, visit, moved)
    await move(session, visit, visitor, moved, by=by)


async def _must_be_apart(
    session: AsyncSession, series_id: UUID, visit: Visit, moved: Appointment
) -> None:
    """Two visits of one day would let two people in by one pass. Raises `AnotherThatDay`."""
    series = await store.series_of_visit(session, series_id)  # so that two of its days move in turn
    others = await store.visits_of_series(session, series_id)
    series.must_be_apart(
        visit, moved.starts_at, moved.ends_at, others=[other for other, _ in others]
    )


async def move(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    appointment: Appointment,
    *,
    by: By,
    is_told: bool = True,
) -> None:
    """The visit is about something else now; the visitor is told of another time or room."""
    told_before = visit.calendar_sequence
    rules = await pass_rules(session, visit.tenant_id)
    await record(session, visit.reschedule(appointment, visitor=visitor, rules=rules, by=by))
    if is_told and visit.calendar_sequence != told_before and visit.status not in UNANNOUNCED:
        await tell_of_visit(session, NoticeKind.UPDATE, visit, visitor, at=by.at)


async def cancel_visit(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, is_told: bool = True
) -> None:
    """The visit will not take place; pass and notices follow. Raises the steps' refusals."""
    await record(session, visit.cancel(visitor=visitor, by=by))
    if is_told:
        await take_back_visit(session, visit, visitor, at=by.at)


async def name_host(
    session: AsyncSession, visit: Visit, visitor: Visitor, host_id: UUID, *, by: By
) -> None:
    """Somebody else of the same tenant receives the visitor, who need not know; where they wait to
    be met, the new host is told.
    """
    if host_id == visit.host_id:
        return
    await record(session, visit.change_host(host_id, visitor=visitor, by=by))
    if unanswered_since(visit) is not None and by.person_id != host_id:
        is_arrived = visit.status is VisitStatus.ARRIVED
        kind = NoticeKind.VISITOR_ARRIVED if is_arrived else NoticeKind.HOST_TOLD
        await call_host(session, visit, visitor, kind, at=by.at)
