"""Facts that other services announce, for tests to change one thing in."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.events.booking import (
    BookingFacts,
    BookingStatus,
    ParticipantFacts,
    ParticipantKind,
)
from shared.events.visits import (
    Admits,
    Entries,
    EscortFacts,
    PassFacts,
    VisitFacts,
    VisitorFacts,
    VisitStatus,
)
from tests.access.park import NINE, TOKEN, digest_of


def a_pass(**changes: Any) -> PassFacts:
    facts: dict[str, Any] = {
        "digest": digest_of(TOKEN),
        "valid_from": NINE - timedelta(hours=1),
        "valid_until": NINE + timedelta(hours=3),
        "admits": Admits.DOOR,
        "entries": Entries.ONCE_UNTIL_LEFT,
    }
    return PassFacts(**facts | changes)


def a_visit(**changes: Any) -> VisitFacts:
    facts: dict[str, Any] = {
        "visit_id": uuid4(),
        "status": VisitStatus.EXPECTED,
        "how": None,
        "visitor": VisitorFacts(
            visitor_id=uuid4(),
            given_name="Vera",
            family_name="Visitor",
            company=None,
            email="vera@elsewhere.example",
            phone=None,
        ),
        "tenant_id": uuid4(),
        "host_id": uuid4(),
        "co_host_ids": (),
        "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=2),
        "timezone": "Africa/Casablanca",
        "visitor_pass": a_pass(),
        "zone_ids": (),
        "escort": EscortFacts(is_required=False, person_ids=()),
        "booking_id": None,
        "guest_id": None,
        "desk_zone_id": None,
        "display_name": "Vera V.",
        "language": "fr",
    }
    return VisitFacts(**facts | changes)


def a_booking(**changes: Any) -> BookingFacts:
    facts: dict[str, Any] = {
        "booking_id": uuid4(),
        "status": BookingStatus.CONFIRMED,
        "reason": None,
        "room_id": uuid4(),
        "zone_id": uuid4(),
        "tenant_id": uuid4(),
        "organiser_id": uuid4(),
        "starts_at": NINE + timedelta(hours=1),
        "ends_at": NINE + timedelta(hours=2),
        "timezone": "Africa/Casablanca",
        "participants": (),
        "series_id": None,
        "capacity": 8,
    }
    return BookingFacts(**facts | changes)


def a_guest(guest_id: UUID) -> ParticipantFacts:
    return ParticipantFacts(
        kind=ParticipantKind.GUEST,
        person_id=None,
        guest_id=guest_id,
        name="Vera Visitor",
        email="vera@elsewhere.example",
        language="fr",
    )


def a_colleague(person_id: UUID) -> ParticipantFacts:
    return ParticipantFacts(
        kind=ParticipantKind.PERSON,
        person_id=person_id,
        guest_id=None,
        name="A colleague",
        email=None,
        language="fr",
    )
