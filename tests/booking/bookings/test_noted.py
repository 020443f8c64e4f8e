"""What is answered before any route is looked for is noted by its route all the same."""

from tests.booking.bookings.test_both_ways import at_once_of
from tests.booking.park import ELEVEN, TEN, Park

COUNTED = 'parvis_http_requests_total{method="POST",route="/v1/bookings",status="409"} 1.0'


async def test_what_is_answered_at_once_breaks_nothing_after_its_answer(park: Park) -> None:
    """A server cuts the connection of what does; here it is raised."""
    room = await park.a_room()
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)  # now the process knows the rooms
    before = at_once_of(park).made
    answers = [await park.book(room) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 409]
    assert at_once_of(park).made == before + 1
    assert COUNTED in (await park.http.get("/metrics")).text.splitlines()
