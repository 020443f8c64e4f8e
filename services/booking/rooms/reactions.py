"""What rooms do when access speaks: special days close them, emergencies keep people away."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.inbox import inbox
from services.booking.rooms import store
from services.booking.rooms.domain import Emergency, KnownEmergency, KnownSpecialDay
from shared.events.access import (
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
