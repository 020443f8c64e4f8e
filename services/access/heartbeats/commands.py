"""What can be asked of heartbeats: take one, and look for controllers that send none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.heartbeats import store
from shared.messaging.outbox import announce


async def beat(session: AsyncSession, controller_id: UUID, *, at: datetime) -> None:
    """The controller lives; where it was silent, all learn that it is heard again."""
    pulse = await store.pulse(session, controller_id, at=at)
    for event in pulse.hear(at=at):
        announce(session, event)


async def look_for_silence(session: AsyncSession, *, before: datetime, limit: int) -> None:
    """Whoever gave no sign of life since then has fallen silent. A read at one of its doors is a
    sign, too.
    """
    overdue = await store.overdue(session, before=before, limit=limit)
    zone_ids = await store.zones_behind(session, [pulse.controller_id for pulse, _ in overdue])
    for pulse, read_at in overdue:
        sign = max(pulse.heard_at, read_at or pulse.heard_at)
        if sign > before:
            events = pulse.hear(at=sign)
        else:
            behind = zone_ids.get(pulse.controller_id, [])
            events = pulse.fall_silent(since=sign, zone_ids=behind)
        for event in events:
            announce(session, event)
