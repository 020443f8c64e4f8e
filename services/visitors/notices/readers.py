"""Who gets a notice, found when it is sent: people change their address, and leave."""

from __future__ import annotations

from dataclasses import dataclass

from services.visitors.notices.domain import Notice, Reader
from services.visitors.notices.letters import Names
from services.visitors.notices.mails import Recipient
from services.visitors.notices.places import NOWHERE, Place
from shared.events.directory import PersonFacts, TenantFacts
from shared.mail import MailDeferred, MailRefused


@dataclass(frozen=True)
class Readers:
    """Whom a notice may be for, as far as this service knows now."""

    host: PersonFacts | None
    tenant: TenantFacts | None
    one: PersonFacts | None
    """The one person it is for, where it is for one."""
    landlord: TenantFacts | None = None
    place: Place = NOWHERE

    @property
    def names(self) -> Names:
        """Who is who in the text."""
        return Names.of(self.host, self.tenant, place=self.place)

    def recipient(self, notice: Notice) -> Recipient:
        """Raises `MailDeferred` while nobody is known, `MailRefused` for who has left."""
        match notice.reader:
            case Reader.VISITOR:
                says = notice.says
                return Recipient(says.visitor_name, notice.to_address or "", says.language)
            case Reader.HOST:
                return self._host_or_desk()
            case Reader.DESK:
                return _desk_of(self.tenant)
            case Reader.LANDLORD:
                return _desk_of(self.landlord)
            case _:
                return self._one()

    def _host_or_desk(self) -> Recipient:
        if self.host is not None and self.host.is_listed:
            return _to(self.host)
        return _desk_of(self.tenant)

    def _one(self) -> Recipient:
        if self.one is None or not self.one.is_listed:
            raise MailRefused("this person has left")
        return _to(self.one)


def _desk_of(tenant: TenantFacts | None) -> Recipient:
    if tenant is None or tenant.desk_address is None:
        raise MailDeferred("neither the host's nor the desk's address is known")
    return Recipient(tenant.name, tenant.desk_address, tenant.language)


def _to(person: PersonFacts) -> Recipient:
    return Recipient(person.display_name, person.email, person.language)
