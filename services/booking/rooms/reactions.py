"""What rooms do when access speaks: special days close them, emergencies keep people away, and
behind silent controllers nobody is missed.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.inbox import inbox
from services.booking.rooms import store
from services.booking.rooms.domain import (
    Emergency,
    KnownController,
    KnownEmergency,
    KnownSpecialDay,
)
from shared.events.access import (
    ControllerEvent,
    ControllerHeard,
    ControllerSilenced,
    EvacuationEnded,
    EvacuationEvent,
    EvacuationFacts,
    EvacuationStarted,
    LockdownEnded,
    LockdownEvent,
    LockdownFacts,
    LockdownStarted,
)
from shared.events.base import Event
from shared.events.premises import SpecialDayConfirmed, SpecialDayEvent, SpecialDayWithdrawn


@inbox.on(SpecialDayConfirmed, SpecialDayWithdrawn)
async def keep_other_hours_on_the_special_day(
    event: SpecialDayEvent, session: AsyncSession
) -> None:
    facts = event.special_day
    day = KnownSpecialDay(
        special_day_id=facts.special_day_id,
        sequence=event.heard.sequence,
        day=facts.day,
        group_id=facts.group.group_id,
        group_code=facts.group.code,
        is_confirmed=facts.is_confirmed,
    )
    await store.learn(session, day)


@inbox.on(LockdownStarted, LockdownEnded)
async def send_nobody_into_the_lockdown(event: LockdownEvent, session: AsyncSession) -> None:
    facts = event.lockdown
    await _learn(session, event, facts, kind=Emergency.LOCKDOWN, emergency_id=facts.lockdown_id)


@inbox.on(EvacuationStarted, EvacuationEnded)
async def send_nobody_into_the_evacuation(event: EvacuationEvent, session: AsyncSession) -> None:
    facts = event.evacuation
    await _learn(session, event, facts, kind=Emergency.EVACUATION, emergency_id=facts.evacuation_id)


@inbox.on(ControllerSilenced, ControllerHeard)
async def miss_nobody_behind_a_silent_controller(
    event: ControllerEvent, session: AsyncSession
) -> None:
    facts = event.controller
    controller = KnownController(
        controller_id=facts.controller_id,
        sequence=event.heard.sequence,
        zone_ids=list(facts.zone_ids),
        silent_since=facts.silent_since,
        heard_at=facts.heard_at,
    )
    await store.learn(session, controller)


async def _learn(
    session: AsyncSession,
    event: Event,
    facts: LockdownFacts | EvacuationFacts,
    *,
    kind: Emergency,
    emergency_id: UUID,
) -> None:
    emergency = KnownEmergency(
        emergency_id=emergency_id,
        sequence=event.heard.sequence,
        kind=kind,
        zone_id=facts.zone_id,
        started_at=facts.started_at,
        ended_at=facts.ended_at,
    )
    await store.learn(session, emergency)
