"""Nobody is told what is not for them: not by what changed, and not by what is shown."""

from typing import Any

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import Park
from tests.booking.phone import Phone

AMAL, BADR, CHADIA = "amal@acme.example", "badr@acme.example", "chadia@acme.example"
DRISS, FATIMA = "driss@other.example", "fatima@landlord.example"
FACILITY, ADMIN = ["facility_manager"], ["tenant_admin"]
COFFEE = {"code": "coffee", "quantity": 8, "note": "sans sucre"}


async def phones(park: Park, *emails: str) -> list[Phone]:
    """Theirs, which have read their lists once."""
    made = [Phone(park, email) for email in emails]
    for phone in made:
        await phone.read_all()
    return made


async def news(phones: list[Phone]) -> list[tuple[list[str], dict[str, str | None]]]:
    """What each has by now, and was told to forget since the last time."""
    for phone in phones:
        phone.gone = {}
        await phone.read_what_changed()
    return [(list(phone.kept), phone.gone) for phone in phones]


async def decide(park: Park, request: dict[str, Any], decision: str, **said: Any) -> None:
    answer = await park.do(request, decision, by=FATIMA, roles=FACILITY, **said)
    assert answer.status_code == 200, answer.text


async def test_whom_a_request_names_is_told_nothing_until_it_stands(park: Park) -> None:
    room = await a_room_on_request(park)
    theirs = await phones(park, BADR, DRISS)
    for outcome in ("cancel", "decline"):
        request = await a_request(park, room, invited=(BADR, DRISS, "guest@x.example"))
        assert await news(theirs) == [([], {})] * 2
        if outcome == "cancel":
            assert (await park.do(request, "cancel")).status_code == 204
            await park.do(request, "restore")
            await park.do(request, "cancel")
        else:
            await decide(park, request, "decline")
        assert await news(theirs) == [([], {})] * 2
    request = await a_request(park, room, invited=(BADR, DRISS))
    await decide(park, request, "approve")
    assert await news(theirs) == [([request["booking_id"]], {})] * 2


async def test_who_asks_is_told_whatever_becomes_of_it(park: Park) -> None:
    amals = await phones(park, AMAL)
    request = await a_request(park, await a_room_on_request(park), invited=(BADR,))
    booking_id = request["booking_id"]
    assert await news(amals) == [([booking_id], {})]
    await decide(park, request, "decline")
    assert await news(amals) == [([], {booking_id: "declined"})]


async def test_who_leaves_a_request_or_is_left_by_it_is_not_told(park: Park) -> None:
    theirs = await phones(park, BADR, DRISS)
    await a_request(park, await a_room_on_request(park), invited=(BADR, DRISS, CHADIA))
    await park.delist(CHADIA)
    assert await news(theirs) == [([], {})] * 2
    await park.delist(AMAL)
    assert await news(theirs) == [([], {})] * 2


async def test_what_they_knew_is_gone_once_it_is_a_request_again(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park), invited=(BADR, DRISS))
    booking_id = request["booking_id"]
    await decide(park, request, "approve")
    theirs = await phones(park, BADR, DRISS)
    assert [list(phone.kept) for phone in theirs] == [[booking_id]] * 2
    assert (await park.do(request, "cancel")).status_code == 204
    assert (await park.do(request, "restore")).json()["status"] == "requested"
    assert await news(theirs) == [([], {booking_id: None})] * 2
    await decide(park, request, "decline")
    assert await news(theirs) == [([], {})] * 2


async def test_what_they_saw_cancelled_is_gone_once_it_is_a_request_again(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park), invited=(BADR,))
    booking_id = request["booking_id"]
    await decide(park, request, "approve")
    await park.do(request, "cancel")
    theirs = await phones(park, BADR)
    assert (await theirs[0].ask(status="cancelled")).json()["items"] != []
    await park.do(request, "restore")
    assert await news(theirs) == [([], {booking_id: None})]


async def shown(park: Park, booking: dict[str, Any], email: str, *roles: str) -> Any:
    path = f"/v1/bookings/{booking['booking_id']}"
    answer = await park.http.get(path, headers=park.as_(email, *roles))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def an_approved_meeting(park: Park, **wish: Any) -> dict[str, Any]:
    """Of Amal, with coffee; approved with a word by Fatima."""
    lead = {"code": "coffee", "names": {"fr": "Café", "ar": "قهوة", "en": "Coffee"}}
    room = await a_room_on_request(park, extras=[{**lead, "lead_minutes": 0}])
    asked = await park.book(room, extras=[COFFEE], title="Rachat", **wish)
    assert (asked.status_code, asked.json()["status"]) == (201, "requested"), asked.text
    await decide(park, asked.json(), "approve", note="Entre nous.")
    made: dict[str, Any] = asked.json()
    return made


async def test_who_comes_from_next_door_is_shown_what_there_is_and_not_what_was_said(
    park: Park,
) -> None:
    meeting = await an_approved_meeting(park, invited=[BADR, DRISS])
    driss, badr = await shown(park, meeting, DRISS), await shown(park, meeting, BADR)
    assert (driss["extras"], badr["extras"]) == ([{**COFFEE, "note": None}], [COFFEE])
    assert (driss["decided_by"], driss["decision_note"]) == (None, None)
    assert (badr["decided_by"], badr["decision_note"]) != (None, None)
    assert len(driss["participants"]) == 2


async def test_who_decides_and_comes_too_is_shown_both(park: Park) -> None:
    meeting = await an_approved_meeting(park, invited=[FATIMA], is_private=True)
    manager = await shown(park, meeting, FATIMA, *FACILITY)
    assert manager["decided_by"] == str(park.person_id(FATIMA))
    assert (manager["decision_note"], manager["extras"]) == ("Entre nous.", [COFFEE])
    assert (manager["title"], len(manager["participants"])) == ("Rachat", 1)
    room = await a_room_on_request(park, by="people", people=(DRISS,))
    request = await a_request(park, room, invited=(DRISS,))
    answer = await park.do(request, "approve", by=DRISS, note="Oui.")
    assert (answer.json()["decision_note"], answer.json()["status"]) == ("Oui.", "confirmed")
    assert (await shown(park, request, DRISS))["decision_note"] == "Oui."


async def test_who_only_runs_the_room_is_shown_how_many_come_and_not_who(park: Park) -> None:
    guests = [BADR, DRISS, "karim@x.example"]
    meeting = await an_approved_meeting(park, invited=guests, is_private=True)
    manager = await shown(park, meeting, FATIMA, *FACILITY)
    assert (manager["title"], manager["participants"], manager["people"]) == (None, [], 4)
    assert (manager["extras"], manager["decision_note"]) == ([COFFEE], "Entre nous.")
    admin = await shown(park, meeting, CHADIA, *ADMIN)
    assert (admin["title"], len(admin["participants"])) == (None, 3)
