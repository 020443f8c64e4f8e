"""The policy, loaded: as a whole the first time, afterwards only what changed since.

Through the driver, in one repeatable-read transaction, so that what is loaded is exactly one
version. It is put into the policy at once, when all of it is there: nobody sees half of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from uuid import UUID

from services.access.policy.domain import UNKNOWN, Policy
from services.access.policy.store.parts import LOADS
from services.access.policy.watched import Part
from shared.database import Driver

__all__ = ["catch_up", "forget_changes", "version"]

_VERSION = "SELECT version FROM policy_version"
_SINCE = """
SELECT part, array_agg(DISTINCT id) AS ids
FROM policy_changes LEFT JOIN unnest(ids) AS id ON true
WHERE version > $1 GROUP BY part
"""
_UNDER_CEILINGS = """
SELECT array_agg(DISTINCT r.holder_id)
FROM rights AS r LEFT JOIN access_points AS a USING (access_point_id)
WHERE r.is_under_ceiling AND r.ended_at IS NULL AND coalesce(r.zone_id, a.to_zone_id) = ANY($1)
"""
"""Whose rights are worth something else where a zone is let, or shared again."""
_KEPT_SINCE = "SELECT coalesce(min(version), 0) FROM policy_changes"
_FORGET = """
DELETE FROM policy_changes WHERE version < (
    SELECT max(version) - $1 FROM policy_changes)
"""


async def version(connection: Driver) -> int:
    """The number of the last transaction that changed the policy."""
    found: int = await connection.fetchval(_VERSION)
    return found


async def catch_up(policy: Policy, connection: Driver) -> None:
    """Brings the policy to the database's present version."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        now = await version(connection)
        if now == policy.version:
            return
        changed = await _changed(connection, known=policy.version, now=now)
        is_whole = None in changed.values()
        with _collecting_nothing() if is_whole else nullcontext():
            loaded = [await LOADS[part](connection, ids) for part, ids in changed.items()]
    for put in loaded:
        put(policy)
    policy.version = now
    if is_whole:
        gc.freeze()  # it stays: no collection need look through all of it


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Hundreds of thousands of values come, and none goes: looking for garbage takes longer than
    the load itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def _changed(connection: Driver, *, known: int, now: int) -> Mapping[Part, list[UUID] | None]:
    """Which ids of which parts are not as known any more; None: all of them."""
    if known == UNKNOWN or known > now or await connection.fetchval(_KEPT_SINCE) > known + 1:
        return dict.fromkeys(LOADS)
    changed = {Part(row["part"]): row["ids"] for row in await connection.fetch(_SINCE, known)}
    if Part.PREMISES in changed:
        holders = await connection.fetchval(_UNDER_CEILINGS, changed[Part.PREMISES])
        changed[Part.RIGHT] = [*changed.get(Part.RIGHT, ()), *(holders or ())]
    return changed


async def forget_changes(connection: Driver, *, keep: int) -> None:
    """Of what changed, only the last versions are kept; who is further behind loads all."""
    await connection.execute(_FORGET, keep)
