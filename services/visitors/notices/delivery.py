"""Sends what is queued: claim, send, note the outcome; sending is outside any transaction.

One rule: an attempt is written down before it is made, and what became of it as soon as it is
known. What is lost on the way (the process, the answer) is tried again with the same Message-ID;
what is known to be accepted never is.
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
from services.visitors.notices.mails import Sender, mail_of
from services.visitors.notices.readers import Readers
from services.visitors.passes.domain import PassKeyChanged
from services.visitors.surroundings import Surroundings, surroundings_of
from shared import directory
from shared.clock import Clock
from shared.database import Database
from shared.errors import TryLater
from shared.mail import MailDeferred, Mailer, MailRefused

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Mails in one round."""
DRAIN_SECONDS = 5
"""How long a worker that is told to stop waits for the mails on their way."""
LOST_AFTER = timedelta(minutes=2)
"""Then an attempt of which nothing was heard is repeated."""
LONGEST_ATTEMPT = timedelta(seconds=90)
"""Well below `LOST_AFTER`: who is still sending must not be taken for dead."""
NOTED_AGAIN_AFTER = 0.5
"""Seconds until an outcome is noted again where the database was away."""


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
    longest_attempt: timedelta = LONGEST_ATTEMPT

    async def round(self) -> bool:
        """Sends what is due; true if there may be more. Told to stop, it ends what it has begun."""
        claimed = await self._claim()
        sending = asyncio.gather(*(self._send(each) for each in claimed))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait([sending], timeout=DRAIN_SECONDS)
            sending.cancel()
            raise
        return len(claimed) == AT_ONCE

    async def _send(self, claimed: Claimed) -> None:
        outcome, reply = await self._attempt(claimed)
        while True:
            try:
                return await self._note(claimed, outcome, reply)
            except TryLater:
                await asyncio.sleep(NOTED_AGAIN_AFTER)

    async def _claim(self) -> Sequence[Claimed]:
        now = self.clock()
        async with self.database.transaction() as session:
            claimed = []
            for notice in await store.due_notices(session, at=now, limit=AT_ONCE):
                if notice.kind in WITH_PASS and notice.says.over_at <= now:
                    notice.overtaken(reason="the visit was over before this could be sent")
                    continue
                claimed.append(await self._begin(session, notice, at=now))
        return claimed

    async def _begin(self, session: AsyncSession, notice: Notice, *, at: datetime) -> Claimed:
        notice.attempts += 1
        notice.next_at = at + LOST_AFTER
        session.add(NoticeAttempt(notice_id=notice.id, number=notice.attempts, began_at=at))
        says = notice.says
        host = await directory.person(session, says.host_id)
        reader = notice.person_id and await directory.person(session, notice.person_id)
        tenant = await directory.tenant(session, says.tenant_id)
        around = surroundings_of(session)
        to = Readers(host=host, tenant=tenant, one=reader or None)
        mail = self._mail(notice, to=to, around=around)
        return Claimed(notice_id=notice.id, number=notice.attempts, mail=mail)

    def _mail(
        self, notice: Notice, *, to: Readers, around: Surroundings
    ) -> EmailMessage | MailDeferred | MailRefused:
        try:
            recipient = to.recipient(notice)
            notice.to_address = recipient.address
            return mail_of(
                notice,
                to=recipient,
                names=to.names,
                sender=self.sender,
                pass_key=around.pass_key,
                links=around.links,
            )
        except (MailDeferred, MailRefused) as none:
            return none
        except PassKeyChanged as lost:
            return MailRefused(lost.message)
        except Exception as broken:  # one notice that cannot be written must not hold up the others
            kind = type(broken).__name__
            log.error("notice.broken", notice_id=str(notice.id), error=kind)
            return MailDeferred(f"cannot be written: {kind}")

    async def _attempt(self, claimed: Claimed) -> tuple[Outcome, str]:
        if not isinstance(claimed.mail, EmailMessage):
            is_final = isinstance(claimed.mail, MailRefused)
            return (Outcome.REFUSED if is_final else Outcome.DEFERRED), str(claimed.mail)
        try:
            async with asyncio.timeout(self.longest_attempt.total_seconds()):
                return Outcome.ACCEPTED, await self.mailer.send(claimed.mail)
        except MailRefused as refused:
            return Outcome.REFUSED, str(refused)
        except (MailDeferred, TimeoutError) as deferred:
            return Outcome.DEFERRED, str(deferred) or "no answer in time"
        except Exception as broken:  # its neighbours' outcomes must be noted all the same
            kind = type(broken).__name__
            log.error("notice.broken", notice_id=str(claimed.notice_id), error=kind)
            return Outcome.DEFERRED, f"cannot be sent: {kind}"

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
