"""Tenants and people of the park, as access announces them."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared.events.base import Event, Facts

Language = Literal["fr", "ar", "en"]


class TenantFacts(Facts):
    """A company of the park, or its landlord."""

    tenant_id: UUID
    name: str
    is_landlord: bool
    language: Language
    desk_address: str | None
    """E-mail of the tenant's own desk; None where the landlord's desk serves it."""
    zone_ids: tuple[UUID, ...]
    is_listed: bool


class SignIn(Facts):
    """One account of a person at an identity provider (OpenID Connect `iss` and `sub`)."""

    issuer: str
    subject: str


class PersonFacts(Facts):
    """Somebody who works in the park, with a home tenant."""

    person_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str | None
    language: Language
    sign_in: tuple[SignIn, ...]
    successor_id: UUID | None
    """Who takes over what a leaver had."""
    is_listed: bool

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class DelistingReason(StrEnum):
    """Why somebody or something left the directory."""

    LEFT = "left"
    MISTAKE = "mistake"


class TenantEvent(Event, is_personal=False):
    """Something about a tenant."""

    tenant: TenantFacts

    @property
    def subject(self) -> str:
        return f"tenant/{self.tenant.tenant_id}"

    @property
    def tenant_id(self) -> UUID:
        return self.tenant.tenant_id


class TenantListed(TenantEvent, name="directory.tenant_listed.v1"):
    """A tenant is in the directory, with these facts."""


class TenantDelisted(TenantEvent, name="directory.tenant_delisted.v1"):
    """A tenant has left the park."""


class PersonEvent(Event, is_personal=True):
    """Something about a person."""

    person: PersonFacts

    @property
    def subject(self) -> str:
        return f"person/{self.person.person_id}"

    @property
    def tenant_id(self) -> UUID:
        return self.person.tenant_id


class PersonListed(PersonEvent, name="directory.person_listed.v1"):
    """A person is in the directory, with these facts."""


class PersonDelisted(PersonEvent, name="directory.person_delisted.v1"):
    """A person has left: badges are dead and tokens are refused."""

    reason: DelistingReason
