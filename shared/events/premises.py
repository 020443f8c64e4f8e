"""Zones and special days of the park, as access announces them."""

from datetime import date
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


class SpecialDayGroupFacts(Facts):
    """Special days that are alike, so that hours can speak of all of them."""

    group_id: UUID
    code: str
    names: Names


class SpecialDayFacts(Facts):
    """A date on which other hours count: which of them, its group says."""

    special_day_id: UUID
    day: date
    names: Names
    group: SpecialDayGroupFacts
    is_confirmed: bool


class SpecialDayEvent(Event, is_personal=False):
    """Something about a special day of the whole park."""

    special_day: SpecialDayFacts

    @property
    def subject(self) -> str:
        return f"special_day/{self.special_day.special_day_id}"


class SpecialDayConfirmed(SpecialDayEvent, name="premises.special_day_confirmed.v1"):
    """A special day counts, on this date; perhaps it has been moved there."""


class SpecialDayWithdrawn(SpecialDayEvent, name="premises.special_day_withdrawn.v1"):
    """A special day that was confirmed does not count any more."""
