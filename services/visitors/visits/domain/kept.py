"""What the row of a visit knows by itself: where it stands, what it is about, what is told."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain.appointment import EARLY_CHECK_IN, Appointment, More
from services.visitors.visits.domain.columns import VisitColumns
from services.visitors.visits.domain.steps import MAY_STAND_ALONE, OVER
from shared.clock import wall_time
from shared.events.visits import HERE, Admits, EscortFacts, PassFacts, VisitFacts


class KeptVisit(VisitColumns):
    """A visit, to be looked at."""

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_here(self) -> bool:
        """Has come and has not left."""
        return self.status in HERE

    @property
    def is_admitted_by_doors(self) -> bool:
        """Whether a door checks the visitor in: never again once the desk has taken that back."""
        return self.admits is Admits.DOOR and self.check_in_undone_at is None

    @property
    def pass_id(self) -> UUID:
        """What the pass is derived from: the visit or, for all its days, the series."""
        return self.series_id or self.id

    @property
    def appointment(self) -> Appointment:
        """What the visit is about at present."""
        asked = self.zones_asked
        return Appointment(
            tenant_id=self.tenant_id,
            host_id=self.host_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            timezone=self.timezone,
            zone_ids=tuple(self.zone_ids),
            language=self.language,
            zones_asked=None if asked is None else tuple(asked),
            booking_id=self.booking_id,
            guest_id=self.guest_id,
            room_zone_id=self.room_zone_id,
        )

    @property
    def more(self) -> More:
        """What else is known of the visit."""
        kept = {each.name: getattr(self, each.name) for each in fields(More)}
        return More(
            **kept | {"co_host_ids": tuple(self.co_host_ids), "escort_ids": tuple(self.escort_ids)}
        )

    def is_left_behind(self, starts_at: datetime, *, at: datetime) -> bool:
        """Whether its booking, which begins then now, has it stand alone: the visitor is here, and
        the booking on another day; or has been here or was missed, and the booking is still to
        come. They are expected then by another visit.
        """
        if starts_at == self.starts_at or self.status not in MAY_STAND_ALONE:
            return False
        return starts_at > (at + EARLY_CHECK_IN if self.is_here else at)

    def pass_facts(self) -> PassFacts | None:
        """The pass by its digest; None once the visit is over, and where it was revoked."""
        if self.is_over or self.pass_revoked_at is not None:
            return None
        return PassFacts(
            digest=self.pass_digest,
            valid_from=self.pass_valid_from,
            valid_until=self.pass_valid_until,
            admits=self.admits,
            entries=self.entries,
        )

    def facts(self, visitor: Visitor) -> VisitFacts:
        """The whole public facts, as they are now."""
        return VisitFacts(
            visit_id=self.id,
            status=self.status,
            how=self.how,
            visitor=visitor.facts(),
            tenant_id=self.tenant_id,
            host_id=self.host_id,
            co_host_ids=tuple(self.co_host_ids),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            timezone=self.timezone,
            visitor_pass=self.pass_facts(),
            zone_ids=tuple(self.zone_ids),
            escort=EscortFacts(
                is_required=self.is_escort_required, person_ids=tuple(self.escort_ids)
            ),
            booking_id=self.booking_id,
            guest_id=self.guest_id,
            desk_zone_id=self.desk_zone_id,
            display_name=visitor.display_name,
            language=self.language,
        )


def columns_of(appointment: Appointment) -> dict[str, Any]:
    """What of an appointment may change beside its time, as it is stored."""
    asked = appointment.zones_asked
    return {
        "host_id": appointment.host_id,
        "language": appointment.language,
        "zone_ids": list(appointment.zone_ids),
        "zones_asked": None if asked is None else list(asked),
        "room_zone_id": appointment.room_zone_id,
    }


def times_of(appointment: Appointment) -> dict[str, Any]:
    """When it is, as it is stored. What stays where it is keeps the wall time that was said, also
    where newer rules of its zone have not been followed yet: it is not to be written again.
    """
    timezone = appointment.timezone
    return {
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "starts_wall": wall_time(appointment.starts_at, timezone=timezone),
        "ends_wall": wall_time(appointment.ends_at, timezone=timezone),
        "timezone": timezone,
    }
