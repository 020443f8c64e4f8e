"""Sends what is queued: claim, send, note the outcome; sending is outside any transaction.

One rule: an attempt is written down before it is made. What is lost on the way (the process, the
answer) is tried again with the same Message-ID; what is known to be accepted never is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import (
    WITH_PASS,
    Notice,
    NoticeAttempt,
    Outcome,
)
from services.visitors.notices.letters import Names
from services.visitors.notices.mails import Recipient, Sender, mail_of
from services.visitors.passes.domain import PassKeyChanged
from services.visitors.surroundings import surroundings_of
from shared import directory
from shared.clock import Clock
from shared.database import Database
from shared.events.directory import PersonFacts, TenantFacts
from shared.mail import MailDeferred, Mailer, MailRefused

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Mails in one round."""
LOST_AFTER = timedelta(minutes=2)
"""Longer than any mailer takes; then an attempt of which nothing was heard is repeated."""


@dataclass(frozen=True)
class Claimed:
    """One attempt that has begun: the mail, or why there is none."""

    notice_id: UUID
    number: int
    mail: EmailMessage | MailDeferred | MailRefused


@dataclass(frozen=True)
class Delivery:
    """The worker's loop over the queue."""

    database: Database
    mailer: Mailer
    sender: Sender
    clock: Clock

    async def round(self) -> bool:
        """Sends what is due; true if there may be more."""
        claimed = await self._claim()
        outcomes = await asyncio.gather(*(self._attempt(each) for each in claimed))
        for each, (outcome, reply) in zip(claimed, outcomes, strict=True):
            await self._note(each, outcome, reply)
        return len(claimed) == AT_ONCE

    async def _claim(self) -> Sequence[Claimed]:
        now = self.clock()
        async with self.database.transaction() as session:
            claimed = []
            for notice in await store.due_notices(session, at=now, limit=AT_ONCE):
                if notice.kind in WITH_PASS and notice.says.ends_at <= now:
                    notice.overtaken(reason="the visit was over before this could be sent")
                    continue
                claimed.append(await self._begin(session, notice, at=now))
        return claimed

    async def _begin(self, session: AsyncSession, notice: Notice, *, at: datetime) -> Claimed:
        notice.attempts += 1
        notice.next_at = at + LOST_AFTER
        session.add(NoticeAttempt(notice_id=notice.id, number=notice.attempts, began_at=at))
        mail: EmailMessage | MailDeferred | MailRefused
        try:
            mail = await self._mail(session, notice)
        except (MailDeferred, MailRefused) as none:
            mail = none
        except PassKeyChanged as lost:
            mail = MailRefused(lost.message)
        return Claimed(notice_id=notice.id, number=notice.attempts, mail=mail)

    async def _mail(self, session: AsyncSession, notice: Notice) -> EmailMessage:
        says = notice.says
        host = await directory.person(session, says.host_id)
        tenant = await directory.tenant(session, says.tenant_id)
        if notice.is_to_host:
            to = host_or_desk(host, tenant)
            notice.to_address = to.address
        else:
            to = Recipient(says.visitor_name, notice.to_address or "", says.language)
        return mail_of(
            notice,
            to=to,
            names=Names(
                host=host.display_name if host else None, tenant=tenant.name if tenant else None
            ),
            sender=self.sender,
            pass_key=surroundings_of(session).pass_key,
        )

    async def _attempt(self, claimed: Claimed) -> tuple[Outcome, str]:
        if not isinstance(claimed.mail, EmailMessage):
            is_final = isinstance(claimed.mail, MailRefused)
            return (Outcome.REFUSED if is_final else Outcome.DEFERRED), str(claimed.mail)
        try:
            return Outcome.ACCEPTED, await self.mailer.send(claimed.mail)
        except MailRefused as refused:
            return Outcome.REFUSED, str(refused)
        except MailDeferred as deferred:
            return Outcome.DEFERRED, str(deferred)

    async def _note(self, claimed: Claimed, outcome: Outcome, reply: str) -> None:
        now = self.clock()
        async with self.database.transaction() as session:
            notice = await store.notice(session, claimed.notice_id)
            attempt = await store.attempt(session, claimed.notice_id, number=claimed.number)
            attempt.outcome, attempt.reply, attempt.ended_at = outcome, reply, now
            match outcome:
                case Outcome.ACCEPTED:
                    notice.accepted(at=now)
                case Outcome.REFUSED:
                    notice.refused(reason=reply)
                case Outcome.DEFERRED:
                    notice.deferred(at=now, reason=reply)
        log.info(
            "notice.attempted",
            notice_id=str(claimed.notice_id),
            number=claimed.number,
            outcome=outcome.value,
        )


def host_or_desk(host: PersonFacts | None, tenant: TenantFacts | None) -> Recipient:
    """The host; where they have left, their tenant's desk. Raises `MailDeferred` for nobody."""
    if host is not None and host.is_listed:
        return Recipient(host.display_name, host.email, host.language)
    if tenant is not None and tenant.desk_address is not None:
        return Recipient(tenant.name, tenant.desk_address, tenant.language)
    raise MailDeferred("neither the host's nor the desk's address is known")
