"""What visits can be asked: to be expected, moved, cancelled, and to take the steps of a day.

One rule: a step is recorded, announced and told in the caller's one transaction. `is_told` is false
for replayed facts, which make no mails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import take_back_invitation, tell_host, tell_visitor
from services.visitors.notices.domain import NoticeKind, Particulars
from services.visitors.passes.domain import new_desk_code
from services.visitors.policies.store import pass_rules
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.commands import know_visitor
from services.visitors.visitors.domain import Visitor, VisitorDetails
from services.visitors.visits import store
from services.visitors.visits.domain import Appointment, By, Step, Taken, Visit, next_status
from services.visitors.visits.domain.steps import VisitorIsHere
from shared import directory
from shared.errors import Conflict, NotAllowed, NotFound
from shared.events.directory import Language
from shared.events.visits import How
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce


class NoSuchHost(NotFound):
    """There is nobody of that id here who could be visited."""


class NoSuchZone(NotFound):
    """There is no such zone in the park."""


class OnlyYourOwnVisitors(NotAllowed):
    """You can invite visitors of your own; for a colleague ask the reception."""


class VisitFollowsBooking(Conflict):
    """This visit belongs to a booking; change the booking and the visit follows."""


@dataclass(frozen=True)
class Invitation:
    """What somebody says when they expect a visitor."""

    visitor: VisitorDetails
    language: Language
    host_id: UUID
    starts_at: datetime
    ends_at: datetime
    timezone: str
    zone_ids: tuple[UUID, ...] | None = None
    """None: wherever the host's tenant is."""


async def expect_visitor(
    session: AsyncSession, invitation: Invitation, *, by: Person, at: datetime
) -> tuple[Visit, Visitor]:
    """A visit stands and the visitor is told. Raises `NoSuchHost`, `OnlyYourOwnVisitors`,
    `NoSuchZone`, and what `Appointment.must_make_sense` raises.
    """
    tenant_id = await _tenant_of_host(session, invitation.host_id, by=by)
    if invitation.zone_ids and not await store.are_known_zones(session, invitation.zone_ids):
        raise NoSuchZone
    appointment = Appointment(
        tenant_id=tenant_id,
        host_id=invitation.host_id,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        timezone=invitation.timezone,
        zone_ids=await zones_of(session, tenant_id, asked=invitation.zone_ids, booked=None),
        zones_asked=invitation.zone_ids,
        language=invitation.language,
    )
    how = How.HOST if by.person_id == invitation.host_id else How.DESK
    return await expect(
        session,
        appointment,
        invitation.visitor,
        by=By(at=at, how=how, person_id=by.person_id),
    )


async def _tenant_of_host(session: AsyncSession, host_id: UUID, *, by: Person) -> UUID:
    if host_id == by.person_id:
        return by.tenant_id
    host = await directory.person(session, host_id)
    is_colleague = host is not None and host.tenant_id == by.tenant_id
    if not by.has(Role.RECEPTIONIST):
        raise OnlyYourOwnVisitors if is_colleague else NoSuchHost
    if host is None or not host.is_listed or not (is_colleague or by.is_landlords_receptionist):
        raise NoSuchHost
    return host.tenant_id


async def expect(
    session: AsyncSession,
    appointment: Appointment,
    details: VisitorDetails,
    *,
    by: By,
    is_told: bool = True,
) -> tuple[Visit, Visitor]:
    """A visit stands from now on, with a pass of its own."""
    appointment.must_make_sense(at=by.at)
    visitor = await know_visitor(session, details, tenant_id=appointment.tenant_id, at=by.at)
    visit, taken = Visit.made(
        appointment,
        visitor=visitor,
        rules=await pass_rules(session, appointment.tenant_id),
        pass_key=surroundings_of(session).pass_key,
        desk_code=await _free_desk_code(session),
        by=by,
    )
    session.add(visit)
    await session.flush()
    record(session, taken)
    if is_told:
        says = particulars(visit, visitor)
        await tell_visitor(session, NoticeKind.INVITATION, says, at=by.at)
    return visit, visitor


async def _free_desk_code(session: AsyncSession) -> str:
    while await store.is_desk_code_taken(session, code := new_desk_code()):
        pass
    return code


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

    Raises `VisitFollowsBooking`, `VisitorIsHere`, the steps' refusals.
    """
    if visit.booking_id is not None:
        raise VisitFollowsBooking
    moved = replace(visit.appointment, starts_at=starts_at, ends_at=ends_at, timezone=timezone)
    moved.must_make_sense(at=by.at)
    next_status(Step.RESCHEDULE, visit.status)
    if visit.is_here and moved.is_for_another_day(at=by.at):
        raise VisitorIsHere
    if moved != visit.appointment:
        await move(session, visit, visitor, moved, by=by)


async def move(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    appointment: Appointment,
    *,
    by: By,
    is_told: bool = True,
) -> None:
    """The visit is about something else now; the visitor is told of another time."""
    told_before = visit.calendar_sequence
    rules = await pass_rules(session, visit.tenant_id)
    record(session, visit.reschedule(appointment, visitor=visitor, rules=rules, by=by))
    if is_told and visit.calendar_sequence != told_before:
        says = particulars(visit, visitor)
        await tell_visitor(session, NoticeKind.UPDATE, says, at=by.at)


async def cancel_visit(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, is_told: bool = True
) -> None:
    """The visit will not take place; pass and notices follow. Raises the steps' refusals."""
    record(session, visit.cancel(visitor=visitor, by=by))
    if is_told:
        await take_back_invitation(session, particulars(visit, visitor), at=by.at)


async def take(
    session: AsyncSession,
    visit: Visit,
    visitor: Visitor,
    step: Step,
    *,
    by: By,
    is_told: bool = True,
) -> None:
    """One step of the day: arrive, check in, check out. Raises the steps' refusals."""
    match step:
        case Step.ARRIVE:
            record(session, visit.arrive(visitor=visitor, by=by))
        case Step.CHECK_IN:
            record(session, visit.check_in(visitor=visitor, by=by))
            if is_told and by.person_id != visit.host_id:
                at = by.recorded_at or by.at
                await tell_host(session, particulars(visit, visitor), at=at)
        case Step.CHECK_OUT:
            record(session, visit.check_out(visitor=visitor, by=by))
        case _:
            raise ValueError(f"{step} has a command of its own")


def record(session: AsyncSession, taken: Taken) -> None:
    """Keeps the row of one step, and announces its event if it has one."""
    session.add(taken.step)
    if taken.event is not None:
        announce(session, taken.event)


async def zones_of(
    session: AsyncSession,
    tenant_id: UUID,
    *,
    asked: tuple[UUID, ...] | None,
    booked: UUID | None,
) -> tuple[UUID, ...]:
    """Where a visitor may go: the zones asked for, else the host tenant's; and the booked room."""
    if asked is None:
        await store.keep_tenants_zones(session, tenant_id)
        tenant = await directory.tenant(session, tenant_id)
        asked = () if tenant is None else tenant.zone_ids
    return with_booked(asked, booked)


def with_booked(zone_ids: tuple[UUID, ...], booked: UUID | None) -> tuple[UUID, ...]:
    """These zones and the booked room's, each once, in that order."""
    return tuple(dict.fromkeys(zone_ids if booked is None else (*zone_ids, booked)))


def particulars(visit: Visit, visitor: Visitor) -> Particulars:
    """What a notice about this visit says."""
    return Particulars(
        visit_id=visit.id,
        tenant_id=visit.tenant_id,
        host_id=visit.host_id,
        visitor_name=visitor.display_name,
        company=visitor.company,
        email=visitor.email,
        language=visit.language,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        timezone=visit.timezone,
        desk_code=visit.desk_code,
        pass_rotation=visit.pass_rotation,
        pass_digest=visit.pass_digest,
        calendar_sequence=visit.calendar_sequence,
    )


async def visit_to_change(
    session: AsyncSession, visit_id: UUID, *, by: Person
) -> tuple[Visit, Visitor]:
    """The visit, locked, for who may change it: who may see it."""
    return await store.visit(session, visit_id, seen_by=by, lock=True)
