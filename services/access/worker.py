"""What access does beside relay, inbox and timers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.access.counted import Counted
from services.access.heartbeats.commands import look_for_silence
from services.access.policy.store import forget_changes
from services.access.rights.store import end_what_is_over
from services.access.settings import AccessSettings
from shared.messaging.outbox import driver_in_transaction
from shared.web import Ground
from shared.worker import Loop

KEPT_VERSIONS = 10_000
"""Who is further behind loads the whole policy anew."""
ONCE_AN_HOUR = 3600.0
PULSES_AT_ONCE = 1000
OVER_FOR = timedelta(days=7)
"""Until then a read says that a right is over, rather than that there is none."""


def loops(ground: Ground) -> Sequence[Loop]:
    """Forgets what changed in the policy long ago; ends rights that have been over for days; notes
    which controllers have fallen silent; counts those, and open alarms.
    """
    settings = ground.settings
    assert isinstance(settings, AccessSettings)

    async def forget() -> bool:
        async with ground.database.transaction() as session:
            await forget_changes(await driver_in_transaction(session), keep=KEPT_VERSIONS)
        return False

    async def end_rights() -> bool:
        async with ground.database.transaction() as session:
            return await end_what_is_over(session, before=ground.clock() - OVER_FOR)

    async def note_silence() -> bool:
        async with ground.database.transaction() as session:
            before = ground.clock() - settings.silent_after
            await look_for_silence(session, before=before, limit=PULSES_AT_ONCE)
        return False

    return [
        Loop("policy.forget", forget, every=ONCE_AN_HOUR),
        Loop("rights.end", end_rights, every=ONCE_AN_HOUR),
        Loop("silence.note", note_silence, every=settings.access_silence_seconds),
        Counted(ground).loop(),
    ]
