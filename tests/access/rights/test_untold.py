"""Doors of bookings and visits that nobody tells of any more close; whoever is inside gets out."""

from uuid import uuid4

from services.access.rights.untold import end_bookings, end_visits
from shared.events.booking import BookingConfirmed
from shared.events.visits import VisitExpected, VisitorCheckedIn, VisitStatus
from shared.untold import Untold
from tests.access.builders import a_booking, a_visit
from tests.access.park import Park

FLOOR = 1_000


async def test_what_is_told_of_no_more_opens_nothing(park: Park) -> None:
    zones = (park.id("floor"),)
    gone, told = (a_booking(booking_id=uuid4(), zone_id=park.id("floor")) for _ in range(2))
    await park.hear(BookingConfirmed(booking=gone))
    await park.hear(BookingConfirmed(booking=told), sequence=FLOOR)
    expected = a_visit(tenant_id=park.id("atlas"), zone_ids=zones)
    await park.hear(VisitExpected(visit=expected))
    inside = a_visit(tenant_id=park.id("atlas"), zone_ids=zones)
    inside = inside.model_copy(update={"visit_id": uuid4(), "status": VisitStatus.CHECKED_IN})
    await park.hear(VisitorCheckedIn(visit=inside))
    async with park.ground.database.transaction() as session:
        untold = Untold(floor=FLOOR, at=park.ground.clock(), limit=10)
        assert (await end_bookings(session, untold), await end_visits(session, untold)) == (1, 2)
    live = await park.rows("SELECT DISTINCT source_id FROM rights WHERE ended_at IS NULL")
    assert [row["source_id"] for row in live if row["source_id"] is not None] == [told.booking_id]
    rows = await park.rows("SELECT visit_id, status, sequence FROM known_visits")
    assert {row["visit_id"]: row["status"] for row in rows} == {
        expected.visit_id: "cancelled",
        inside.visit_id: "left_unseen",
    }
    assert {row["sequence"] for row in rows} == {FLOOR}
    async with park.ground.database.transaction() as session:
        assert (await end_bookings(session, untold), await end_visits(session, untold)) == (0, 0)
