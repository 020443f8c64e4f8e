"""What notices can be asked: to tell visitor, host or desk, in the caller's transaction; and where
else a tenant wants to read of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import (
    MOST_CHANNELS,
    ChannelAddressNeeded,
    Notice,
    NoticeChannel,
    NoticeKind,
    NoticeStatus,
    Particulars,
    Reader,
    TooManyChannels,
    reader_of,
)
from services.visitors.notices.domain.channels import vendor_of
from services.visitors.surroundings import surroundings_of
from shared.identity.listed import Person
from shared.remembering import found_once


@dataclass(frozen=True)
class WishedChannel:
    """What a channel is to be like."""

    address: str | None
    """None: as before."""
    kinds: frozenset[str]


async def channel_to_set(session: AsyncSession, tenant_id: UUID, name: str) -> NoticeChannel | None:
    """The tenant's channel of that name, locked; None where there is none, and nobody else makes
    one until this transaction ends. Raises `TooManyChannels`.
    """
    count = await store.hold_tenants_channels(session, tenant_id)
    known = await store.find_channel(session, tenant_id, name, lock=True)
    if known is None and count >= MOST_CHANNELS:
        raise TooManyChannels
    return known


def new_channel(
    session: AsyncSession,
    tenant_id: UUID,
    name: str,
    wish: WishedChannel,
    *,
    by: Person,
    at: datetime,
) -> NoticeChannel:
    """Raises `ChannelAddressNeeded`, `ChannelNotAllowed`."""
    if wish.address is None:
        raise ChannelAddressNeeded
    made = NoticeChannel(
        id=uuid4(),
        tenant_id=tenant_id,
        name=name,
        vendor=vendor_of(wish.address),
        address=b"",
        ending="",
        kinds=[],
        changed_by=by.person_id,
        changed_at=at,
    )
    session.add(made)
    return made


def set_channel(
    session: AsyncSession, channel: NoticeChannel, wish: WishedChannel, *, by: Person, at: datetime
) -> None:
    """From now on the tenant's notices go there too. Raises `ChannelNotAllowed`."""
    if wish.address is not None:
        channel.lead_to(wish.address, seal=surroundings_of(session).seal)
    channel.kinds = sorted(wish.kinds)
    channel.changed_by, channel.changed_at = by.person_id, at
    channel.version += 1


async def tell_visitor(
    session: AsyncSession, kind: NoticeKind, says: Particulars, *, at: datetime
) -> None:
    """Queues a mail to the visitor; without an address there is nobody to tell."""
    if says.email is not None:
        _queue(session, kind, says, at=at, reader=Reader.VISITOR, to_address=says.email)


async def tell_host(
    session: AsyncSession,
    says: Particulars,
    *,
    at: datetime,
    kind: NoticeKind = NoticeKind.HOST_TOLD,
) -> None:
    """Queues the mail that tells the host of the visitor's coming, or of what they say of it."""
    _queue(session, kind, says, at=at, reader=Reader.HOST)
    await _tell_channels(session, kind, says, at=at)


async def tell_co_hosts(
    session: AsyncSession, says: Particulars, person_ids: Sequence[UUID], *, at: datetime
) -> None:
    """Each of them is told that the visitor is here and the host has not reacted."""
    for person_id in person_ids:
        _queue(session, NoticeKind.CO_HOST_TOLD, says, at=at, reader=str(person_id))
    await _tell_channels(session, NoticeKind.CO_HOST_TOLD, says, at=at)


async def tell_desk(session: AsyncSession, says: Particulars, *, at: datetime) -> None:
    """The tenant's desk is told that the visitor is here and nobody has reacted."""
    _queue(session, NoticeKind.DESK_TOLD, says, at=at, reader=Reader.DESK)
    await _tell_channels(session, NoticeKind.DESK_TOLD, says, at=at)


async def warn_of_unawaited(session: AsyncSession, says: Particulars, *, at: datetime) -> None:
    """Host, desk and landlord are told that somebody is inside whom nobody has admitted."""
    kind = NoticeKind.LET_IN_UNAWAITED
    for reader in (Reader.HOST, Reader.DESK, Reader.LANDLORD):
        _queue(session, kind, says, at=at, reader=reader)
    await _tell_channels(session, kind, says, at=at)


async def ask_for_word(session: AsyncSession, says: Particulars, *, at: datetime) -> None:
    """Asks the host whether the visitor may come, or the desk where the tenant decides."""
    reader = Reader.DESK if says.approval_by == "tenant" else Reader.HOST
    _queue(session, NoticeKind.APPROVAL_ASKED, says, at=at, reader=reader)
    await _tell_channels(session, NoticeKind.APPROVAL_ASKED, says, at=at)


async def overtake_unsent(session: AsyncSession, visit_id: UUID, *, kind: NoticeKind) -> bool:
    """What nobody has tried to send yet to the visitor will not be; whether they may have heard
    of a visit by such a notice, or there never was one to be sent.
    """
    is_unheard = False
    for notice in await store.notices_of_visit(session, visit_id, lock=True):
        if not notice.is_to_visitor or notice.status is not NoticeStatus.QUEUED or notice.attempts:
            continue
        notice.overtaken(reason="another mail says what is new")
        is_unheard = is_unheard or notice.kind is kind
    return not is_unheard


async def take_back_invitation(session: AsyncSession, says: Particulars, *, at: datetime) -> None:
    """Tells the visitor that the visit is cancelled, if they may have heard of it at all."""
    may_know = False
    for notice in await store.notices_of_visit(session, says.visit_id, lock=True):
        if not notice.is_to_visitor:
            continue
        if notice.status is NoticeStatus.QUEUED and notice.attempts == 0:
            notice.overtaken(reason="the visit was cancelled before this was sent")
        elif notice.status is not NoticeStatus.SUPERSEDED:
            may_know = True
    if may_know:
        await tell_visitor(session, NoticeKind.CANCELLATION, says, at=at)


async def _tell_channels(
    session: AsyncSession, kind: NoticeKind, says: Particulars, *, at: datetime
) -> None:
    """The tenant's channels for this kind of notice get it too."""

    async def find() -> list[str]:
        return await store.channels_for(session, says.tenant_id, kind=kind)

    for name in await found_once(session, ("channels", says.tenant_id, kind), find):
        _queue(session, kind, says, at=at, reader=reader_of(name), channel=name)


def _queue(
    session: AsyncSession,
    kind: NoticeKind,
    says: Particulars,
    *,
    at: datetime,
    reader: str,
    to_address: str | None = None,
    channel: str | None = None,
) -> None:
    session.add(
        Notice(
            visit_id=says.visit_id,
            kind=kind,
            reader=reader,
            to_address=to_address,
            channel=channel,
            particulars=says.model_dump(mode="json"),
            next_at=at,
            created_at=at,
        )
    )
