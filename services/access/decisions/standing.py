"""Where a holder and others stand, read under a lock for the rules that ask for it.

One rule: the locks are held until the decision is written, so that of two reads at once the second
sees what became of the first, on whatever process.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from services.access.decisions import store
from services.access.decisions.domain import BadgeFound, Found, PassFound, Reason, Standing
from services.access.policy.domain import EnteredZone
from services.access.premises.domain import AntiPassback
from services.access.presence.domain import ENTERING_COUNTS_FOR
from services.access.presence.store import Whereabouts, lock, others_within, whereabouts
from shared.database import Driver
from shared.events.access import HolderKind

JUST_NOW = timedelta(seconds=30)
"""Within that time two reads at one access point are one coming together."""

Within = Mapping[UUID, frozenset[UUID]]


async def standing_of(
    connection: Driver, found: Found, *, within: Within, at: datetime
) -> Standing:
    """What the rules of the zones that are entered ask for."""
    holder = found.holder
    assert holder is not None
    counted = [
        zone for zone in found.point.entered if zone.rules.max_people or zone.rules.min_people > 1
    ]
    await lock(connection, [holder.holder_id, *(zone.zone_id for zone in counted)])
    kind = HolderKind.PERSON if isinstance(holder, BadgeFound) else HolderKind.VISITOR
    where = await whereabouts(connection, kind, holder.holder_id)
    others = {
        zone.zone_id: await others_within(
            connection, within[zone.zone_id], beside=holder.holder_id, at=at
        )
        for zone in counted
    }
    return Standing(
        is_inside=(where.is_inside or where.entering_by is not None)
        and not where.counts_as_outside,
        passback=_passback(found.point.entered, where, within=within, at=at),
        is_full=any(
            zone.rules.max_people is not None and others[zone.zone_id] >= zone.rules.max_people
            for zone in counted
        ),
        would_be_alone=any(
            zone.rules.min_people > 1 and others[zone.zone_id] == 0 for zone in counted
        )
        and not await _came_with_somebody(connection, found, at=at),
        has_escort=isinstance(holder, PassFound)
        and found.needs_escort
        and await _is_escorted(connection, found, holder, at=at),
    )


def _passback(
    entered: tuple[EnteredZone, ...], where: Whereabouts, *, within: Within, at: datetime
) -> tuple[str, ...]:
    """The kinds of anti-passback of the zones in which the holder is already."""
    if where.counts_as_outside:
        return ()
    return tuple(
        zone.rules.anti_passback.value
        for zone in entered
        if zone.rules.anti_passback is not AntiPassback.NONE
        and _is_within(zone, where, within[zone.zone_id], at=at)
    )


def _is_within(
    zone: EnteredZone, where: Whereabouts, zones: frozenset[UUID], *, at: datetime
) -> bool:
    forgets_after = zone.rules.forgets_after
    if where.entering_at is not None and where.entering_zone_id in zones:
        remembers_for = forgets_after or ENTERING_COUNTS_FOR
        if at - where.entering_at < min(remembers_for, ENTERING_COUNTS_FOR):
            return True
    if not where.is_inside or where.zone_id not in zones or where.since is None:
        return False
    return forgets_after is None or at - where.since < forgets_after


async def _came_with_somebody(connection: Driver, found: Found, *, at: datetime) -> bool:
    """Whether somebody else who may pass has read here just now."""
    assert found.holder is not None
    return await store.has_somebody_else_read(
        connection,
        found.point.access_point_id,
        since=at - JUST_NOW,
        reasons=(Reason.RIGHT, Reason.SECOND_PERSON_NEEDED),
        person_id=found.holder.holder_id,
    )


async def _is_escorted(
    connection: Driver, found: Found, holder: PassFound, *, at: datetime
) -> bool:
    """Whether one of the visitor's escorts was let through here just now."""
    return await store.has_one_of_them_read(
        connection,
        found.point.access_point_id,
        since=at - JUST_NOW,
        reasons=(Reason.RIGHT, Reason.UNLOCKED),
        person_ids=holder.escort_ids,
    )
