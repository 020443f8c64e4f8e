"""What access no longer tells of, as far as it concerns rooms."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.database import metadata
from shared.untold import Untold, end_rows

_DAYS = metadata.tables["known_special_days"]
_EMERGENCIES = metadata.tables["known_emergencies"]
_CONTROLLERS = metadata.tables["known_controllers"]


async def end_special_days(session: AsyncSession, untold: Untold) -> int:
    """They are days like any other."""
    stands = _DAYS.c.is_confirmed
    return len(await end_rows(session, _DAYS, untold, stands=stands, is_confirmed=False))


async def end_emergencies(session: AsyncSession, untold: Untold) -> int:
    """They are over."""
    stands = _EMERGENCIES.c.ended_at.is_(None)
    return len(await end_rows(session, _EMERGENCIES, untold, stands=stands, ended_at=untold.at))


async def end_silences(session: AsyncSession, untold: Untold) -> int:
    """The controllers are heard again."""
    stands = _CONTROLLERS.c.silent_since.is_not(None)
    heard = {"silent_since": None, "heard_at": untold.at}
    return len(await end_rows(session, _CONTROLLERS, untold, stands=stands, **heard))
