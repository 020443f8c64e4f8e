"""What access announces of doors: passages that others act on, alarms, lockdowns, evacuations, and
whether controllers are heard.

The journal is no event stream: a passage goes out only where its holder is a visitor, or a valid
booking covers the holder there and then.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.base import Event, Facts


class HolderKind(StrEnum):
    """Who held the credential."""

    PERSON = "person"
    VISITOR = "visitor"


class Boundary(StrEnum):
    """What the passage means for the park as a whole."""

    ENTERED_PARK = "entered_park"
    LEFT_PARK = "left_park"
    INSIDE = "inside"


class Evidence(StrEnum):
    """How access knows that somebody passed: the door's contact, or only that it was released."""

    CONTACT = "contact"
    GRANTED = "granted"


class PassageFacts(Facts):
    """Granted *and taken*: somebody went through an access point."""

    passage_id: UUID
    decision_id: UUID
    access_point_id: UUID
    holder: HolderKind
    person_id: UUID | None
    visitor_id: UUID | None
    visit_id: UUID | None
    booking_ids: tuple[UUID, ...]
    """All bookings that covered the holder there and then, whatever right let them pass."""
    from_zone_id: UUID | None
    """None: from outside the park."""
    to_zone_id: UUID | None
    """None: out of the park."""
    boundary: Boundary
    evidence: Evidence
    occurred_at: datetime
    recorded_at: datetime


class PassageTaken(Event, name="access.passage_taken.v1", is_personal=True):
    """Somebody whom another service waits for has passed a door."""

    passage: PassageFacts

    @property
    def subject(self) -> str:
        return f"passage/{self.passage.passage_id}"


class AlarmKind(StrEnum):
    """What is wrong."""

    RIGHT_REFUSED = "right_refused"
    """Another service asked for a right beyond what may be granted; the excess was refused."""
    PIN_LOCKED = "pin_locked"
    """Three wrong PINs in a row were entered for somebody."""
    DURESS = "duress"
    """Somebody was forced to open a door, and said so by their PIN."""
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential"
    """Live badges of several tenants have the number that was read."""


class AlarmFacts(Facts):
    """Something that security should look at; it names no person."""

    alarm_id: UUID
    kind: AlarmKind
    zone_id: UUID | None
    source: str
    """What it is about: `booking/<id>`, `visit/<id>`."""
    raised_at: datetime
    cleared_at: datetime | None


class AlarmEvent(Event, is_personal=False):
    """Something about an alarm."""

    alarm: AlarmFacts

    @property
    def subject(self) -> str:
        return f"alarm/{self.alarm.alarm_id}"


class AlarmRaised(AlarmEvent, name="access.alarm_raised.v1"):
    """Security is asked to look."""


class AlarmCleared(AlarmEvent, name="access.alarm_cleared.v1"):
    """Somebody has dealt with it."""


class LockdownFacts(Facts):
    """The ways into a zone, and into everything within it, are closed. It names nobody."""

    lockdown_id: UUID
    zone_id: UUID
    plan_id: UUID | None
    """The plan that it is a part of."""
    started_at: datetime
    ended_at: datetime | None


class LockdownEvent(Event, is_personal=False):
    """Something about a lockdown."""

    lockdown: LockdownFacts

    @property
    def subject(self) -> str:
        return f"lockdown/{self.lockdown.lockdown_id}"


class LockdownStarted(LockdownEvent, name="access.lockdown_started.v1"):
    """Ways in are closed, for whoever is not exempt."""


class LockdownEnded(LockdownEvent, name="access.lockdown_ended.v1"):
    """Somebody has released it; others of the same zone may stand."""


class EvacuationFacts(Facts):
    """A zone, and everything within it, is being left. It names nobody."""

    evacuation_id: UUID
    zone_id: UUID
    started_at: datetime
    ended_at: datetime | None


class EvacuationEvent(Event, is_personal=False):
    """Something about an evacuation."""

    evacuation: EvacuationFacts

    @property
    def subject(self) -> str:
        return f"evacuation/{self.evacuation.evacuation_id}"


class EvacuationStarted(EvacuationEvent, name="access.evacuation_started.v1"):
    """The doors of the zone are released; everybody leaves."""


class EvacuationEnded(EvacuationEvent, name="access.evacuation_ended.v1"):
    """Somebody has said that it is over."""


class ControllerFacts(Facts):
    """A door controller, and whether it gives signs of life."""

    controller_id: UUID
    zone_ids: tuple[UUID, ...]
    """Into which its doors lead, from either side."""
    silent_since: datetime | None
    """None: it is heard. Else of who passed its doors since then nothing is known."""
    heard_at: datetime
    """When it gave a sign of life last."""


class ControllerEvent(Event, is_personal=False):
    """Something about a controller."""

    controller: ControllerFacts

    @property
    def subject(self) -> str:
        return f"controller/{self.controller.controller_id}"


class ControllerSilenced(ControllerEvent, name="access.controller_silenced.v1"):
    """It has not been heard for too long; until it is, that nobody passed is no evidence."""


class ControllerHeard(ControllerEvent, name="access.controller_heard.v1"):
    """It is heard again. What its doors have seen meanwhile may come late, or never."""
