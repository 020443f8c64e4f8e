"""What notices can be asked: to tell the visitor or the host, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import Notice, NoticeKind, NoticeStatus, Particulars


async def tell_visitor(
    session: AsyncSession, kind: NoticeKind, says: Particulars, *, at: datetime
) -> None:
    """Queues a mail to the visitor; without an address there is nobody to tell."""
    if says.email is not None:
        _queue(session, kind, says, at=at, to_address=says.email)


async def tell_host(
    session: AsyncSession,
    says: Particulars,
    *,
    at: datetime,
    kind: NoticeKind = NoticeKind.HOST_TOLD,
) -> None:
    """Queues the mail that tells the host of the visitor's coming, or of what they say of it."""
    _queue(session, kind, says, at=at, to_address=None)


async def take_back_invitation(session: AsyncSession, says: Particulars, *, at: datetime) -> None:
    """Tells the visitor that the visit is cancelled, if they may have heard of it at all."""
    may_know = False
    for notice in await store.notices_of_visit(session, says.visit_id, lock=True):
        if notice.is_to_host:
            continue
        if notice.status is NoticeStatus.QUEUED and notice.attempts == 0:
            notice.overtaken(reason="the visit was cancelled before this was sent")
        elif notice.status is not NoticeStatus.SUPERSEDED:
            may_know = True
    if may_know:
        await tell_visitor(session, NoticeKind.CANCELLATION, says, at=at)


def _queue(
    session: AsyncSession,
    kind: NoticeKind,
    says: Particulars,
    *,
    at: datetime,
    to_address: str | None,
) -> None:
    session.add(
        Notice(
            visit_id=says.visit_id,
            kind=kind,
            to_address=to_address,
            particulars=says.model_dump(mode="json"),
            next_at=at,
            created_at=at,
        )
    )
