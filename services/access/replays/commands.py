"""What can be asked of replays: what a change that the caller might make would have done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.ceilings import store as ceilings
from services.access.ceilings.commands import ceiling_to_end, ceiling_to_set
from services.access.ceilings.domain import Ceiling
from services.access.groups import store as groups
from services.access.journal.commands import journal_act
from services.access.premises import store as premises
from services.access.replays import store
from services.access.replays.domain import (
    Change,
    EndCeiling,
    EndRight,
    GrantRight,
    NoSuchMember,
    RemoveMember,
    Replay,
    Rules,
    Scope,
    SetCeiling,
)
from services.access.rights.claims import claims
from services.access.rights.commands import PARK_WIDE, right_to_end, right_to_grant
from services.access.rights.domain import Right
from services.access.rights.effective import Cap, Claim
from services.access.rights.hours import opening_hours
from shared.identity.listed import Person

MOST_READS = 200_000
MOST_SECONDS = 8.0
"""Of one replay. What is older than was reached in that is left out, and said to be."""

Proposal = tuple[Scope, Callable[[Rules], Rules]]
"""Which reads a change can touch, and what the rules would be with it."""


@dataclass(frozen=True)
class Outcome:
    """A replay and what it covers."""

    replay: Replay
    since: datetime
    """Reads before that were not judged, or not any more."""
    is_complete: bool
    erased: int | None
    """None: the caller may not know."""


async def replay_change(
    session: AsyncSession,
    change: Change,
    *,
    since: datetime,
    until: datetime,
    by: Person,
    at: datetime,
) -> Outcome:
    """Judges the reads of a window with and without the change; nothing is changed by it. Raises
    whatever the change itself would.
    """
    scope, changed = await _propose(session, change, by=by)
    rules = await store.rules(session, scope, since=since)
    with_it = changed(rules)
    named = rules.schedule_ids | with_it.schedule_ids
    replay = Replay(rules, with_it, await opening_hours(session, named))
    tenant_id = None if by.has(*PARK_WIDE) else by.tenant_id
    reads = await store.reads(session, scope, since=since, until=until)
    is_complete, reached = True, until
    deadline = asyncio.get_running_loop().time() + MOST_SECONDS
    async with aclosing(reads.newest_first(tenant_id=tenant_id)) as newest_first:
        async for read in newest_first:
            if replay.judged >= MOST_READS or asyncio.get_running_loop().time() > deadline:
                is_complete = False
                break
            replay.judge(read)
            reached = read.at
    since = since if is_complete else reached
    erased = None if tenant_id is not None else await reads.erased(since=since)
    details = {"change": type(change).__name__, "since": since.isoformat()}
    await journal_act(session, "change_replayed", by=by, at=at, details=details)
    return Outcome(replay, since, is_complete, erased)


async def _propose(session: AsyncSession, change: Change, *, by: Person) -> Proposal:
    match change:
        case GrantRight(right):
            return await _grant(session, right, by=by)
        case EndRight(right_id):
            return await _end(session, right_id, by=by)
        case SetCeiling(ceiling):
            return await _set(session, ceiling, by=by)
        case EndCeiling(ceiling_id):
            return await _lift(session, ceiling_id, by=by)
        case RemoveMember(group_id, person_id):
            return await _remove(session, group_id, person_id, by=by)


async def _grant(session: AsyncSession, right: Right, *, by: Person) -> Proposal:
    await right_to_grant(session, right, by=by)
    zone_id = right.zone_id
    if right.access_point_id is not None:
        point = await premises.access_point(session, right.access_point_id)
        zone_id = None if point is None else point.to_zone_id
    zone = None if zone_id is None else await premises.zone(session, zone_id, seen_by=by)
    claim = Claim.of(right, zone)
    return Scope.of([claim]), lambda rules: rules.with_claim(claim)


async def _end(session: AsyncSession, right_id: UUID, *, by: Person) -> Proposal:
    right = await right_to_end(session, right_id, by=by)
    scope = Scope.of(await claims(session, [right_id]))
    return scope, lambda rules: rules.without_right(right_id, of=right.holder_id)


async def _set(session: AsyncSession, ceiling: Ceiling, *, by: Person) -> Proposal:
    await ceiling_to_set(session, ceiling, by=by)
    where = {"zone_id": ceiling.zone_id, "tenant_id": ceiling.tenant_id}
    cap = Cap.of(ceiling)
    scope = Scope.of(await store.claims_under(session, **where))
    return scope, lambda rules: rules.with_cap(cap, **where)


async def _lift(session: AsyncSession, ceiling_id: UUID, *, by: Person) -> Proposal:
    ceiling = await ceilings.ceiling(session, ceiling_id, seen_by=by)
    ceiling_to_end(ceiling, by=by)
    under = await store.claims_under(session, ceiling.zone_id, tenant_id=ceiling.tenant_id)
    return Scope.of(under), lambda rules: rules.without_cap(ceiling_id)


async def _remove(
    session: AsyncSession, group_id: UUID, person_id: UUID, *, by: Person
) -> Proposal:
    group = await groups.group(session, group_id, seen_by=by)
    group.must_be_kept_by(by)
    if not await groups.is_member(session, group_id, person_id):
        raise NoSuchMember
    held = Scope.of(await store.claims_of_holder(session, group_id))
    scope = Scope(held.zone_ids, person_ids=(person_id,))
    return scope, lambda rules: rules.without_member(group_id, person_id)
