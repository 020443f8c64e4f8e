"""How a visit comes to stand: somebody is expected, asked for, or only noted.

One rule: a visit, its row of how it began, its event and its mail are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.assistants.store import acts_for
from services.visitors.notices.commands import ask_for_word, tell_visitor
from services.visitors.notices.domain import NoticeKind
from services.visitors.passes.domain import new_desk_code
from services.visitors.policies.store import policy_for
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.commands import know_visitors
from services.visitors.visitors.domain import Visitor, VisitorDetails
from services.visitors.visits import store
from services.visitors.visits.commands.calling import particulars
from services.visitors.visits.commands.taking import record
from services.visitors.visits.domain import (
    NOTHING_MORE,
    Appointment,
    ApprovalBy,
    By,
    More,
    Step,
    Visit,
)
from shared import directory
from shared.errors import NotAllowed, NotFound
from shared.events.directory import Language
from shared.events.visits import How
from shared.identity.listed import Person, Role


class NoSuchHost(NotFound):
    """There is nobody of that id here who could be visited."""


class NoSuchZone(NotFound):
    """There is no such zone in the park."""


class OnlyYourOwnVisitors(NotAllowed):
    """You can invite visitors of your own; for a colleague ask the reception, unless you are their
    assistant.
    """


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
    more: More = NOTHING_MORE
    is_draft: bool = False


async def expect_visitor(
    session: AsyncSession, invitation: Invitation, *, by: Person, at: datetime
) -> tuple[Visit, Visitor]:
    """A visit stands and the visitor is told; a draft stands for nobody else yet. Raises what
    `appointment_of` raises.
    """
    appointment = await appointment_of(session, invitation, by=by)
    beginning = beginning_of(invitation, by=by, at=at)
    return await expect(session, appointment, invitation.visitor, beginning)


def beginning_of(invitation: Invitation, *, by: Person, at: datetime) -> Beginning:
    """They are expected from now on, or only noted."""
    return Beginning(
        by=By(at=at, how=how_of(by, invitation.host_id), person_id=by.person_id),
        step=Step.DRAFT if invitation.is_draft else Step.EXPECT,
        more=invitation.more,
    )


def how_of(by: Person, host_id: UUID) -> How:
    """The reception invites for others; all else is the host's doing."""
    is_desk = by.has(Role.RECEPTIONIST) and by.person_id != host_id
    return How.DESK if is_desk else How.HOST


async def appointment_of(
    session: AsyncSession, invitation: Invitation, *, by: Person
) -> Appointment:
    """What the visit is to be about. Raises `NoSuchHost`, `OnlyYourOwnVisitors`, `NoSuchZone`."""
    tenant_id = await _tenant_of_host(session, invitation.host_id, by=by)
    if invitation.zone_ids and not await store.are_known_zones(session, invitation.zone_ids):
        raise NoSuchZone
    await must_be_colleagues(session, invitation.more.co_host_ids, tenant_id=tenant_id)
    return Appointment(
        tenant_id=tenant_id,
        host_id=invitation.host_id,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        timezone=invitation.timezone,
        zone_ids=await zones_of(session, tenant_id, asked=invitation.zone_ids, booked=None),
        zones_asked=invitation.zone_ids,
        language=invitation.language,
    )


async def must_be_colleagues(
    session: AsyncSession, person_ids: tuple[UUID, ...], *, tenant_id: UUID
) -> None:
    """Raises `NoSuchHost` unless each is listed in that tenant."""
    for person_id in person_ids:
        if not await directory.is_held_listed(session, person_id, tenant_id=tenant_id):
            raise NoSuchHost


async def _tenant_of_host(session: AsyncSession, host_id: UUID, *, by: Person) -> UUID:
    if host_id == by.person_id:
        return by.tenant_id
    host = await directory.person(session, host_id)
    is_colleague = host is not None and host.tenant_id == by.tenant_id
    if (
        host is not None
        and is_colleague
        and host.is_listed
        and await acts_for(session, host_id, me=by)
    ):
        return host.tenant_id
    if not by.has(Role.RECEPTIONIST):
        raise OnlyYourOwnVisitors if is_colleague else NoSuchHost
    if host is None or not host.is_listed or not (is_colleague or by.is_landlords_receptionist):
        raise NoSuchHost
    return host.tenant_id


@dataclass(frozen=True)
class Beginning:
    """How visits begin, and whose doing it is."""

    by: By
    step: Step = Step.EXPECT
    more: More = NOTHING_MORE
    approval_by: ApprovalBy | None = None
    is_told: bool = True
    """Whether the visitor hears of a visit that is expected. Whose word is needed always hears of
    one that waits for it.
    """


async def expect(
    session: AsyncSession,
    appointment: Appointment,
    details: VisitorDetails,
    beginning: Beginning,
) -> tuple[Visit, Visitor]:
    """A visit stands from now on, with a pass of its own."""
    (made,) = await expect_many(session, [(appointment, details)], beginning)
    return made


async def expect_many(
    session: AsyncSession,
    coming: Sequence[tuple[Appointment, VisitorDetails]],
    beginning: Beginning,
) -> list[tuple[Visit, Visitor]]:
    """The same for several visitors of one tenant, in their order."""
    if not coming:
        return []
    by, tenant_id = beginning.by, coming[0][0].tenant_id
    for appointment, _ in coming:
        appointment.must_make_sense(at=by.at)
    wanted = [details for _, details in coming]
    visitors = await know_visitors(session, wanted, tenant_id=tenant_id, at=by.at)
    policy = await policy_for(session, tenant_id)
    codes = await _free_desk_codes(session, len(coming))
    made = [
        Visit.made(
            appointment,
            step=beginning.step,
            more=beginning.more,
            visitor=visitor,
            policy=policy,
            pass_key=surroundings_of(session).pass_keys.newest,
            desk_code=code,
            by=by,
        )
        for (appointment, _), visitor, code in zip(coming, visitors, codes, strict=True)
    ]
    for visit, _ in made:
        visit.approval_by = beginning.approval_by
        session.add(visit)
    await session.flush()
    for (visit, taken), visitor in zip(made, visitors, strict=True):
        await record(session, taken)
        await _tell(session, visit, visitor, beginning)
    return [(visit, visitor) for (visit, _), visitor in zip(made, visitors, strict=True)]


async def _tell(
    session: AsyncSession, visit: Visit, visitor: Visitor, beginning: Beginning
) -> None:
    says, at = particulars(visit, visitor), beginning.by.at
    if beginning.is_told and beginning.step is Step.EXPECT:
        await tell_visitor(session, NoticeKind.INVITATION, says, at=at)
    elif beginning.step is Step.REQUEST:
        await ask_for_word(session, says, at=at)


async def free_desk_code(session: AsyncSession) -> str:
    """A code that no visit has."""
    (code,) = await _free_desk_codes(session, 1)
    return code


async def _free_desk_codes(session: AsyncSession, count: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < count:
        drawn = {new_desk_code() for _ in range(count - len(codes))}
        codes |= drawn - await store.desk_codes_taken(session, drawn)
    return list(codes)


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
