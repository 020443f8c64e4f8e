"""Somebody has left, and a service has dealt with what they had there: what the answer says."""

from uuid import UUID

from shared.events.base import Event, Facts


class LeaverFacts(Facts):
    """Who left, and who was named to take over; services add how much they did of what."""

    person_id: UUID
    tenant_id: UUID
    successor_id: UUID | None


class PersonLeft(Event, is_personal=True):
    """All of a leaver's is dealt with in one service; it says so once for each delisting."""

    leaver: LeaverFacts

    @property
    def subject(self) -> str:
        return f"person/{self.leaver.person_id}"

    @property
    def tenant_id(self) -> UUID:
        return self.leaver.tenant_id
