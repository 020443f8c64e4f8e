"""Visits as visitors announces them, for booking's tests."""

from uuid import UUID, uuid4

from shared.events.visits import EscortFacts, VisitFacts, VisitorFacts, VisitStatus
from tests.booking.park import NINE, TEN


def a_visit(booking_id: str | None, guest_id: str | None, *, status: VisitStatus) -> VisitFacts:
    visitor = VisitorFacts(
        visitor_id=uuid4(),
        given_name="Guest",
        family_name="Test",
        company=None,
        email="guest@x.example",
        phone=None,
    )
    return VisitFacts(
        visit_id=uuid4(),
        status=status,
        how=None,
        visitor=visitor,
        tenant_id=uuid4(),
        host_id=uuid4(),
        co_host_ids=(),
        starts_at=NINE,
        ends_at=TEN,
        timezone="Africa/Casablanca",
        visitor_pass=None,
        zone_ids=(),
        escort=EscortFacts(is_required=False, person_ids=()),
        booking_id=UUID(booking_id) if booking_id else None,
        guest_id=UUID(guest_id) if guest_id else None,
        desk_zone_id=None,
        display_name="Guest Test",
        language="fr",
    )
