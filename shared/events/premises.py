"""Zones of the park, as access announces them."""

from enum import StrEnum
from uuid import UUID

from shared.events.base import Event, Facts


class ZoneKind(StrEnum):
    """The levels of the tree: park > building > floor > suite, room."""

    PARK = "park"
    BUILDING = "building"
    FLOOR = "floor"
    SUITE = "suite"
    ROOM = "room"


class Names(Facts):
    """A name as each of the park's three languages writes it."""

    fr: str
    ar: str
    en: str


class ZoneFacts(Facts):
    """A part of the park that doors lead into."""

    zone_id: UUID
    parent_id: UUID | None
    kind: ZoneKind
    names: Names
    tenant_id: UUID | None
    """Who rents it; None where it is shared."""
    is_bookable: bool
    is_listed: bool


class ZoneEvent(Event, is_personal=False):
    """Something about a zone."""

    zone: ZoneFacts

    @property
    def subject(self) -> str:
        return f"zone/{self.zone.zone_id}"

    @property
    def tenant_id(self) -> UUID | None:
        return self.zone.tenant_id


class ZoneListed(ZoneEvent, name="premises.zone_listed.v1"):
    """A zone belongs to the park, with these facts."""


class ZoneDelisted(ZoneEvent, name="premises.zone_delisted.v1"):
    """A zone is no more."""
