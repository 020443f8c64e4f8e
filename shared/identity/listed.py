"""The caller as the directory knows them, and what their roles allow.

One rule: the token says who somebody is and which roles they have; the directory says whether they
are still listed and for which tenant. Park-wide roles count only for the landlord's people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import NotAllowed, NotSignedIn


class Role(StrEnum):
    """What somebody may do. Every listed person is an `employee`."""

    EMPLOYEE = "employee"
    RECEPTIONIST = "receptionist"
    TENANT_ADMIN = "tenant_admin"
    OPERATOR = "operator"
    SECURITY = "security"
    AUDITOR = "auditor"
    FACILITY_MANAGER = "facility_manager"


NEVER = datetime.max.replace(tzinfo=UTC)
PARK_WIDE = frozenset({Role.OPERATOR, Role.SECURITY, Role.AUDITOR, Role.FACILITY_MANAGER})
"""These count only for the landlord's people."""


class NotListed(NotAllowed):
    """You are signed in, but nobody of that account is in the park's directory; ask your tenant's
    admin.
    """


class NoLongerListed(NotSignedIn):
    """You have left the park's directory; this account is not accepted any more."""


class OfAnotherTenant(NotAllowed):
    """Your account names another company than the directory does; ask your tenant's admin."""


class TooManyOfThatAddress(NotAllowed):
    """Several people of the directory have your e-mail address; ask your tenant's admin."""


class NotYourRole(NotAllowed):
    """Your role does not allow this."""


@dataclass(frozen=True)
class SignInClaims:
    """What a valid token says of its bearer."""

    issuer: str
    subject: str
    verified_email: str | None
    tenant: str | None
    roles: frozenset[Role]
    expires_at: datetime = NEVER
    """Of the token: what goes on for longer than a request ends with it."""


@dataclass(frozen=True)
class Listed:
    """A person as the service's own directory knows them."""

    person_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    email: str
    language: str
    is_listed: bool
    is_landlord: bool
    is_tenant_listed: bool
    sequence: int = 0
    tenant_sequence: int = 0
    """Of what was announced last of the person, and of their tenant, where a service keeps that."""


@dataclass(frozen=True)
class Person:
    """The caller: who, of which tenant, with which roles that count."""

    person_id: UUID
    tenant_id: UUID
    display_name: str
    email: str
    language: str
    is_landlord: bool
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is theirs, and counts."""
        return not self.roles.isdisjoint(roles)

    def must_have(self, *roles: Role) -> None:
        """Raises `NotYourRole` unless one of these roles is theirs."""
        if not self.has(*roles):
            raise NotYourRole

    @property
    def is_landlords_receptionist(self) -> bool:
        """Works at a desk that serves the whole park."""
        return self.is_landlord and Role.RECEPTIONIST in self.roles


def caller(claims: SignInClaims, listed: Listed | None) -> Person:
    """The caller, or the refusal: `NotListed`, `NoLongerListed`, `OfAnotherTenant`."""
    if listed is None:
        raise NotListed
    if not (listed.is_listed and listed.is_tenant_listed):
        raise NoLongerListed
    if claims.tenant is not None and claims.tenant != str(listed.tenant_id):
        raise OfAnotherTenant
    roles = claims.roles | {Role.EMPLOYEE}
    return Person(
        person_id=listed.person_id,
        tenant_id=listed.tenant_id,
        display_name=f"{listed.given_name} {listed.family_name}".strip(),
        email=listed.email,
        language=listed.language,
        is_landlord=listed.is_landlord,
        roles=roles if listed.is_landlord else roles - PARK_WIDE,
    )
