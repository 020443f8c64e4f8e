"""What can be asked of lockdowns: start one or a plan's, release one or a plan's, make plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.directory.commands import must_be_known
from services.access.journal.commands import journal_act
from services.access.lockdowns import store
from services.access.lockdowns.domain import (
    Lockdown,
    Plan,
    PlanHasNoZones,
    PlanNotStarted,
    PlanStandsThere,
)
from services.access.premises import store as premises
from services.access.premises.domain import NoSuchZone
from shared.database import refuse_as
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce

MAY = (Role.SECURITY, Role.OPERATOR)
MAY_SEE = (*MAY, Role.AUDITOR, Role.FACILITY_MANAGER)


async def start_lockdown(session: AsyncSession, lockdown: Lockdown, *, by: Person) -> None:
    """Closed from the very next decision.

    Raises `NoSuchZone`, `ZoneIsGone`, `NoSuchPerson`, `NoSuchTenant`, `NoSuchPlan`,
    `PlanStandsThere`.
    """
    people = [*lockdown.exempt_person_ids, lockdown.on_behalf_of]
    await must_be_known(session, people, lockdown.exempt_tenant_ids)
    await premises.standing_zone(session, lockdown.zone_id, seen_by=by)
    if lockdown.plan_id is not None:
        lockdown.follow(await store.plan(session, lockdown.plan_id))
    with refuse_as({"lockdowns_plan_key": PlanStandsThere}):
        session.add(lockdown)
        await session.flush()
    await _tell_of_start(session, lockdown, by=by)


async def start_plan(
    session: AsyncSession,
    plan_id: UUID,
    *,
    reason: str,
    on_behalf_of: UUID | None,
    by: Person,
    at: datetime,
) -> Sequence[Lockdown]:
    """All zones of the plan are locked down, also those that had been released; what stands now.

    Raises `NoSuchPlan`, `NoSuchPerson`, `PlanHasNoZones`.
    """
    await must_be_known(session, [on_behalf_of])
    plan = await store.plan(session, plan_id)
    zones = await premises.standing_zones(session, plan.zone_ids)
    if not zones:
        raise PlanHasNoZones
    asked = [
        Lockdown(
            zone_id=zone.zone_id,
            reason=reason,
            started_at=at,
            started_by=by.person_id,
            on_behalf_of=on_behalf_of,
        )
        for zone in zones
    ]
    for each in asked:
        each.follow(plan)
    new = await store.add(session, asked)
    stand = await store.standing(session, plan_id=plan_id)
    for each in stand:
        if each.lockdown_id in new:
            await _tell_of_start(session, each, by=by)
    return stand


async def _tell_of_start(session: AsyncSession, lockdown: Lockdown, *, by: Person) -> None:
    await premises.await_first_badges(session, lockdown.zone_id)
    announce(session, lockdown.started())
    details = {"lockdown_id": lockdown.lockdown_id, "plan_id": lockdown.plan_id}
    await journal_act(
        session,
        "lockdown_started",
        by=by,
        at=lockdown.started_at,
        on_behalf_of=lockdown.on_behalf_of,
        zone_id=lockdown.zone_id,
        details={name: str(value) for name, value in details.items() if value is not None}
        | {"rank": lockdown.rank, "reason": lockdown.reason},
    )


async def release_lockdown(
    session: AsyncSession,
    lockdown_id: UUID,
    *,
    on_behalf_of: UUID | None,
    by: Person,
    at: datetime,
) -> Lockdown:
    """This one ends; others of the zone stand. Raises `NoSuchLockdown`, `LockdownReleased`."""
    await must_be_known(session, [on_behalf_of])
    lockdown = await store.lockdown(session, lockdown_id)
    await _release(session, lockdown, on_behalf_of=on_behalf_of, by=by, at=at)
    return lockdown


async def release_plan(
    session: AsyncSession, plan_id: UUID, *, on_behalf_of: UUID | None, by: Person, at: datetime
) -> Sequence[Lockdown]:
    """All that stands of a plan ends, also of one delisted meanwhile. Raises `PlanNotStarted`."""
    await must_be_known(session, [on_behalf_of])
    stand = await store.standing(session, plan_id=plan_id)
    if not stand:
        raise PlanNotStarted
    for lockdown in stand:
        await _release(session, lockdown, on_behalf_of=on_behalf_of, by=by, at=at)
    return stand


async def _release(
    session: AsyncSession,
    lockdown: Lockdown,
    *,
    on_behalf_of: UUID | None,
    by: Person,
    at: datetime,
) -> None:
    announce(session, lockdown.release(by=by.person_id, at=at))
    await journal_act(
        session,
        "lockdown_ended",
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        zone_id=lockdown.zone_id,
        details={"lockdown_id": str(lockdown.lockdown_id)},
    )


async def list_plan(session: AsyncSession, plan: Plan, *, by: Person) -> None:
    """A plan for the day it is needed. Raises `NoSuchZone`, `NoSuchPerson`, `NoSuchTenant`."""
    await _must_fit(session, plan)
    session.add(plan)
    await session.flush()
    await _tell_of_plan(session, "lockdown_plan_listed", plan, by=by, at=plan.made_at)


async def change_plan(
    session: AsyncSession, plan: Plan, asked: Plan, *, by: Person, at: datetime
) -> None:
    """It says what is asked; lockdowns that stand stay as they are. Raises as `list_plan`."""
    await _must_fit(session, asked)
    plan.change(asked)
    await _tell_of_plan(session, "lockdown_plan_changed", plan, by=by, at=at)


async def delist_plan(session: AsyncSession, plan: Plan, *, by: Person, at: datetime) -> None:
    """It is started no more; lockdowns that stand stay as they are."""
    plan.delist()
    await _tell_of_plan(session, "lockdown_plan_delisted", plan, by=by, at=at)


async def _tell_of_plan(
    session: AsyncSession, verb: str, plan: Plan, *, by: Person, at: datetime
) -> None:
    told = plan.model_dump(mode="json", exclude={"made_at", "is_listed", "version"})
    await journal_act(session, verb, by=by, at=at, details=told)


async def _must_fit(session: AsyncSession, plan: Plan) -> None:
    await must_be_known(session, plan.exempt_person_ids, plan.exempt_tenant_ids)
    if len(await premises.standing_zones(session, plan.zone_ids)) < len(set(plan.zone_ids)):
        raise NoSuchZone
