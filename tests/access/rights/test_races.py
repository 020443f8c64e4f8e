"""What happens at once ends as if one thing had happened after the other."""

import asyncio
from uuid import uuid4

from shared.events.booking import BookingConfirmed
from shared.events.visits import VisitExpected
from tests.access.builders import a_booking, a_guest, a_visit
from tests.access.park import ALICE, SECURITY, Park

NUMBER = 77


async def test_a_booking_and_its_guests_visit_heard_at_once_open_the_room(park: Park) -> None:
    for _ in range(10):
        guest_id = uuid4()
        booking = a_booking(
            zone_id=park.id("room"),
            organiser_id=park.id(ALICE.email),
            participants=(a_guest(guest_id),),
        )
        visit = a_visit(booking_id=booking.booking_id, guest_id=guest_id)
        await asyncio.gather(
            park.hear(VisitExpected(visit=visit)), park.hear(BookingConfirmed(booking=booking))
        )
        rights = await park.rows(
            "SELECT source FROM rights WHERE holder_id = $1 AND ended_at IS NULL", visit.visit_id
        )
        assert [right["source"] for right in rights] == ["booking"]


async def test_no_decision_after_a_revocation_grants(park: Park) -> None:
    """Reads race a revocation; whatever is asked after its answer is denied."""
    await park.let_in(ALICE, "suite a")
    for round_number in range(5):
        number = NUMBER + round_number
        badge = await park.give_badge(ALICE, number)
        reads = [asyncio.create_task(park.read_badge("door a in", number)) for _ in range(4)]
        path = f"/badges/{badge['badge_id']}/revoke"
        assert (await park.post(SECURITY, path, {"reason": "lost"})).status_code == 200
        late = await asyncio.gather(*(park.read_badge("door a in", number) for _ in range(4)))
        assert {answer["reason"] for answer in late} == {"credential_lost"}
        await asyncio.gather(*reads)


async def test_one_live_badge_of_a_number_is_issued_to_many_who_ask_at_once(park: Park) -> None:
    path = f"/people/{park.ids[ALICE.email]}/badges"
    card = {"facility": 1, "number": 1}
    answers = await asyncio.gather(*(park.post(SECURITY, path, card) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
