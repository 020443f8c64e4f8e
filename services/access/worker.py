"""What access does beside relay, inbox and timers."""

from __future__ import annotations

from collections.abc import Sequence

from services.access.policy.store import forget_changes
from shared.messaging.outbox import driver_in_transaction
from shared.web import Ground
from shared.worker import Loop

KEPT_VERSIONS = 10_000
"""Who is further behind loads the whole policy anew."""
ONCE_AN_HOUR = 3600.0


def loops(ground: Ground) -> Sequence[Loop]:
    """Forgets what changed in the policy long ago."""

    async def forget() -> bool:
        async with ground.database.transaction() as session:
            await forget_changes(await driver_in_transaction(session), keep=KEPT_VERSIONS)
        return False

    return [Loop("policy.forget", forget, every=ONCE_AN_HOUR)]
