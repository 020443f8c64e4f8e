"""Booking a room over HTTP: what stands, what is refused, who sees it."""

from datetime import timedelta
from typing import Any

from shared.events.visits import VisitorArrived, VisitStatus
from tests.booking.park import NINE, TEN, Park, a_zone, heard, minutes
from tests.booking.visits import a_visit


async def test_a_booking_stands_and_is_announced_with_all_its_facts(park: Park) -> None:
    room = await park.a_room()
    answer = await park.book(
        room, invited=["badr@acme.example", "guest@elsewhere.example"], title="Point projet"
    )
    assert answer.status_code == 201, answer.text
    booking = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert booking["status"] == "confirmed"
    assert booking["starts_wall"] == "2027-03-01T09:00:00"
    assert [one["kind"] for one in booking["participants"]] == ["person", "guest"]
    assert await park.announced(booking) == ["confirmed"]
    facts = await park.last_facts(booking)
    assert facts["zone_id"] == room["zone_id"]
    assert facts["participants"][0]["person_id"] == str(park.person_id("badr@acme.example"))
    assert facts["participants"][1]["guest_id"] == booking["participants"][1]["guest_id"]
    assert await park.claims(booking) == [(NINE, TEN)]
    assert (await park.shown(booking)) == booking


async def test_bookings_and_refusals_are_counted_by_their_route(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    await park.book(room, by="driss@other.example")
    shown = (await park.http.get("/metrics")).text
    route = 'method="POST",route="/v1/bookings"'
    assert f'parvis_http_requests_total{{{route},status="201"}} 1.0' in shown
    assert f'parvis_http_refusals_total{{code="room_taken",{route}}} 1.0' in shown


async def test_a_taken_room_is_refused(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    answer = await park.book(room, by="driss@other.example", starts_at=NINE + minutes(59))
    assert (answer.status_code, answer.json()["code"]) == (409, "room_taken")
    assert await park.announced() == ["confirmed"]


async def test_the_next_booking_may_begin_where_one_ends(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    next_one = await park.a_booking(room, starts_at=TEN, ends_at=TEN + minutes(30))
    assert await park.claims(next_one) == [(TEN, TEN + minutes(30))]


async def test_buffers_keep_bookings_apart(park: Park) -> None:
    room = await park.a_room(buffer_before_minutes=5, buffer_after_minutes=10)
    await park.a_booking(room)
    late = await park.book(room, starts_at=TEN + minutes(14), ends_at=TEN + minutes(30))
    assert late.json()["code"] == "room_taken"
    await park.a_booking(room, starts_at=TEN + minutes(15), ends_at=TEN + minutes(30))


async def test_a_part_and_the_whole_exclude_each_other(park: Park) -> None:
    whole = await park.a_room(spaces=["left", "right"])
    left = await park.a_room(spaces=["left"])
    right = await park.a_room(spaces=["right"])
    await park.a_booking(left)
    assert (await park.book(whole)).json()["code"] == "room_taken"
    await park.a_booking(right)


async def test_a_room_whose_zone_is_not_known_yet_cannot_be_booked(park: Park) -> None:
    zone = a_zone()
    room = await park.a_room(zone_id=zone.zone_id)
    answer = await park.book(room)
    assert (answer.status_code, answer.json()["code"]) == (409, "zone_not_yet_known")
    await park.list_zone(zone)
    await park.a_booking(room)


async def test_a_zone_that_is_not_bookable_refuses(park: Park) -> None:
    room = await park.a_room(zone_id=await park.list_zone(a_zone(is_bookable=False)))
    assert (await park.book(room)).json()["code"] == "not_bookable"


async def test_each_rule_has_its_own_refusal(park: Park) -> None:
    room = await park.a_room(
        capacity=2,
        minimum_notice_minutes=30,
        opening=[{"weekday": 1, "opens": "08:00", "closes": "18:00"}],
    )
    day = timedelta(days=1)
    refused: dict[str, dict[str, Any]] = {
        "room_too_small": {"invited": ["a@x.example", "b@x.example"]},
        "room_closed": {"starts_at": NINE + day, "ends_at": TEN + day},
        "notice_too_short": {"starts_at": park.now + minutes(20)},
        "in_the_past": {"starts_at": park.now - minutes(2)},
        "ends_before_it_starts": {"ends_at": NINE},
        "too_long": {"ends_at": NINE + day + minutes(1)},
        "too_far_ahead": {"starts_at": NINE + 800 * day, "ends_at": TEN + 800 * day},
        "no_such_timezone": {"timezone": "Africa/Atlantis"},
    }
    for code, wish in refused.items():
        assert (await park.book(room, **wish)).json()["code"] == code
    assert await park.announced() == []


async def test_a_room_opens_by_the_parks_clock_wherever_its_bookers_are(park: Park) -> None:
    hours = [{"weekday": 1, "opens": "08:00", "closes": "18:00"}]
    room = await park.a_room(opening=hours)
    night: dict[str, Any] = {"starts_at": NINE + minutes(720), "ends_at": TEN + minutes(720)}
    by_their_clock = await park.book(room, **night, timezone="America/Los_Angeles")
    assert by_their_clock.json()["code"] == "room_closed"
    booking = await park.a_booking(room, timezone="Asia/Tokyo")
    assert booking["starts_wall"] == "2027-03-01T18:00:00"
    extended = await park.do(booking, "extend", ends_at=(TEN + minutes(30)).isoformat())
    assert extended.status_code == 200


async def test_the_room_must_seat_as_many_as_are_said_to_come(park: Park) -> None:
    room = await park.a_room(capacity=4)
    assert (await park.book(room, people=5)).json()["code"] == "room_too_small"
    assert (await park.a_booking(room, people=4))["people"] == 4


async def test_a_request_for_now_may_arrive_half_a_minute_late(park: Park) -> None:
    park.now = NINE + minutes(0.5)
    assert (await park.book(await park.a_room(), starts_at=NINE)).status_code == 201


async def test_another_tenants_room_is_not_there(park: Park) -> None:
    room = await park.a_room(tenant_ids=[str(park.other_tenant_id)])
    answer = await park.book(room)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_room")
    await park.a_booking(room, by="driss@other.example")


async def test_of_another_tenants_person_the_inviter_learns_nothing(park: Park) -> None:
    booking = await park.a_booking(invited=["driss@other.example", "nobody@x.example"])
    known, unknown = booking["participants"]
    assert known["kind"] == unknown["kind"] == "guest"
    assert known["person_id"] is None
    assert known["guest_id"] is not None
    assert known["name"] == "driss"
    assert known["language"] == unknown["language"]
    facts = await park.last_facts(booking)
    assert facts["participants"][0]["kind"] == "person"
    assert facts["participants"][0]["person_id"] == str(park.person_id("driss@other.example"))
    seen = await park.shown(booking, to="driss@other.example")
    assert [one["email"] for one in seen["participants"]] == [None, None]


async def test_repeated_addresses_and_the_organisers_own_count_once(park: Park) -> None:
    booking = await park.a_booking(
        invited=["Guest@x.example", "guest@X.example", "amal@acme.example"]
    )
    assert [one["email"] for one in booking["participants"]] == ["guest@x.example"]


async def test_only_those_concerned_see_a_booking(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example", "driss@other.example"])
    path = f"/v1/bookings/{booking['booking_id']}"
    sees = {
        ("amal@acme.example", ""): 200,
        ("badr@acme.example", ""): 200,
        ("driss@other.example", ""): 200,
        ("chadia@acme.example", ""): 404,
        ("chadia@acme.example", "tenant_admin"): 200,
        ("chadia@acme.example", "facility_manager"): 404,
        ("fatima@landlord.example", ""): 404,
        ("fatima@landlord.example", "facility_manager"): 200,
    }
    for (email, role), status in sees.items():
        answer = await park.http.get(path, headers=park.as_(email, role))
        assert answer.status_code == status, (email, role)


async def test_who_has_seen_it_all_is_not_sent_it_again(park: Park) -> None:
    booking = await park.a_booking(invited=["guest@x.example"])
    path, me = f"/v1/bookings/{booking['booking_id']}", park.as_("amal@acme.example")
    seen = {"if-none-match": (await park.http.get(path, headers=me)).headers["etag"]}
    assert (await park.http.get(path, headers=me | seen)).status_code == 304
    guest_id = booking["participants"][0]["guest_id"]
    visit = a_visit(booking["booking_id"], guest_id, status=VisitStatus.ARRIVED)
    await park.hear(heard(VisitorArrived(visit=visit)))
    news = await park.http.get(path, headers=me | seen)
    assert (news.status_code, news.json()["version"]) == (200, 1)
    both = {"if-match": seen["if-none-match"]}
    assert (await park.do(booking, "cancel", headers=both)).status_code == 204
    assert (await park.do(booking, "cancel", headers=both)).status_code == 412


async def test_my_bookings_are_those_i_organise_or_take_part_in(park: Park) -> None:
    room = await park.a_room()
    first = await park.a_booking(room)
    second = await park.a_booking(
        room,
        by="badr@acme.example",
        starts_at=TEN,
        ends_at=TEN + minutes(30),
        invited=["amal@acme.example"],
    )
    await park.a_booking(
        room, by="driss@other.example", starts_at=TEN + minutes(30), ends_at=TEN + minutes(60)
    )
    found, cursor = [], None
    for _ in range(3):
        answer = await park.http.get(
            "/v1/bookings",
            params={"limit": 1} | ({"cursor": cursor} if cursor else {}),
            headers=park.as_("amal@acme.example"),
        )
        found += [booking["booking_id"] for booking in answer.json()["items"]]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert found == [first["booking_id"], second["booking_id"]]


async def test_a_booking_says_where_it_is_found(park: Park) -> None:
    booking = await park.a_booking()
    assert booking["link"].endswith(f"/v1/bookings/{booking['booking_id']}")
    assert (booking["starts_at"], booking["timezone"]) == (
        "2027-03-01T09:00:00Z",
        "Africa/Casablanca",
    )
    assert booking["starts_wall"] == "2027-03-01T09:00:00"


async def test_a_private_title_is_shown_to_those_who_attend_alone(park: Park) -> None:
    booking = await park.a_booking(title="Rachat", invited=["badr@acme.example"])
    await park.query("UPDATE bookings SET is_private = true RETURNING id")
    shown = await park.shown(booking, to="badr@acme.example")
    assert (shown["title"], shown["is_private"]) == ("Rachat", True)
    for email, role in (
        ("chadia@acme.example", "tenant_admin"),
        ("fatima@landlord.example", "facility_manager"),
    ):
        answer = await park.http.get(
            f"/v1/bookings/{booking['booking_id']}", headers=park.as_(email, role)
        )
        assert (answer.json()["title"], answer.json()["is_private"]) == (None, True)
