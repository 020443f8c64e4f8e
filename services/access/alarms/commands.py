"""What can be asked of alarms: raise one, clear one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms import store
from services.access.alarms.domain import Alarm
from shared.events.access import AlarmKind
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce


async def raise_alarm(
    session: AsyncSession, kind: AlarmKind, *, source: str, zone_id: UUID | None, at: datetime
) -> None:
    """Ask security to look, unless it was asked already."""
    alarm = Alarm(kind=kind, source=source, zone_id=zone_id, raised_at=at)
    if await store.add(session, alarm):
        announce(session, alarm.raised())


async def clear_alarm(session: AsyncSession, alarm_id: UUID, *, by: Person, at: datetime) -> Alarm:
    """Somebody has dealt with it. Raises `NoSuchAlarm`, `AlreadyCleared`."""
    by.must_have(Role.SECURITY, Role.OPERATOR)
    alarm = await store.alarm(session, alarm_id)
    announce(session, alarm.clear(by=by.person_id, at=at))
    return alarm
