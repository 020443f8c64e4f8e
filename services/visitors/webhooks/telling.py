"""The mail by which a tenant's desk learns that one of its webhooks was disabled.

One rule: it is repeated with one Message-ID until it is accepted, or can never be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from services.visitors.notices.mails import Sender, address_header
from services.visitors.webhooks import store
from services.visitors.webhooks.domain import Webhook
from shared import directory
from shared.clock import Clock
from shared.database import Database
from shared.events.directory import TenantFacts
from shared.mail import MailDeferred, Mailer, MailRefused
from shared.web.language import Catalogue

log = structlog.get_logger(__name__)

SUBJECT = "The webhook to {host} was disabled"
TEXT = (
    "Nothing could be delivered to your webhook at {host} for days, so it was disabled. Have it "
    "set right and enable it again in Parvis; what is still queued is delivered then."
)
AGAIN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Telling:
    """The worker's loop over webhooks that were disabled."""

    database: Database
    mailer: Mailer
    sender: Sender
    clock: Clock
    catalogue: Catalogue

    async def round(self) -> bool:
        """Tells of one; true if there was one."""
        now = self.clock()
        async with self.database.transaction() as session:
            webhook = await store.to_tell(session, at=now)
            if webhook is None:
                return False
            webhook.tell_at = now + AGAIN_AFTER
            tenant = await directory.tenant(session, webhook.tenant_id)
        if tenant is None or tenant.desk_address is None:
            return True
        try:
            await self.mailer.send(self._mail(webhook, tenant, tenant.desk_address))
        except MailDeferred:
            return True
        except MailRefused:
            log.warning("webhook.nobody_told", webhook_id=str(webhook.id))
        await self._told(webhook.id, webhook.tenant_id, since=now)
        return True

    def _mail(self, webhook: Webhook, tenant: TenantFacts, to: str) -> EmailMessage:
        host = urlsplit(webhook.url).hostname or ""
        mail = EmailMessage(policy=SMTP)
        disabled_at = webhook.disabled_at or webhook.created_at
        tag = f"{webhook.id}.{int(disabled_at.timestamp())}"
        mail["Message-ID"] = f"<{tag}@{self.sender.domain}>"
        mail["Date"] = disabled_at
        mail["Subject"] = self._say(SUBJECT, tenant).format(host=host)
        mail["From"] = address_header(self.sender.name, self.sender.address)
        mail["To"] = address_header(tenant.name, to)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self._say(TEXT, tenant).format(host=host) + "\n")
        return mail

    def _say(self, english: str, tenant: TenantFacts) -> str:
        return self.catalogue.text(english, language=tenant.language)

    async def _told(self, webhook_id: UUID, tenant_id: UUID, *, since: datetime) -> None:
        async with self.database.transaction() as session:
            webhook = await store.webhook(session, webhook_id, tenant_id=tenant_id, lock=True)
            if webhook.tell_at == since + AGAIN_AFTER:
                webhook.tell_at = None
