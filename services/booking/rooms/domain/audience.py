"""Who sees a room, who books it, and who is asked first."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from shared.identity.listed import Person, Role

RUN_THE_PARK = (Role.FACILITY_MANAGER, Role.OPERATOR)
"""Whose rooms all of them are, to see and to book."""
NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a room is for. Whoever may book it also sees it."""

    tenant_ids: frozenset[UUID] = NOBODY
    person_ids: frozenset[UUID] = NOBODY
    """Who books it; where neither names anybody: everybody in the park."""
    is_shown_to_park: bool = False
    shown_tenant_ids: frozenset[UUID] = NOBODY
    shown_person_ids: frozenset[UUID] = NOBODY
    """Who sees it too."""

    @property
    def is_the_parks(self) -> bool:
        return not self.tenant_ids and not self.person_ids

    def books(self, person: Person) -> bool:
        return (
            self.is_the_parks
            or person.tenant_id in self.tenant_ids
            or person.person_id in self.person_ids
            or person.has(*RUN_THE_PARK)
        )

    def sees(self, person: Person) -> bool:
        return (
            self.is_seen_by_tenant(person.tenant_id)
            or person.person_id in self.person_ids
            or person.person_id in self.shown_person_ids
            or person.has(*RUN_THE_PARK)
        )

    def is_seen_by_tenant(self, tenant_id: UUID) -> bool:
        """Whether all people of that tenant see it."""
        return (
            self.is_the_parks
            or self.is_shown_to_park
            or tenant_id in self.tenant_ids
            or tenant_id in self.shown_tenant_ids
        )


class ApprovedBy(StrEnum):
    """Who is asked before a booking stands."""

    NOBODY = "nobody"
    FACILITY_MANAGERS = "facility_managers"
    TENANT_ADMINS = "tenant_admins"
    """Those of the tenant that books."""
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who says whether a booking of the room may stand."""

    by: ApprovedBy = ApprovedBy.NOBODY
    person_ids: frozenset[UUID] = field(default=NOBODY)

    def is_needed_by(self, person: Person) -> bool:
        """Nobody asks themselves."""
        return self.by is not ApprovedBy.NOBODY and not self.is_given_by(
            person, tenant_id=person.tenant_id
        )

    def is_given_by(self, person: Person, *, tenant_id: UUID) -> bool:
        """Whether they decide on bookings of that tenant."""
        if person.has(Role.FACILITY_MANAGER):
            return True
        if self.by is ApprovedBy.TENANT_ADMINS:
            return person.tenant_id == tenant_id and person.has(Role.TENANT_ADMIN)
        return self.by is ApprovedBy.PEOPLE and person.person_id in self.person_ids
