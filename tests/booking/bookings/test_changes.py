"""What may be done with a booking: its doors, guests and room follow each change."""

from typing import Any
from uuid import uuid4

from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, minutes


async def test_cancelling_gives_the_room_back(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    assert (await park.do(booking, "cancel")).status_code == 204
    assert await park.claims(booking) == []
    assert (await park.last_facts(booking))["reason"] == "by_organiser"
    assert (await park.do(booking, "cancel")).json()["code"] == "already_cancelled"
    await park.a_booking(room, by="driss@other.example")
    assert await park.announced(booking) == ["confirmed", "cancelled"]


async def test_a_booking_that_has_started_is_not_cancelled_by_its_organiser(park: Park) -> None:
    booking = await park.a_booking()
    park.now = NINE
    assert (await park.do(booking, "cancel")).json()["code"] == "too_late_to_cancel"
    assert await park.claims(booking) == [(NINE, TEN)]


async def test_the_facility_manager_may_cancel_anybodys(park: Park) -> None:
    booking = await park.a_booking()
    park.now = NINE + minutes(1)
    answer = await park.do(
        booking, "cancel", by="fatima@landlord.example", roles=["facility_manager"]
    )
    assert answer.status_code == 204
    assert (await park.last_facts(booking))["reason"] == "by_facility"


async def test_participants_may_look_but_not_change(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example"])
    changes: dict[str, dict[str, Any]] = {
        "cancel": {},
        "end-early": {},
        "extend": {"ends_at": ELEVEN.isoformat()},
        "move": {"starts_at": TEN.isoformat()},
        "hand-over": {"email": "badr@acme.example"},
    }
    for action, body in changes.items():
        answer = await park.do(booking, action, by="badr@acme.example", **body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_your_booking")


async def test_to_strangers_every_change_says_that_there_is_no_such_booking(park: Park) -> None:
    booking = await park.a_booking()
    changes: dict[str, dict[str, Any]] = {
        "cancel": {},
        "check-in": {},
        "end-early": {},
        "extend": {"ends_at": ELEVEN.isoformat()},
        "move": {"starts_at": TEN.isoformat()},
        "hand-over": {"email": "badr@acme.example"},
    }
    for action, body in changes.items():
        answer = await park.do(booking, action, by="driss@other.example", **body)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_booking"), action
    answer = await park.do(
        booking, "participants", method="PUT", by="driss@other.example", participants=[]
    )
    assert answer.status_code == 404
    assert await park.announced(booking) == ["confirmed"]


async def test_a_participant_checks_in_once_from_ten_minutes_before(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example"])
    park.now = NINE - minutes(11)
    early = await park.do(booking, "check-in", by="badr@acme.example")
    assert early.json()["code"] == "too_early_to_check_in"
    assert "10 minutes" in early.json()["detail"]
    park.now = NINE - minutes(10)
    assert (await park.do(booking, "check-in", by="badr@acme.example")).status_code == 200
    assert (await park.shown(booking))["status"] == "checked_in"
    assert (await park.do(booking, "check-in")).json()["code"] == "already_checked_in"
    assert await park.announced(booking) == ["confirmed", "checked_in"]


async def test_who_only_administers_does_not_check_in(park: Park) -> None:
    booking = await park.a_booking()
    park.now = NINE
    answer = await park.do(booking, "check-in", by="chadia@acme.example", roles=["tenant_admin"])
    assert (answer.status_code, answer.json()["code"]) == (403, "not_invited")


async def test_ending_early_frees_the_rest_after_the_buffer(park: Park) -> None:
    room = await park.a_room(buffer_after_minutes=10)
    booking = await park.a_booking(room, ends_at=ELEVEN)
    assert (await park.do(booking, "end-early")).json()["code"] == "not_started_yet"
    park.now = NINE + minutes(30)
    answer = await park.do(booking, "end-early")
    assert (answer.json()["status"], answer.json()["ends_wall"]) == ("ended", "2027-03-01T09:30:00")
    assert await park.claims(booking) == [(NINE, NINE + minutes(40))]
    await park.a_booking(room, starts_at=NINE + minutes(40), ends_at=TEN)
    assert (await park.do(booking, "end-early")).json()["code"] == "already_over"
    assert await park.announced(booking) == ["confirmed", "ended_early"]


async def test_extending_needs_the_room_to_be_free(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    later = await park.a_booking(room, starts_at=ELEVEN, ends_at=NOON)
    taken = await park.do(booking, "extend", ends_at=(ELEVEN + minutes(1)).isoformat())
    assert taken.json()["code"] == "room_taken"
    assert await park.claims(booking) == [(NINE, TEN)]
    assert (await park.do(booking, "extend", ends_at=TEN.isoformat())).json()["code"] == "not_later"
    park.now = NINE + minutes(30)
    answer = await park.do(booking, "extend", ends_at=ELEVEN.isoformat())
    assert answer.status_code == 200, answer.text
    assert await park.claims(booking) == [(NINE, ELEVEN)]
    assert await park.announced(booking) == ["confirmed", "rescheduled"]
    assert await park.announced(later) == ["confirmed"]


async def test_moving_takes_the_length_along_and_may_overlap_its_own_time(park: Park) -> None:
    booking = await park.a_booking()
    answer = await park.do(booking, "move", starts_at=(NINE + minutes(30)).isoformat())
    assert answer.json()["ends_wall"] == "2027-03-01T10:30:00"
    assert await park.claims(booking) == [(NINE + minutes(30), TEN + minutes(30))]


async def test_moving_to_another_room_changes_the_zone_and_frees_the_old_one(park: Park) -> None:
    first, second = await park.a_room(spaces=["a", "b"]), await park.a_room(capacity=3)
    booking = await park.a_booking(first)
    answer = await park.do(booking, "move", room_id=second["room_id"])
    assert answer.json()["zone_id"] == second["zone_id"]
    assert (await park.last_facts(booking))["capacity"] == 3
    await park.a_booking(first, by="driss@other.example")
    assert (await park.book(second)).json()["code"] == "room_taken"


async def test_moving_asks_the_same_of_the_new_place_and_time(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example"])
    small = await park.a_room(capacity=1)
    foreign = await park.a_room(tenant_ids=[str(park.other_tenant_id)])
    refused = [
        ({"room_id": small["room_id"]}, 409, "room_too_small"),
        ({"room_id": foreign["room_id"]}, 404, "no_such_room"),
        ({"room_id": str(uuid4())}, 404, "no_such_room"),
        ({"starts_at": (park.now - minutes(5)).isoformat()}, 409, "in_the_past"),
        ({"ends_at": NINE.isoformat()}, 422, "ends_before_it_starts"),
        ({}, 422, "malformed_request"),
        ({"starts_at": NINE.isoformat()}, 409, "nothing_to_move"),
    ]
    for body, status, code in refused:
        answer = await park.do(booking, "move", **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    park.now = NINE
    late = await park.do(booking, "move", starts_at=ELEVEN.isoformat())
    assert late.json()["code"] == "already_started"
    assert await park.announced(booking) == ["confirmed"]


async def test_handing_over_makes_a_colleague_the_organiser(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example", "chadia@acme.example"])
    assert (await park.do(booking, "hand-over", email="Badr@acme.example")).status_code == 204
    seen = await park.shown(booking, to="badr@acme.example")
    assert seen["organiser_id"] == str(park.person_id("badr@acme.example"))
    assert [one["email"] for one in seen["participants"]] == ["chadia@acme.example"]
    assert (await park.do(booking, "cancel")).status_code == 404
    assert await park.announced(booking) == ["confirmed", "handed_over"]


async def test_a_booking_is_not_handed_to_whoever_has_it(park: Park) -> None:
    booking = await park.a_booking()
    answer = await park.do(booking, "hand-over", email="amal@acme.example")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_yours")
    assert await park.announced(booking) == ["confirmed"]


async def test_who_has_come_early_is_told_what_can_still_be_done(park: Park) -> None:
    booking = await park.a_booking()
    park.now = NINE - minutes(5)
    await park.do(booking, "check-in")
    moved = await park.do(booking, "move", starts_at=TEN.isoformat())
    assert (moved.status_code, moved.json()["code"]) == (409, "in_use")
    assert (await park.do(booking, "cancel")).status_code == 204


async def test_handing_over_stays_within_the_company(park: Park) -> None:
    booking = await park.a_booking()
    for email in ("driss@other.example", "nobody@x.example"):
        answer = await park.do(booking, "hand-over", email=email)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_your_company")
    malformed = await park.do(booking, "hand-over", email="a@x.example", person_id=str(uuid4()))
    assert malformed.status_code == 422


async def test_participants_named_again_stay_the_same_guests(park: Park) -> None:
    booking = await park.a_booking(invited=["one@x.example", "two@x.example"])
    one, _ = booking["participants"]
    answer = await park.do(
        booking,
        "participants",
        method="PUT",
        participants=[{"email": "three@x.example"}, {"email": "one@x.example", "name": "Une"}],
    )
    three, again = answer.json()["participants"]
    assert again == {**one, "name": "Une"}
    assert three["guest_id"] not in {one["guest_id"], None}
    facts = await park.last_facts(booking)
    assert [who["name"] for who in facts["participants"]] == ["three", "Une"]
    assert await park.announced(booking) == ["confirmed", "participants_changed"]


async def test_inviting_the_same_again_changes_nothing_and_is_not_announced(park: Park) -> None:
    booking = await park.a_booking(
        participants=[{"email": "one@x.example", "name": "Une", "language": "ar"}], people=5
    )
    again = await park.do(
        booking, "participants", method="PUT", participants=[{"email": "one@x.example"}]
    )
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')
    assert again.json() == booking
    assert await park.announced(booking) == ["confirmed"]


async def test_as_many_are_expected_as_were_said_whoever_is_named(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example"], people=5)
    named = [{"email": "badr@acme.example"}, {"email": "two@x.example"}]
    await park.do(booking, "participants", method="PUT", participants=named)
    await park.do(booking, "hand-over", email="badr@acme.example")
    assert (await park.shown(booking, to="badr@acme.example"))["people"] == 5
    alone = await park.a_booking(invited=["badr@acme.example"])
    await park.do(alone, "hand-over", email="badr@acme.example")
    assert (await park.shown(alone, to="badr@acme.example"))["people"] == 1


async def test_more_participants_than_seats_are_refused(park: Park) -> None:
    booking = await park.a_booking(await park.a_room(capacity=2))
    two = [{"email": "one@x.example"}, {"email": "two@x.example"}]
    answer = await park.do(booking, "participants", method="PUT", participants=two)
    assert answer.json()["code"] == "room_too_small"
    assert (await park.shown(booking))["participants"] == []


async def test_nobody_overwrites_what_they_have_not_seen(park: Park) -> None:
    booking = await park.a_booking()
    moved = await park.do(booking, "move", starts_at=TEN.isoformat(), headers={"if-match": '"1"'})
    assert (moved.status_code, moved.headers["etag"]) == (200, '"2"')
    lost = await park.do(booking, "cancel", headers={"if-match": '"1"'})
    assert lost.status_code == 412
    assert (await park.do(booking, "cancel", headers={"if-match": '"2"'})).status_code == 204


async def test_a_booking_that_ran_its_course_is_over(park: Park) -> None:
    booking = await park.a_booking()
    park.now = TEN
    assert (await park.shown(booking))["status"] == "ended"
    changes: dict[str, dict[str, Any]] = {
        "check-in": {},
        "end-early": {},
        "extend": {"ends_at": ELEVEN.isoformat()},
        "cancel": {},
    }
    for action, body in changes.items():
        assert (await park.do(booking, action, **body)).json()["code"] == "already_over", action
