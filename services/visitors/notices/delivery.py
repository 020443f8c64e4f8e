"""Notices as mails: made when they are claimed, handed to the mail server outside any transaction.

One rule: what is tried again goes with the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import WITH_PASS, Became, Notice, Outcome, Reader
from services.visitors.notices.mails import Sender, mail_of
from services.visitors.notices.places import NOWHERE, place_of
from services.visitors.notices.readers import Readers
from services.visitors.passes.domain import PassKeyChanged
from services.visitors.surroundings import Surroundings, surroundings_of
from shared import directory
from shared.mail import MailDeferred, Mailer, MailRefused

log = structlog.get_logger(__name__)

MAILS_AT_ONCE = 8


@dataclass(frozen=True)
class Posted:
    """One attempt that has begun: the mail, or why there is none."""

    key: UUID
    """The notice's id."""
    number: int
    mail: EmailMessage | MailDeferred | MailRefused


@dataclass(frozen=True)
class Mails:
    """The notices that go by mail."""

    mailer: Mailer
    sender: Sender

    async def claim(
        self, session: AsyncSession, *, at: datetime, busy: Collection[UUID], limit: int
    ) -> Sequence[Posted]:
        begun = []
        for notice in await store.due_notices(session, at=at, limit=limit):
            if notice.kind in WITH_PASS and notice.says.over_at <= at:
                notice.overtaken(reason="the visit was over before this could be sent")
                continue
            begun.append(await self._begin(session, notice, at=at))
        return begun

    async def _begin(self, session: AsyncSession, notice: Notice, *, at: datetime) -> Posted:
        session.add(notice.begin(at=at))
        says = notice.says
        host = await directory.person(session, says.host_id)
        reader = notice.person_id and await directory.person(session, notice.person_id)
        tenant = await directory.tenant(session, says.tenant_id)
        is_landlords = notice.reader == Reader.LANDLORD
        landlord = await store.landlord(session) if is_landlords else None
        place = await place_of(session, says) if notice.is_to_visitor else NOWHERE
        around = surroundings_of(session)
        to = Readers(host, tenant, one=reader or None, landlord=landlord, place=place)
        mail = self._mail(notice, to=to, around=around)
        return Posted(key=notice.id, number=notice.attempts, mail=mail)

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
                pass_keys=around.pass_keys.keys,
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

    async def attempt(self, begun: Posted) -> Became:
        if not isinstance(begun.mail, EmailMessage):
            is_final = isinstance(begun.mail, MailRefused)
            return Became(Outcome.REFUSED if is_final else Outcome.DEFERRED, str(begun.mail))
        try:
            return Became(Outcome.ACCEPTED, await self.mailer.send(begun.mail))
        except MailRefused as refused:
            return Became(Outcome.REFUSED, str(refused))
        except MailDeferred as deferred:
            return Became(Outcome.DEFERRED, str(deferred))

    def unsent(self, reason: str) -> Became:
        return Became(Outcome.DEFERRED, reason)

    async def note(
        self, session: AsyncSession, begun: Posted, became: Became, *, at: datetime
    ) -> None:
        await store.note(session, begun.key, number=begun.number, became=became, at=at)
        log.info("notice.attempted", notice_id=str(begun.key), outcome=became.outcome.value)
