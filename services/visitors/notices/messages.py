"""Notices as messages on a tenant's channels: one sentence each, in the tenant's language.

One rule: a name is text and nothing else, whatever a vendor makes of its characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import (
    MESSAGE_STALE_AFTER,
    Became,
    Notice,
    NoticeChannel,
    NoticeKind,
    Outcome,
    Particulars,
)
from services.visitors.notices.letters import Names, isolated, values_of
from services.visitors.notices.speaking import NotSaid, Speaker
from services.visitors.surroundings import surroundings_of
from shared import directory
from shared.events.directory import Language, PersonFacts, TenantFacts
from shared.sealing import Seal, SealBroken
from shared.web.language import Catalogue

log = structlog.get_logger(__name__)

MESSAGES_AT_ONCE = 8
LONGEST_MESSAGE = timedelta(seconds=30)
"""A vendor has ten for its answer; more only where it sends that byte by byte."""
CODE = "Code for the desk: {desk_code}"
SENTENCES = {
    NoticeKind.HOST_TOLD: "{visitor_and_company} is here for {host}.",
    NoticeKind.VISITOR_ARRIVED: "{visitor_and_company} has come in, on the way to {host}.",
    NoticeKind.CO_HOST_TOLD: (
        "{visitor_and_company} is here for {host}, who has not reacted within {minutes} minutes."
    ),
    NoticeKind.DESK_TOLD: (
        "Nobody has come for {visitor_and_company}, who is here for {host}: no reaction within "
        "{minutes} minutes."
    ),
    NoticeKind.APPROVAL_ASKED: (
        "{visitor_and_company} would like to visit {host}, and the desk waits for your word."
    ),
    NoticeKind.LET_IN_UNAWAITED: (
        "{visitor_and_company} has come in, though the visit to {host} is off or for another day."
    ),
    NoticeKind.VISITOR_LATE: (
        "{visitor_and_company} will be {minutes} minutes late for {host} ({day}, {from_time})."
    ),
    NoticeKind.VISITOR_NOT_COMING: (
        "{visitor_and_company} is not coming to {host} ({day}, {from_time}); the visit is "
        "cancelled."
    ),
}
"""In English; the catalogue has the other languages."""
WITHOUT_CODE = frozenset({NoticeKind.VISITOR_LATE, NoticeKind.VISITOR_NOT_COMING})
_MARKS = re.compile(r"[<>\[\]`*_~|\\@#]+")
"""By which chats make links, mentions and shapes of text."""


@dataclass(frozen=True)
class Message:
    """What is said, and where."""

    address: str
    text: str


@dataclass(frozen=True)
class Spoken:
    """One attempt that has begun: the message, or why there is none."""

    key: UUID
    """The notice's id."""
    number: int
    tenant_id: UUID
    channel: str
    message: Message | NotSaid


@dataclass(frozen=True)
class Messages:
    """The notices that go by a tenant's channel."""

    speaker: Speaker
    catalogue: Catalogue

    async def claim(
        self, session: AsyncSession, *, at: datetime, busy: Collection[UUID], limit: int
    ) -> Sequence[Spoken]:
        begun = []
        for notice in await store.due_notices(session, at=at, limit=limit, are_messages=True):
            if at - notice.created_at > MESSAGE_STALE_AFTER:
                notice.overtaken(reason="this was old news before it could be said")
                continue
            begun.append(await self._begin(session, notice, at=at))
        return begun

    async def _begin(self, session: AsyncSession, notice: Notice, *, at: datetime) -> Spoken:
        session.add(notice.begin(at=at))
        says, name = notice.says, notice.channel or ""
        host = await directory.person(session, says.host_id)
        tenant = await directory.tenant(session, says.tenant_id)
        channel = await store.find_channel(session, says.tenant_id, name)
        seal = surroundings_of(session).seal
        return Spoken(
            key=notice.id,
            number=notice.attempts,
            tenant_id=says.tenant_id,
            channel=name,
            message=self._message(notice, channel, host=host, tenant=tenant, seal=seal),
        )

    def _message(
        self,
        notice: Notice,
        channel: NoticeChannel | None,
        *,
        host: PersonFacts | None,
        tenant: TenantFacts | None,
        seal: Seal,
    ) -> Message | NotSaid:
        language = tenant.language if tenant else notice.says.language
        names = Names.of(host, tenant)
        try:
            if channel is None:
                return NotSaid("this channel was removed")
            address = channel.leads_to(seal)
            return Message(
                address, self.text_of(notice.kind, notice.says, names=names, language=language)
            )
        except SealBroken:
            return NotSaid("the key that sealed its address is gone; set it again")
        except Exception as broken:  # one notice that cannot be written must not hold up the others
            kind = type(broken).__name__
            log.error("notice.broken", notice_id=str(notice.id), error=kind)
            return NotSaid(f"cannot be written: {kind}")

    def text_of(
        self, kind: NoticeKind, says: Particulars, *, names: Names, language: Language
    ) -> str:
        """What is said of it."""
        values = values_of(says, names=names, language=language)
        plain = {name: " ".join(_MARKS.sub(" ", text).split()) for name, text in values.items()}
        if language == "ar":
            plain = isolated(plain)
        sentences = [SENTENCES[kind]] if kind in WITHOUT_CODE else [SENTENCES[kind], CODE]
        said = (self.catalogue.text(each, language=language) for each in sentences)
        return " ".join(each.format_map(plain) for each in said)

    async def attempt(self, begun: Spoken) -> Became:
        if isinstance(begun.message, NotSaid):
            return Became(Outcome.REFUSED, str(begun.message))
        try:
            await self.speaker.say(begun.message.address, begun.message.text)
        except NotSaid as unsaid:
            return self.unsent(str(unsaid))
        return Became(Outcome.ACCEPTED, "taken")

    def unsent(self, reason: str) -> Became:
        return Became(Outcome.DEFERRED, reason)

    async def note(
        self, session: AsyncSession, begun: Spoken, became: Became, *, at: datetime
    ) -> None:
        await store.note(session, begun.key, number=begun.number, became=became, at=at)
        channel = await store.find_channel(session, begun.tenant_id, begun.channel, lock=True)
        if channel is not None and became.outcome is Outcome.ACCEPTED:
            channel.answered()
        elif channel is not None:
            channel.failed(at=at, reason=became.reply)
        log.info("message.attempted", notice_id=str(begun.key), outcome=became.outcome.value)
