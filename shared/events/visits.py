"""Visits and their passes, as visitors announces them. A pass travels as its digest, never its
token.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.events.base import Event, Facts
from shared.events.directory import Language
from shared.events.leaving import LeaverFacts, PersonLeft


class VisitStatus(StrEnum):
    """Where a visit stands. `arrived`: passed a park door, not yet dealt with; `checked_in`:
    admitted.
    """

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    EXPECTED = "expected"
    ARRIVED = "arrived"
    CHECKED_IN = "checked_in"
    ON_BREAK = "on_break"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    NO_SHOW = "no_show"
    LEFT_UNSEEN = "left_unseen"


HERE = (VisitStatus.ARRIVED, VisitStatus.CHECKED_IN, VisitStatus.ON_BREAK)
"""Who has come and has not left."""


class How(StrEnum):
    """By what a visit took its last step."""

    DOOR = "door"
    DESK = "desk"
    KIOSK = "kiosk"
    HOST = "host"
    SELF = "self"
    SWEEP = "sweep"


class Admits(StrEnum):
    """Whether a pass opens doors by itself, or only after the desk has checked its holder in."""

    DOOR = "door"
    DESK_FIRST = "desk_first"


class Entries(StrEnum):
    """How often a pass lets its holder into the park."""

    ONCE_UNTIL_LEFT = "once_until_left"
    """Again only after the holder was seen leaving."""
    UNLIMITED = "unlimited"


class VisitorFacts(Facts):
    """The person who visits."""

    visitor_id: UUID
    given_name: str
    family_name: str
    company: str | None
    email: str | None
    phone: str | None


class PassFacts(Facts):
    """A visitor's QR credential, known by digest."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the token in ASCII, lower-case hex."""
    valid_from: datetime
    valid_until: datetime
    """Half-open: valid_from <= t < valid_until."""
    admits: Admits
    entries: Entries


class EscortFacts(Facts):
    """Whether the visitor must be accompanied, and by whom."""

    is_required: bool
    person_ids: tuple[UUID, ...]


class VisitFacts(Facts):
    """One visitor expected by one host, for one stretch of time."""

    visit_id: UUID
    status: VisitStatus
    how: How | None
    visitor: VisitorFacts
    tenant_id: UUID
    host_id: UUID
    co_host_ids: tuple[UUID, ...]
    starts_at: datetime
    ends_at: datetime
    timezone: str
    """IANA name of the zone in which the appointment was made."""
    visitor_pass: PassFacts | None
    """None once the visit is over, and where it was revoked: the pass opens no way in."""
    zone_ids: tuple[UUID, ...]
    escort: EscortFacts
    booking_id: UUID | None
    guest_id: UUID | None
    desk_zone_id: UUID | None
    display_name: str
    language: Language


class VisitEvent(Event, is_personal=True):
    """Something about a visit."""

    visit: VisitFacts

    @property
    def subject(self) -> str:
        return f"visit/{self.visit.visit_id}"

    @property
    def tenant_id(self) -> UUID:
        return self.visit.tenant_id


class VisitExpected(VisitEvent, name="visit.expected.v1"):
    """A visitor is expected; the pass is live from its `valid_from`."""


class VisitRescheduled(VisitEvent, name="visit.rescheduled.v1"):
    """The window or the zones of an expected visit are other ones now."""


class VisitHostChanged(VisitEvent, name="visit.host_changed.v1"):
    """Somebody else receives the visitor now."""


class VisitPassRotated(VisitEvent, name="visit.pass_rotated.v1"):
    """The former pass opens nothing any more. There is a new one, or none: it was revoked."""


class VisitorArrived(VisitEvent, name="visit.arrived.v1"):
    """The visitor has passed a door of the park; nobody has admitted them yet."""


class VisitorCheckedIn(VisitEvent, name="visit.checked_in.v1"):
    """The visitor is admitted."""


class VisitCheckInUndone(VisitEvent, name="visit.check_in_undone.v1"):
    """The visitor was not admitted after all; the visit stands where it stood before."""


class VisitBreakStarted(VisitEvent, name="visit.break_started.v1"):
    """The visitor is out for a while and will come back; the pass stays."""


class VisitBreakEnded(VisitEvent, name="visit.break_ended.v1"):
    """The visitor is back from a break."""


class VisitorCheckedOut(VisitEvent, name="visit.checked_out.v1"):
    """The visitor has left; the pass opens no way in any more."""


class VisitCheckOutUndone(VisitEvent, name="visit.check_out_undone.v1"):
    """The visitor is here after all, and so is the pass, unless it was revoked."""


class VisitorNoShow(VisitEvent, name="visit.no_show.v1"):
    """The time of the visit is over and nobody came."""


class VisitorLeftUnseen(VisitEvent, name="visit.left_unseen.v1"):
    """The time of the visit is long over and nobody saw the visitor leave."""


class VisitRefused(VisitEvent, name="visit.refused.v1"):
    """The visitor was turned away; the pass opens nothing."""


class VisitCancelled(VisitEvent, name="visit.cancelled.v1"):
    """The visit will not take place."""


class VisitsOfLeaver(LeaverFacts):
    """What became of the visits to somebody who has left the directory."""

    visits_handed_over: int
    visits_to_desk: int
    """Visits that are not over and need a new host from the desk."""


class VisitPersonLeft(PersonLeft, name="visit.person_left.v1"):
    """All visits to a leaver are dealt with."""

    leaver: VisitsOfLeaver


VISITS: tuple[type[VisitEvent], ...] = (
    VisitExpected,
    VisitRescheduled,
    VisitHostChanged,
    VisitPassRotated,
    VisitorArrived,
    VisitorCheckedIn,
    VisitCheckInUndone,
    VisitBreakStarted,
    VisitBreakEnded,
    VisitorCheckedOut,
    VisitCheckOutUndone,
    VisitorNoShow,
    VisitorLeftUnseen,
    VisitRefused,
    VisitCancelled,
)
"""All that is said of one visit; who keeps a read model of visits reads every one of them."""
