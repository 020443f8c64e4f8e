"""How what is known of a visit is set right, and how a draft comes to count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import EllipsisType
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import tell_visitor
from services.visitors.notices.domain import NoticeKind
from services.visitors.visitors.commands import know_visitor
from services.visitors.visitors.domain import Visitor, VisitorDetails
from services.visitors.visits import store
from services.visitors.visits.commands.calling import particulars
from services.visitors.visits.commands.making import NoSuchZone, must_be_colleagues, zones_of
from services.visitors.visits.commands.moving import VisitFollowsBooking, move
from services.visitors.visits.commands.taking import record
from services.visitors.visits.domain import By, More, Step, Visit
from services.visitors.visits.domain.steps import VisitIsOver
from shared.errors import Conflict
from shared.events.directory import Language
from shared.events.visits import VisitStatus


class VisitIsNoDraft(Conflict):
    """This visit counts already."""


class DraftOfSeries(Conflict):
    """This is one day of a series that is only noted; submit the series."""


@dataclass(frozen=True)
class Wish:
    """What a visit is to be like."""

    more: More
    visitor: VisitorDetails
    language: Language
    zones_asked: tuple[UUID, ...] | EllipsisType | None
    """None: wherever the host's tenant is; an ellipsis: as before."""


async def describe_visit(
    session: AsyncSession, visit: Visit, visitor: Visitor, wish: Wish, *, by: By
) -> Visitor:
    """The visit is as wished from now on; whose it is. Raises `VisitIsOver`, `VisitFollowsBooking`,
    `NoSuchHost`, `NoSuchZone`.
    """
    if visit.is_over:
        raise VisitIsOver
    if visit.booking_id is not None and wish.visitor != visitor.details:
        raise VisitFollowsBooking
    people = wish.more.co_host_ids + wish.more.escort_ids
    known = {*visit.co_host_ids, *visit.escort_ids}
    new = tuple(each for each in people if each not in known)
    await must_be_colleagues(session, new, tenant_id=visit.tenant_id)
    if wish.visitor != visitor.details:
        visitor = await know_visitor(session, wish.visitor, tenant_id=visit.tenant_id, at=by.at)
    await _move(session, visit, visitor, wish, by=by)
    if (taken := visit.describe(wish.more, visitor=visitor, by=by)) is not None:
        await record(session, taken)
    return visitor


async def _move(
    session: AsyncSession, visit: Visit, visitor: Visitor, wish: Wish, *, by: By
) -> None:
    appointment = replace(visit.appointment, language=wish.language)
    if not isinstance(wish.zones_asked, EllipsisType):
        if visit.booking_id is not None:
            raise VisitFollowsBooking
        if wish.zones_asked and not await store.are_known_zones(session, wish.zones_asked):
            raise NoSuchZone
        zones = await zones_of(session, visit.tenant_id, asked=wish.zones_asked, booked=None)
        appointment = replace(appointment, zone_ids=zones, zones_asked=wish.zones_asked)
    if appointment != visit.appointment or visitor.id != visit.visitor_id:
        await move(session, visit, visitor, appointment, by=by)


async def submit_visit(session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By) -> None:
    """A draft is expected from now on, and the visitor told. Raises `VisitIsNoDraft`,
    `DraftOfSeries`, `VisitInThePast`.
    """
    if visit.status is not VisitStatus.DRAFT:
        raise VisitIsNoDraft
    if visit.series_id is not None:
        raise DraftOfSeries
    visit.appointment.must_make_sense(at=by.at)
    await record(session, visit.stand(Step.EXPECT, visitor=visitor, by=by))
    await tell_visitor(session, NoticeKind.INVITATION, particulars(visit, visitor), at=by.at)
