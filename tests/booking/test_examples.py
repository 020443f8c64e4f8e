"""Every example in booking's document works when it is sent as it stands, but for ids and names."""

from typing import Any

import pytest

from services.booking.app import create_app
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import Park
from tests.support.examples import Examples

AMAL, FATIMA = "amal@acme.example", "fatima@landlord.example"
ON_BOOKINGS = {
    "POST extend": "Extension",
    "POST move": "Move",
    "POST hand-over": "HandOver",
    "PUT extras": "NewOrder",
    "PUT participants": "NewParticipants",
}


class Rooms(Examples):
    """With what the examples are about."""

    def __init__(self, park: Park) -> None:
        super().__init__(park, create_app(park.ground), by=AMAL)
        self._rooms = park

    async def a_room(self, **changes: Any) -> dict[str, Any]:
        zone_id = (await self._rooms.a_room())["zone_id"]
        body = self.of("NewRoom", zone_id=zone_id, **changes)
        made: dict[str, Any] = await self.send(
            "POST", "rooms", body, by=FATIMA, role="facility_manager"
        )
        return made

    async def a_booking(self, room: dict[str, Any]) -> dict[str, Any]:
        body = self.of("NewBooking", room_id=room["room_id"])
        made: dict[str, Any] = await self.send("POST", "bookings", body)
        return made


@pytest.fixture
def examples(park: Park) -> Rooms:
    return Rooms(park)


@pytest.mark.parametrize("asked", ON_BOOKINGS)
async def test_the_examples_of_changes_work_on_the_example_of_a_booking(
    examples: Rooms, asked: str
) -> None:
    booking = await examples.a_booking(await examples.a_room())
    method, action = asked.split()
    ids = {"email": "badr@acme.example"} if action == "hand-over" else {}
    body = examples.of(ON_BOOKINGS[asked], **ids)
    await examples.send(method, f"bookings/{booking['booking_id']}/{action}", body)


async def test_the_examples_of_rooms_closures_and_clearing_work(examples: Rooms) -> None:
    room = await examples.a_room()
    at = {"by": FATIMA, "role": "facility_manager"}
    path = f"rooms/{room['room_id']}"
    await examples.a_booking(room)
    cleared = await examples.send("POST", f"{path}/cancel-bookings", examples.of("Clearing"), **at)
    assert len(cleared["booking_ids"]) == 1
    await examples.send("PUT", path, examples.of("RoomDetails"), **at)
    await examples.send("POST", "holds", examples.of("NewHold", room_id=room["room_id"]))
    await examples.send("POST", "waiting", examples.of("NewWaiting", room_id=room["room_id"]))
    closure = examples.of("NewClosure", zone_id=room["zone_id"])
    await examples.send("POST", "closures", closure, **at)


async def test_the_examples_of_swapping_and_deciding_work(park: Park, examples: Rooms) -> None:
    one = await examples.a_booking(await examples.a_room())
    other = await examples.a_booking(await examples.a_room(code="B2-OTHER"))
    swap = examples.of("Swap", booking_id=other["booking_id"])
    await examples.send("POST", f"bookings/{one['booking_id']}/swap-room", swap)
    for decision, code in {"approve": "B2-FIRST", "decline": "B2-SECOND"}.items():
        room = await examples.a_room(code=code)
        request = await a_request(park, room)
        path = f"bookings/{request['booking_id']}/{decision}"
        said = examples.of("Decision")
        await examples.send("POST", path, said, by=FATIMA, role="facility_manager")


@pytest.mark.parametrize(
    ("action", "example"),
    [("change", "ChangeOfSeries"), ("change-from", "ChangeFrom"), ("cancel-from", "CancelFrom")],
)
async def test_the_examples_of_series_work(examples: Rooms, action: str, example: str) -> None:
    wish = examples.of("NewSeries", room_id=(await examples.a_room())["room_id"])
    preview = await examples.send("POST", "series/preview", wish)
    assert preview["conflicts"] == []
    made = await examples.send("POST", "series", wish)
    path = f"series/{made['series']['series_id']}/{action}"
    await examples.send("POST", path, examples.of(example))


@pytest.mark.parametrize(
    ("decision", "example"), [("approve", "ApprovalOfSeries"), ("decline", "Decision")]
)
async def test_the_examples_of_decisions_on_series_work(
    park: Park, examples: Rooms, decision: str, example: str
) -> None:
    room = await a_room_on_request(park, capacity=20)
    made = await examples.send("POST", "series", examples.of("NewSeries", room_id=room["room_id"]))
    path = f"series/{made['series']['series_id']}/{decision}"
    said = examples.of(example)
    await examples.send("POST", path, said, by=FATIMA, role="facility_manager")
