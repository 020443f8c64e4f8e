"""Who is told that a visitor is here: the host, then the co-hosts, then the tenant's desk.

One rule: each of them once for each arrival or check-in, and the next only after nobody has reacted
for as long as the tenant's policy says.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import tell_co_hosts, tell_desk, tell_host
from services.visitors.notices.domain import NoticeKind, Particulars
from services.visitors.notices.store import was_told
from services.visitors.policies.store import policy_for
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.calling import NEWS_FOR, meet, unanswered_since
from shared import directory
from shared.messaging.timers import cancel_timer, set_timer

UNANSWERED = "visit.host_unanswered"
"""The timer that goes off when nobody has reacted; its key is the visit's id."""


async def call_host(
    session: AsyncSession, visit: Visit, visitor: Visitor, kind: NoticeKind, *, at: datetime
) -> None:
    """The host is told that the visitor is here, and has some minutes to react."""
    visit.host_told_at = at
    await tell_host(session, particulars(visit, visitor), at=at, kind=kind)
    if visit.host_coming_at is None:
        due_at = at + (await policy_for(session, visit.tenant_id)).escalate_after
        await set_timer(session, UNANSWERED, key=str(visit.id), due_at=due_at)


async def end_call(session: AsyncSession, visit: Visit) -> None:
    """Nobody else need be told."""
    if visit.host_told_at is not None:
        await cancel_timer(session, UNANSWERED, key=str(visit.id))


async def acknowledge(
    session: AsyncSession, visit: Visit, *, person_id: UUID, at: datetime
) -> None:
    """Somebody goes to meet the visitor. Raises `NobodyToMeet`."""
    meet(visit, person_id=person_id, at=at)
    await end_call(session, visit)


async def call_further(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, at: datetime
) -> None:
    """Nobody has reacted: the co-hosts are told, or the desk where they were, or there are none."""
    since = unanswered_since(visit)
    if since is None:
        return
    after = (await policy_for(session, visit.tenant_id)).escalate_after
    if at - since > 2 * after + NEWS_FOR:
        return
    minutes = int((at - since).total_seconds() // 60)
    says = particulars(visit, visitor).model_copy(update={"unanswered_minutes": minutes})
    co_hosts = [each for each in visit.co_host_ids if await _is_listed(session, each)]
    kind = NoticeKind.CO_HOST_TOLD
    if co_hosts and not await was_told(session, visit.id, kind, since=since):
        await tell_co_hosts(session, says, co_hosts, at=at)
        await set_timer(session, UNANSWERED, key=str(visit.id), due_at=at + after)
    else:
        await tell_desk(session, says, at=at)


async def _is_listed(session: AsyncSession, person_id: UUID) -> bool:
    person = await directory.person(session, person_id)
    return person is not None and person.is_listed


def particulars(visit: Visit, visitor: Visitor) -> Particulars:
    """What a notice about this visit says."""
    return Particulars(
        visit_id=visit.id,
        tenant_id=visit.tenant_id,
        host_id=visit.host_id,
        visitor_name=visitor.display_name,
        company=visitor.company,
        email=visitor.email,
        language=visit.language,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        timezone=visit.timezone,
        desk_code=visit.desk_code,
        pass_rotation=visit.pass_rotation,
        pass_digest=visit.pass_digest,
        calendar_sequence=visit.calendar_sequence,
        zone_ids=tuple(visit.zone_ids),
        room_zone_id=visit.room_zone_id,
        approval_by=None if visit.approval_by is None else visit.approval_by.value,
    )
