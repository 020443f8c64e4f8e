"""A visit: one visitor, expected by one host, for one stretch of time, with one pass.

One rule: a step changes the status, is recorded, and is announced, all three or none.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from services.visitors.passes.domain import digest_of, token_of
from services.visitors.policies.domain import PassRules, Policy
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain.appointment import NOTHING_MORE, Appointment, InSeries, More
from services.visitors.visits.domain.kept import KeptVisit, columns_of, times_of
from services.visitors.visits.domain.steps import (
    MAY_STAND_ALONE,
    By,
    Step,
    VisitIsOver,
    next_status,
)
from services.visitors.visits.domain.taken import Taken, taken
from shared.errors import Conflict
from shared.events.visits import How, VisitStatus


class TooEarlyToCheckIn(Conflict):
    """This visit is for another day; reschedule it first if the visitor comes today."""


class PassRevoked(Conflict):
    """This pass was revoked; only security can make a new one."""


class VisitTimeOver(Conflict):
    """The time of this visit is over; reschedule it first."""


class Visit(KeptVisit, table=True):
    """One visitor expected by one host, and what became of it."""

    __tablename__ = "visits"

    @classmethod
    def made(
        cls,
        appointment: Appointment,
        *,
        step: Step = Step.EXPECT,
        more: More = NOTHING_MORE,
        visitor: Visitor,
        policy: Policy,
        pass_key: bytes,
        desk_code: str,
        by: By,
        place: InSeries | None = None,
    ) -> tuple[Visit, Taken]:
        """A visitor is expected from now on; or, by the step, asked for, or only noted.

        Raises what `Appointment.must_make_sense` raises.
        """
        appointment.must_make_sense(at=by.at)
        visit_id = uuid4()
        valid_from, valid_until = policy.rules.window(
            starts_at=appointment.starts_at, ends_at=appointment.ends_at
        )
        visit = cls(
            **columns_of(appointment),
            **times_of(appointment),
            **more.columns(),
            id=visit_id,
            status=next_status(step, None),
            visitor_id=visitor.id,
            tenant_id=appointment.tenant_id,
            booking_id=appointment.booking_id,
            guest_id=appointment.guest_id,
            desk_code=desk_code,
            **(place.columns() if place else {}),
            pass_digest="",
            pass_valid_from=valid_from,
            pass_valid_until=valid_until,
            admits=policy.rules.admits,
            entries=policy.rules.entries,
            is_escort_required=policy.is_escort_required,
            desk_zone_id=policy.desk_zone_id,
            created_by=by.person_id,
            created_at=by.at,
        )
        visit.have_pass(rotation=place.pass_rotation if place else 0, key=pass_key)
        return visit, visit._taken(step, before=None, by=by, visitor=visitor)

    def stand(self, step: Step, *, visitor: Visitor, by: By) -> Taken:
        """A draft is asked for, or one that was asked for is expected."""
        before, self.status = self.status, next_status(step, self.status)
        if before is VisitStatus.PENDING_APPROVAL:
            self.decided_by, self.decision_reason = by.person_id, by.reason
        return self._taken(step, before=before, by=by, visitor=visitor)

    def refuse(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor is turned away."""
        before, self.status = self.status, next_status(Step.REFUSE, self.status)
        self.how, self.decided_by, self.decision_reason = by.how, by.person_id, by.reason
        self.calendar_sequence += 1
        return self._taken(Step.REFUSE, before=before, by=by, visitor=visitor)

    def reschedule(
        self, appointment: Appointment, *, visitor: Visitor, rules: PassRules, by: By
    ) -> Taken:
        """Another time, room, host, other zones. The pass moves along; its token stays.

        Whoever is here keeps a pass that was live already.
        """
        before, self.status = self.status, next_status(Step.RESCHEDULE, self.status)
        was = self.appointment
        is_other_time = (was.starts_at, was.ends_at) != (appointment.starts_at, appointment.ends_at)
        self.calendar_sequence += is_other_time or self.room_zone_id != appointment.room_zone_id
        changes = columns_of(appointment)
        if is_other_time or was.timezone != appointment.timezone:
            changes |= times_of(appointment)
        for name, value in changes.items():
            setattr(self, name, value)
        self.visitor_id = visitor.id
        if is_other_time:
            self.says = self.says_late_minutes = self.says_at = None
            live_from = self.pass_valid_from
            self.pass_valid_from, self.pass_valid_until = rules.window(
                starts_at=self.starts_at, ends_at=self.ends_at
            )
            if self.is_here:
                self.pass_valid_from = min(live_from, self.pass_valid_from)
        return self._taken(Step.RESCHEDULE, before=before, by=by, visitor=visitor)

    def stand_alone(self, *, visitor: Visitor, by: By) -> Taken:
        """It goes on, or stays over, without its booking, which is at another time now. Raises
        `VisitIsOver` where nobody is expected anew.
        """
        if self.status not in MAY_STAND_ALONE:
            raise VisitIsOver
        self.booking_id = self.guest_id = self.room_zone_id = None
        return self._taken(Step.RESCHEDULE, before=self.status, by=by, visitor=visitor)

    def describe(self, more: More, *, visitor: Visitor, by: By) -> Taken | None:
        """What else is known of the visit is other than before; others hear of what is theirs to
        know. None: nothing of that is.
        """
        known = self.more
        if more == known:
            return None
        for name, value in more.columns().items():
            setattr(self, name, value)
        if (more.co_host_ids, more.escort_ids) == (known.co_host_ids, known.escort_ids):
            self.version += 1
            return None
        before, self.status = self.status, next_status(Step.RESCHEDULE, self.status)
        return self._taken(Step.RESCHEDULE, before=before, by=by, visitor=visitor)

    def change_host(self, host_id: UUID, *, visitor: Visitor, by: By) -> Taken:
        """Somebody else of the same tenant receives the visitor."""
        before, self.status = self.status, next_status(Step.CHANGE_HOST, self.status)
        self.host_id = host_id
        self.co_host_ids = [each for each in self.co_host_ids if each != host_id]
        return self._taken(Step.CHANGE_HOST, before=before, by=by, visitor=visitor)

    def have_pass(self, *, rotation: int, key: bytes) -> None:
        """The pass of that rotation is the visit's."""
        self.pass_rotation = rotation
        self.pass_digest = digest_of(token_of(self.pass_id, rotation=rotation, key=key))

    def has_pass_of(self, key: bytes) -> bool:
        """Whether this key made the pass."""
        token = token_of(self.pass_id, rotation=self.pass_rotation, key=key)
        return digest_of(token) == self.pass_digest

    def renew_pass(self, *, key: bytes) -> None:
        """Another pass is the visit's, of which nothing was printed or revoked yet."""
        self.have_pass(rotation=self.pass_rotation + 1, key=key)
        self.pass_revoked_at = self.pass_revoked_by = self.badge_printed_at = None

    def rotate_pass(self, *, pass_key: bytes, visitor: Visitor, by: By) -> Taken:
        """There is a new pass; the former one opens nothing any more."""
        before, self.status = self.status, next_status(Step.ROTATE, self.status)
        self.renew_pass(key=pass_key)
        return self._taken(Step.ROTATE, before=before, by=by, visitor=visitor)

    def revoke_pass(self, *, visitor: Visitor, by: By) -> Taken:
        """The pass opens nothing any more, and nothing but a new one will."""
        before, self.status = self.status, next_status(Step.REVOKE, self.status)
        self.lose_pass(by=by)
        return self._taken(Step.REVOKE, before=before, by=by, visitor=visitor)

    def lose_pass(self, *, by: By) -> None:
        """The pass is revoked; once is enough. Raises `PassRevoked`."""
        if self.pass_revoked_at is not None:
            raise PassRevoked
        self.pass_revoked_at, self.pass_revoked_by = by.at, by.person_id

    def arrive(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor has passed a door of the park."""
        before, self.status = self.status, next_status(Step.ARRIVE, self.status)
        self.how, self.arrived_at, self.here_at = by.how, by.at, by.at
        return self._taken(Step.ARRIVE, before=before, by=by, visitor=visitor)

    def be_seen_coming(self, *, at: datetime) -> None:
        """A door saw it of whom the desk has admitted already: should that be taken back, they have
        arrived all the same.
        """
        if self.is_here and (self.arrived_at is None or at < self.arrived_at):
            self.arrived_at = at
            self.version += 1

    def be_let_in(self, at: datetime | None) -> bool:
        """A door let somebody in whom nobody awaits, or saw them leave: None. True: it is news."""
        if self.let_in_at == at:
            return False
        is_news = self.let_in_at is None
        self.let_in_at = at
        self.version += 1
        return is_news

    def check_in(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor is admitted; from now on the pass is live, also before its time.

        Raises `TooEarlyToCheckIn` and `VisitTimeOver`, except for what a door has done already.
        """
        before, after = self.status, next_status(Step.CHECK_IN, self.status)
        if by.how is not How.DOOR:
            self._must_be_about_now(by.at)
        self.status, self.how = after, by.how
        self.checked_in_at = self.here_at = by.at
        self.pass_valid_from = min(self.pass_valid_from, by.at)
        return self._taken(Step.CHECK_IN, before=before, by=by, visitor=visitor)

    def undo_check_in(self, *, visitor: Visitor, rules: PassRules, by: By) -> Taken:
        """The visitor was not admitted after all; a pass that was live early lives from its own
        time on again.
        """
        before, self.status = self.status, next_status(Step.UNDO_CHECK_IN, self.status)
        if self.arrived_at is not None:
            self.status = VisitStatus.ARRIVED
        elif self.pass_valid_from == self.checked_in_at:
            self.pass_valid_from, _ = rules.window(starts_at=self.starts_at, ends_at=self.ends_at)
        self.how, self.checked_in_at, self.check_in_undone_at = by.how, None, by.at
        self.host_told_at = self.host_coming_at = self.host_coming_by = None
        return self._taken(Step.UNDO_CHECK_IN, before=before, by=by, visitor=visitor)

    def pause(self, step: Step, *, visitor: Visitor, by: By) -> Taken:
        """The visitor goes out for a while, or is back."""
        before, self.status = self.status, next_status(step, self.status)
        self.how = by.how
        if step is Step.START_BREAK:
            self.break_at = by.at
        else:
            self.break_at, self.here_at = None, by.at
        return self._taken(step, before=before, by=by, visitor=visitor)

    def check_out(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor has left; the pass opens no way in any more."""
        before, self.status = self.status, next_status(Step.CHECK_OUT, self.status)
        self.how, self.checked_out_at = by.how, by.at
        return self._taken(Step.CHECK_OUT, before=before, by=by, visitor=visitor)

    def undo_check_out(self, *, visitor: Visitor, by: By) -> Taken:
        """The visitor is here after all; the pass is what it was, unless it was revoked."""
        before, self.status = self.status, next_status(Step.UNDO_CHECK_OUT, self.status)
        if self.checked_in_at is not None:
            self.status = VisitStatus.CHECKED_IN
        self.how, self.checked_out_at, self.here_at = by.how, None, by.at
        return self._taken(Step.UNDO_CHECK_OUT, before=before, by=by, visitor=visitor)

    def sweep(self, step: Step, *, visitor: Visitor, by: By) -> Taken:
        """The time is over: nobody came, or nobody saw them leave."""
        before, self.status = self.status, next_status(step, self.status)
        self.how = by.how
        return self._taken(step, before=before, by=by, visitor=visitor)

    def see_id(self, *, by: By) -> None:
        """Somebody at the desk has seen an identity document; nothing of it is kept."""
        self.id_seen_at, self.id_seen_by = by.at, by.person_id
        self.version += 1

    def cancel(self, *, visitor: Visitor, by: By) -> Taken:
        """The visit will not take place."""
        before, self.status = self.status, next_status(Step.CANCEL, self.status)
        self.how, self.cancelled_at = by.how, by.at
        self.calendar_sequence += 1
        return self._taken(Step.CANCEL, before=before, by=by, visitor=visitor)

    def _must_be_about_now(self, at: datetime) -> None:
        if self.appointment.is_for_another_day(at=at):
            raise TooEarlyToCheckIn
        if at >= self.pass_valid_until:
            raise VisitTimeOver

    def _taken(self, step: Step, *, before: VisitStatus | None, by: By, visitor: Visitor) -> Taken:
        if before is not None:
            self.version += 1
        return taken(step, self.facts(visitor), before=before, by=by)
