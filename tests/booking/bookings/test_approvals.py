"""Some rooms are given on somebody's word: asked for, decided, and only then held and announced."""

import asyncio
from collections import Counter
from typing import Any

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes

AMAL, BADR, CHADIA = "amal@acme.example", "badr@acme.example", "chadia@acme.example"
DRISS, FATIMA = "driss@other.example", "fatima@landlord.example"
FACILITY, ADMIN = ["facility_manager"], ["tenant_admin"]


async def waiting_for(park: Park, email: str, *roles: str, **asked: Any) -> Any:
    answer = await park.http.get(
        "/v1/bookings/to-approve", params=asked, headers=park.as_(email, *roles)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids_for(park: Park, email: str, *roles: str) -> list[str]:
    return [one["booking_id"] for one in (await waiting_for(park, email, *roles))["items"]]


async def test_an_approved_request_holds_its_room_and_only_then_is_announced(park: Park) -> None:
    room = await a_room_on_request(park, buffer_after_minutes=10)
    request = await a_request(park, room, invited=(BADR, "guest@x.example"))
    assert (await park.shown(request))["status"] == "requested"
    assert await park.claims(request) == []
    assert await park.announced(request) == []
    answer = await park.do(
        request, "approve", by=FATIMA, roles=FACILITY, note="Merci de ranger les chaises."
    )
    assert answer.status_code == 200, answer.text
    shown = await park.shown(request)
    assert (shown["status"], shown["decision_note"], shown["decided_by"]) == (
        "confirmed",
        "Merci de ranger les chaises.",
        str(park.person_id(FATIMA)),
    )
    assert await park.claims(request) == [(NINE, TEN + minutes(10))]
    assert await park.announced(request) == ["confirmed"]
    facts = await park.last_facts(request)
    assert (facts["status"], len(facts["participants"])) == ("confirmed", 2)


async def test_a_declined_request_is_over_and_nobody_else_ever_hears_of_it(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    await park.do(request, "decline", by=FATIMA, roles=FACILITY, note="Travaux.")
    shown = await park.shown(request)
    assert (shown["status"], shown["decision_note"]) == ("declined", "Travaux.")
    for action in ("approve", "decline"):
        answer = await park.do(request, action, by=FATIMA, roles=FACILITY)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_requested")
    assert (await park.do(request, "cancel")).json()["code"] == "no_longer_stands"
    assert await park.announced(request) == []


async def test_who_asked_may_withdraw_and_until_then_changes_nothing(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park), invited=(BADR,))
    changes: dict[str, dict[str, Any]] = {
        "move": {"starts_at": TEN.isoformat()},
        "extend": {"ends_at": ELEVEN.isoformat()},
        "end-early": {},
        "check-in": {},
        "hand-over": {"email": BADR},
    }
    for action, body in changes.items():
        answer = await park.do(request, action, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "awaits_approval"), action
    assert (await park.do(request, "cancel", by=BADR)).status_code == 404
    assert (await park.do(request, "cancel")).status_code == 204
    assert (await park.do(request, "approve", by=FATIMA, roles=FACILITY)).status_code == 409
    assert await park.announced(request) == []


async def test_only_those_whose_word_the_room_waits_for_may_decide(park: Park) -> None:
    by_facility = await a_request(park, await a_room_on_request(park), invited=(BADR,))
    by_admin = await a_request(park, await a_room_on_request(park, by="tenant_admins"))
    by_people = await a_request(park, await a_room_on_request(park, by="people", people=(DRISS,)))
    refused = [
        (by_facility, AMAL, [], 403, "not_yours_to_decide"),
        (by_facility, BADR, [], 404, "no_such_booking"),
        (by_facility, CHADIA, ADMIN, 403, "not_yours_to_decide"),
        (by_facility, DRISS, ADMIN, 404, "no_such_booking"),
        (by_admin, DRISS, ADMIN, 404, "no_such_booking"),
        (by_people, CHADIA, [], 404, "no_such_booking"),
    ]
    for request, email, roles, status, code in refused:
        for action in ("approve", "decline"):
            answer = await park.do(request, action, by=email, roles=roles)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await park.do(by_admin, "approve", by=CHADIA, roles=ADMIN)).status_code == 200
    assert (await park.do(by_people, "approve", by=DRISS)).status_code == 200
    assert (await park.shown(by_people, to=DRISS))["status"] == "confirmed"


async def test_everybody_sees_what_waits_for_their_word_and_nothing_else(park: Park) -> None:
    by_facility = await a_request(park, await a_room_on_request(park))
    by_admin = await a_request(park, await a_room_on_request(park, by="tenant_admins"))
    by_people = await a_request(park, await a_room_on_request(park, by="people", people=(DRISS,)))
    every = {request["booking_id"] for request in (by_facility, by_admin, by_people)}
    assert set(await ids_for(park, FATIMA, *FACILITY)) == every
    assert await ids_for(park, CHADIA, *ADMIN) == [by_admin["booking_id"]]
    assert await ids_for(park, DRISS, *ADMIN) == [by_people["booking_id"]]
    assert await ids_for(park, AMAL) == []
    (seen,) = (await waiting_for(park, DRISS))["items"]
    assert seen["booking_id"] == by_people["booking_id"]


async def test_what_waits_is_listed_page_by_page_by_its_start(park: Park) -> None:
    room = await a_room_on_request(park)
    made = [
        await a_request(park, room, starts_at=start, ends_at=start + minutes(30))
        for start in (ELEVEN, NINE, TEN)
    ]
    first = await waiting_for(park, FATIMA, *FACILITY, limit=2)
    second = await waiting_for(park, FATIMA, *FACILITY, limit=2, cursor=first["next"])
    found = [one["booking_id"] for one in first["items"] + second["items"]]
    assert found == [made[nth]["booking_id"] for nth in (1, 2, 0)]
    assert second["next"] is None


async def test_a_request_whose_start_has_come_has_lapsed(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    park.now = NINE
    assert (await park.shown(request))["status"] == "lapsed"
    assert await ids_for(park, FATIMA, *FACILITY) == []
    for action in ("approve", "decline"):
        answer = await park.do(request, action, by=FATIMA, roles=FACILITY)
        assert (answer.status_code, answer.json()["code"]) == (409, "request_lapsed")


async def test_of_overlapping_requests_approved_at_once_one_stands(park: Park) -> None:
    room = await a_room_on_request(park, spaces=["left", "right"])
    requests = [
        await a_request(park, room, starts_at=NINE + minutes(n), ends_at=TEN + minutes(n))
        for n in range(12)
    ]
    answers = await asyncio.gather(
        *(park.do(request, "approve", by=FATIMA, roles=FACILITY) for request in requests)
    )
    outcomes = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
    assert outcomes == {(200, None): 1, (409, "room_taken"): 11}
    standings = Counter([(await park.shown(request))["status"] for request in requests])
    assert standings == {"confirmed": 1, "requested": 11}
    assert await park.announced() == ["confirmed"]
    assert await deadlocks(park) == 0
    assert await overlaps(park) == 0


async def test_one_request_is_decided_once_whoever_is_faster(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    answers = await asyncio.gather(
        *(
            park.do(request, action, by=FATIMA, roles=FACILITY)
            for action in ("approve", "decline") * 4
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert len(await park.announced(request)) <= 1


async def test_an_approval_is_repeated_by_its_key_and_lost_by_an_old_tag(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    stale = await park.do(
        request, "approve", by=FATIMA, roles=FACILITY, headers={"if-match": '"7"'}
    )
    assert stale.status_code == 412
    key = {"idempotency-key": "yes"}
    first, second = [
        await park.do(request, "approve", by=FATIMA, roles=FACILITY, headers=key) for _ in range(2)
    ]
    assert (first.status_code, first.json()) == (200, second.json())
    assert await park.announced(request) == ["confirmed"]


async def test_what_was_approved_is_not_moved_to_what_was_not(park: Park) -> None:
    on_request, free = await a_room_on_request(park), await park.a_room()
    approved = await a_request(park, on_request)
    await park.do(approved, "approve", by=FATIMA, roles=FACILITY)
    confirmed = await park.a_booking(free, starts_at=TEN, ends_at=ELEVEN)
    for booking, action, body in (
        (approved, "extend", {"ends_at": ELEVEN.isoformat()}),
        (approved, "move", {"starts_at": ELEVEN.isoformat()}),
        (confirmed, "move", {"room_id": on_request["room_id"]}),
        (confirmed, "swap-room", {"booking_id": approved["booking_id"]}),
    ):
        answer = await park.do(booking, action, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "needs_approval"), action
    less = await park.do(approved, "move", ends_at=(TEN - minutes(15)).isoformat())
    assert less.status_code == 200, less.text
    swapped = await park.do(
        confirmed, "swap-room", by=FATIMA, roles=FACILITY, booking_id=approved["booking_id"]
    )
    assert swapped.status_code == 200, swapped.text


async def test_what_was_approved_and_cancelled_is_asked_for_anew(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    await park.do(request, "approve", by=FATIMA, roles=FACILITY)
    await park.do(request, "cancel")
    answer = await park.do(request, "restore")
    assert (answer.json()["status"], answer.json()["decided_by"]) == ("requested", None)
    assert await park.claims(request) == []
    assert await park.announced(request) == ["confirmed", "cancelled"]
    await park.do(request, "approve", by=FATIMA, roles=FACILITY)
    assert await park.announced(request) == ["confirmed", "cancelled", "confirmed"]


async def test_requests_of_leavers_are_withdrawn_and_leavers_are_taken_off_others(
    park: Park,
) -> None:
    room = await a_room_on_request(park)
    theirs = await a_request(park, room)
    others = await a_request(park, room, by=BADR, invited=(AMAL,), starts_at=TEN, ends_at=NOON)
    await park.delist(AMAL)
    rows = await park.query(
        "SELECT status, reason FROM bookings WHERE organiser_id = :a", a=park.person_id(AMAL)
    )
    assert [tuple(row) for row in rows] == [("cancelled", "organiser_left")]
    assert (await park.do(theirs, "approve", by=FATIMA, roles=FACILITY)).status_code == 409
    assert (await park.shown(others, to=BADR))["participants"] == []
    assert await park.announced(theirs) == await park.announced(others) == []


async def test_a_request_is_shown_to_nobody_it_names_until_it_stands(park: Park) -> None:
    room = await a_room_on_request(park)
    request = await a_request(park, room, invited=(BADR, DRISS))
    taken_back = await a_request(park, room, invited=(BADR, DRISS))
    assert (await park.do(taken_back, "cancel")).status_code == 204
    declined = await a_request(park, room, invited=(BADR, DRISS))
    await park.do(declined, "decline", by=FATIMA, roles=FACILITY)
    for hidden in (request, taken_back, declined):
        assert await seen_by(park, hidden, BADR, DRISS) == set()
    await park.do(request, "approve", by=FATIMA, roles=FACILITY, note="Entre nous.")
    assert await seen_by(park, request, BADR, DRISS) == {BADR, DRISS}
    assert (await park.shown(request, to=DRISS))["decision_note"] is None
    assert (await park.shown(request, to=BADR))["decision_note"] == "Entre nous."
    assert (await park.do(request, "cancel")).status_code == 204
    assert (await park.shown(request, to=DRISS))["status"] == "cancelled"


async def seen_by(park: Park, booking: dict[str, Any], *emails: str) -> set[str]:
    """Who of them is shown it, by itself, in their list or on their first screen."""
    seen = set()
    for email in emails:
        headers = park.as_(email)
        one = await park.http.get(f"/v1/bookings/{booking['booking_id']}", headers=headers)
        asked = {"status": ["requested", "declined", "cancelled", "confirmed"]}
        mine = await park.http.get("/v1/bookings", params=asked, headers=headers)
        home = await park.http.get("/v1/home", headers=headers)
        assert (mine.status_code, home.status_code) == (200, 200)
        if one.status_code == 200 or booking["booking_id"] in mine.text + home.text:
            seen.add(email)
    return seen
