"""What can be asked when somebody leaves, or a whole company does.

One rule: the commit that delists a company ends all that its people may do; they themselves are
delisted after it, in batches, since each of them is an event of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.departures import store
from services.access.departures.domain import OWN, Departure
from services.access.directory import commands as directory
from services.access.directory.domain import Tenant
from services.access.directory.store import accounts_of
from services.access.journal.commands import journal_act
from shared.events.directory import DelistingReason
from shared.identity.listed import Person as Caller
from shared.leaving import at_once
from shared.messaging.outbox import announce
from shared.messaging.timers import set_timer

PEOPLE_AT_ONCE = 500
"""As many of a company that has left are delisted in one transaction, usually."""

TENANT_LEAVING = "tenant_leaving"
"""The timer, by the tenant's id, that delists its people."""


async def delist_person(
    session: AsyncSession,
    person_id: UUID,
    *,
    reason: DelistingReason,
    successor_id: UUID | None,
    by: Caller,
    at: datetime,
) -> None:
    """Badges, rights and accounts are dead with this commit; how many, it says itself."""
    person = await directory.delist_person(
        session, person_id, reason=reason, successor_id=successor_id, by=by, at=at
    )
    await session.flush()
    await _answer(session, [person_id], at=at)
    await journal_act(
        session,
        "person_delisted",
        by=by,
        at=at,
        tenant_id=person.tenant_id,
        person_id=person_id,
        details={"reason": reason.value},
    )


async def delist_people(
    session: AsyncSession, person_ids: Sequence[UUID], *, reason: DelistingReason, at: datetime
) -> None:
    """Many at once, locked and listed, without successors."""
    accounts = await accounts_of(session, person_ids)
    people = await store.delist(session, person_ids, reason=reason, at=at)
    for person in people:
        announce(session, person.delisted(reason, accounts.get(person.person_id, ())))
    await _answer(session, person_ids, at=at)


async def _answer(session: AsyncSession, person_ids: Sequence[UUID], *, at: datetime) -> None:
    if not person_ids:
        return
    dead = await store.dead_with(session, person_ids, at=at)
    rows = [
        Departure(person_id=person_id, service=OWN, counts=counts, answered_at=at)
        for person_id, counts in dead.items()
    ]
    await store.keep_answers(session, rows)


async def delist_tenant(
    session: AsyncSession, tenant_id: UUID, *, by: Caller, at: datetime
) -> Tenant:
    """A company moves out. Its zones are the landlord's, whose operator acts, and never shared."""
    tenant = await directory.delist_tenant(session, tenant_id, by=by, at=at)
    zones = await store.zones_of_tenant(session, tenant_id)
    for zone in zones:
        announce(session, zone.fall_to(by.tenant_id))
    await set_timer(session, TENANT_LEAVING, key=str(tenant_id), due_at=at)
    details = {"zones": len(zones)}
    await journal_act(
        session, "tenant_delisted", by=by, at=at, tenant_id=tenant_id, details=details
    )
    return tenant


async def delist_people_of_tenant(session: AsyncSession, tenant_id: UUID, *, at: datetime) -> None:
    """A batch of them; the timer goes on where there may be more."""
    limit = at_once(session, usually=PEOPLE_AT_ONCE)
    people = await store.people_of_tenant(session, tenant_id, limit=limit)
    await delist_people(session, people, reason=DelistingReason.LEFT, at=at)
    if len(people) == limit:
        # Later than now, since the timer that is going off may be of this very moment.
        due_at = at + timedelta(milliseconds=1)
        await set_timer(session, TENANT_LEAVING, key=str(tenant_id), due_at=due_at)
