"""A visit: one visitor, expected by one host, for one stretch of time, with one pass.

One rule: a step changes the status, is recorded, and is announced, all three or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.visitors.passes.domain import digest_of, token_of
from services.visitors.policies.domain import PassRules
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain.appointment import Appointment
from services.visitors.visits.domain.columns import VisitColumns
from services.visitors.visits.domain.steps import OVER, By, Step, VisitStep, next_status
from shared.clock import wall_time
from shared.errors import Conflict
from shared.events.visits import (
    EscortFacts,
    How,
    PassFacts,
    VisitCancelled,
    VisitEvent,
    VisitExpected,
    VisitFacts,
    VisitorArrived,
    VisitorCheckedIn,
    VisitorCheckedOut,
    VisitRescheduled,
    VisitStatus,
)

EVENTS: dict[Step, type[VisitEvent]] = {
    Step.EXPECT: VisitExpected,
    Step.RESCHEDULE: VisitRescheduled,
    Step.ARRIVE: VisitorArrived,
    Step.CHECK_IN: VisitorCheckedIn,
    Step.CHECK_OUT: VisitorCheckedOut,
    Step.CANCEL: VisitCancelled,
}


class TooEarlyToCheckIn(Conflict):
    """This visit is for another day; reschedule it first if the visitor comes today."""


class VisitTimeOver(Conflict):
    """The time of this visit is over; reschedule it first."""


@dataclass(frozen=True)
class Taken:
    """A step taken: the row that records it and the event that announces it."""

    step: VisitStep
    event: VisitEvent


class Visit(VisitColumns, table=True):
    """One visitor expected by one host, and what became of it."""

    __tablename__ = "visits"

    @classmethod
    def expect(
        cls,
        appointment: Appointment,
        *,
        visitor: Visitor,
        rules: PassRules,
        pass_key: bytes,
        desk_code: str,
        by: By,
    ) -> tuple[Visit, Taken]:
        """A visitor is expected from now on. Raises what `Appointment.must_make_sense` raises."""
        appointment.must_make_sense(at=by.at)
        visit_id = uuid4()
        valid_from, valid_until = rules.window(
            starts_at=appointment.starts_at, ends_at=appointment.ends_at
        )
        visit = cls(
            **_columns(appointment),
            id=visit_id,
            status=next_status(Step.EXPECT, None),
            visitor_id=visitor.id,
            tenant_id=appointment.tenant_id,
            booking_id=appointment.booking_id,
            guest_id=appointment.guest_id,
            desk_code=desk_code,
            pass_digest=digest_of(token_of(visit_id, rotation=0, key=pass_key)),
            pass_valid_from=valid_from,
            pass_valid_until=valid_until,
            admits=rules.admits,
            entries=rules.entries,
            created_by=by.person_id,
            created_at=by.at,
        )
        return visit, visit._taken(Step.EXPECT, before=None, by=by, visitor=visitor)

    def reschedule(
        self, appointment: Appointment, *, visitor: Visitor, rules: PassRules, by: By
    ) -> Taken:
        """Another time, other zones, another host. The pass moves along; its token stays.

        Whoever is here keeps a pass that was live already.
        """
        before, self.status = self.status, next_status(Step.RESCHEDULE, self.status)
        is_other_time = (self.starts_at, self.ends_at) != (
            appointment.starts_at,
            appointment.ends_at,
        )
        for name, value in _columns(appointment).items():
            setattr(self, name, value)
        self.visitor_id = visitor.id
        if is_other_time:
            self.calendar_sequence += 1
            live_from = self.pass_valid_from
            self.pass_valid_from, self.pass_valid_until = rules.window(
                starts_at=self.starts_at, ends_at=self.ends_at
            )
            if self.is_here:
                self.pass_valid_from = min(live_from, self.pass_valid_from)
        return self._taken(Step.RESCHEDULE, before=before, by=by, visitor=visitor)

    def arrive(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor has passed a door of the park."""
        before, self.status = self.status, next_status(Step.ARRIVE, self.status)
        self.how, self.arrived_at = by.how, by.at
        return self._taken(Step.ARRIVE, before=before, by=by, visitor=visitor)

    def check_in(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor is admitted; from now on the pass is live, also before its time.

        Raises `TooEarlyToCheckIn` and `VisitTimeOver`, except for what a door has done already.
        """
        before, after = self.status, next_status(Step.CHECK_IN, self.status)
        if by.how is not How.DOOR:
            self._must_be_about_now(by.at)
        self.status, self.how, self.checked_in_at = after, by.how, by.at
        self.pass_valid_from = min(self.pass_valid_from, by.at)
        return self._taken(Step.CHECK_IN, before=before, by=by, visitor=visitor)

    def check_out(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor has left; the pass opens no way in any more."""
        before, self.status = self.status, next_status(Step.CHECK_OUT, self.status)
        self.how, self.checked_out_at = by.how, by.at
        return self._taken(Step.CHECK_OUT, before=before, by=by, visitor=visitor)

    def cancel(self, *, visitor: Visitor, by: By) -> Taken:
        """The visit will not take place."""
        before, self.status = self.status, next_status(Step.CANCEL, self.status)
        self.how, self.cancelled_at = by.how, by.at
        self.calendar_sequence += 1
        return self._taken(Step.CANCEL, before=before, by=by, visitor=visitor)

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_here(self) -> bool:
        """Has come and has not left."""
        return self.status in {VisitStatus.ARRIVED, VisitStatus.CHECKED_IN, VisitStatus.ON_BREAK}

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
        )

    def pass_facts(self) -> PassFacts | None:
        """The pass by its digest; None once the visit is over."""
        if self.is_over:
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

    def _must_be_about_now(self, at: datetime) -> None:
        if self.appointment.is_for_another_day(at=at):
            raise TooEarlyToCheckIn
        if at >= self.pass_valid_until:
            raise VisitTimeOver

    def _taken(self, step: Step, *, before: VisitStatus | None, by: By, visitor: Visitor) -> Taken:
        if before is not None:
            self.version += 1
        row = VisitStep(
            visit_id=self.id,
            step=step,
            from_status=before,
            to_status=self.status,
            how=by.how,
            person_id=by.person_id,
            passage_id=by.passage_id,
            occurred_at=by.at,
            recorded_at=by.recorded_at or by.at,
        )
        return Taken(step=row, event=EVENTS[step](visit=self.facts(visitor)))


def _columns(appointment: Appointment) -> dict[str, Any]:
    """What of an appointment may change, as it is stored."""
    timezone, asked = appointment.timezone, appointment.zones_asked
    return {
        "host_id": appointment.host_id,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "starts_wall": wall_time(appointment.starts_at, timezone=timezone),
        "ends_wall": wall_time(appointment.ends_at, timezone=timezone),
        "timezone": timezone,
        "language": appointment.language,
        "zone_ids": list(appointment.zone_ids),
        "zones_asked": None if asked is None else list(asked),
    }
