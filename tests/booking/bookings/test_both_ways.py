"""The way in one statement and the ordinary way answer alike, whatever is asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from services.booking.app import ROUTES
from services.booking.bookings.at_once import AtOnce
from shared.web import create_service
from tests.booking.park import ELEVEN, NINE, TEN, Park, a_person, minutes

MINTED = ("booking_id", "link", "token", "guest_id", "room_id", "code", "zone_id")
"""What is another each time."""
NAMES = {"fr": "Café", "ar": "قهوة", "en": "Coffee"}
GUESTS = ["badr@acme.example", "driss@other.example", "guest@x.example", "amal@acme.example"]


@pytest.fixture
async def ordinary(park: Park) -> AsyncIterator[httpx.AsyncClient]:
    """The same service, where nothing is answered before the routes."""
    ground = replace(park.ground, registry=CollectorRegistry())
    app = create_service(ground, title="ordinary", description="", routes=ROUTES)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://booking") as http:
        yield http


@dataclass
class Ways:
    """Two like rooms, one asked for each way."""

    park: Park
    ordinary: httpx.AsyncClient
    rooms: tuple[dict[str, Any], dict[str, Any]]

    async def ask(self, *, by: str, headers: dict[str, str], **body: Any) -> list[Any]:
        answers = []
        for http, room in zip((self.park.http, self.ordinary), self.rooms, strict=True):
            key = headers.get("idempotency-key", "")
            its_own = {"idempotency-key": f"{key} {room['code']}"} if key.strip() else {}
            answer = await http.post(
                "/v1/bookings",
                json={"room_id": room["room_id"], **body},
                headers=self.park.as_(by) | headers | its_own,
            )
            told = {
                name: answer.headers.get(name)
                for name in ("etag", "idempotent-replayed", "content-type", "content-language")
            }
            answers.append((answer.status_code, told, without_what_is_minted(answer.json())))
        return answers


def at_once_of(park: Park) -> AtOnce:
    """It counts what is made in one statement."""
    known: AtOnce = park.http._transport.app.state.at_once  # type: ignore[attr-defined]
    return known


def without_what_is_minted(shown: Any) -> Any:
    if isinstance(shown, list):
        return [without_what_is_minted(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    return {k: without_what_is_minted(v) for k, v in shown.items() if k not in MINTED}


async def test_both_ways_answer_alike(park: Park, ordinary: httpx.AsyncClient) -> None:
    rooms = (
        await park.a_room(minimum_notice_minutes=5),
        await park.a_room(minimum_notice_minutes=5),
    )
    ways = Ways(park, ordinary, rooms)
    when = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}
    later = {"starts_at": TEN.isoformat(), "ends_at": ELEVEN.isoformat()}
    key, other_key = {"idempotency-key": "one"}, {"idempotency-key": " "}
    french = {"accept-language": "fr"}
    asked: list[tuple[dict[str, str], dict[str, Any]]] = [
        ({}, {**when, "people": 9}),
        ({}, {**when, "title": "Point", "participants": [{"email": each} for each in GUESTS]}),
        (french, when),
        (key, {**later, "is_private": True, "title": "A deux"}),
        (key, {**later, "is_private": True, "title": "A deux"}),
        (key, {**later, "title": "Autre"}),
        (other_key, later),
        ({}, {"minutes": 30}),
        ({}, {**when, "starts_at": ELEVEN.isoformat()}),
        ({}, {**when, "timezone": "Mars/Olympus"}),
        ({}, {"starts_at": "x", "ends_at": 3, "colour": "red"}),
        ({}, {"starts_wall": "2027-03-01T15:00", "minutes": 30}),
        ({"authorization": "Bearer x"}, when),
        ({"authorization": "Basic x"}, when),
    ]
    statuses = []
    for headers, body in asked:
        at_once, ordinarily = await ways.ask(by="amal@acme.example", headers=headers, **body)
        assert at_once == ordinarily
        statuses.append(at_once[0])
    assert statuses == [409, 201, 409, 201, 201, 422, 422, 409, 422, 422, 422, 201, 401, 401]
    announced = [name for room in rooms for name in await said_of(park, room)]
    assert announced == ["booking.confirmed.v1"] * 6


CALLERS = ["amal@acme.example", "badr@acme.example", "driss@other.example"]

wishes: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "starts_at": st.integers(1, 30).map(lambda n: (NINE + minutes(60 * n)).isoformat()),
        "minutes": st.sampled_from([20, 50, 50, 90]),
    },
    optional={
        "title": st.sampled_from([None, "", "Point", " x "]),
        "is_private": st.booleans(),
        "people": st.sampled_from([None, 1, 2, 8]),
        "layout": st.sampled_from([None, "theatre"]),
        "timezone": st.just("Asia/Tokyo"),
        "extras": st.just([{"code": "coffee", "quantity": 2}]),
        "participants": st.lists(st.sampled_from(GUESTS), max_size=3).map(
            lambda emails: [{"email": email} for email in emails]
        ),
    },
)
mistakes: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"starts_at": (NINE - minutes(90)).isoformat()},
        {"minutes": 1441},
        {"title": "\x00"},
        {"people": 9},
        {"layout": "none-such"},
        {"timezone": "Nowhere/At-All"},
        {"extras": [{"code": "tea", "quantity": 1}]},
    ]
)
no_mistake: st.SearchStrategy[dict[str, Any]] = st.just({})
bodies = st.tuples(wishes, no_mistake | no_mistake | no_mistake | mistakes).map(
    lambda both: both[0] | both[1]
)
callers = st.sampled_from(CALLERS)
keys = st.sampled_from([{}, {}, {"idempotency-key": "1"}, {"idempotency-key": "2"}])


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(callers, keys, bodies),
        min_size=4,
        max_size=8,
        unique_by=lambda one: str(one[2]["starts_at"]),
    )
)
async def test_whatever_is_asked_both_ways_do_the_same(
    park: Park,
    ordinary: httpx.AsyncClient,
    asked: list[tuple[str, dict[str, str], dict[str, Any]]],
) -> None:
    details: dict[str, Any] = {
        "buffer_after_minutes": 10,
        "layouts": [{"layout": "theatre", "capacity": 8}, {"layout": "u", "capacity": 1}],
        "extras": [{"code": "coffee", "names": NAMES, "lead_minutes": 30}],
    }
    ways = Ways(park, ordinary, (await park.a_room(**details), await park.a_room(**details)))
    for email in CALLERS:
        await park.a_booking(by=email)  # now each is known, and the rooms are
    for by, headers, body in [*asked, asked[0]]:
        before = at_once_of(park).made
        first, second = await ways.ask(by=by, headers=headers, **body)
        assert first == second
        status, told, _ = first
        assert status < 500
        is_new = status == 201 and not told["idempotent-replayed"]
        assert at_once_of(park).made == before + is_new
    done = [await done_in(park, room) for room in ways.rooms]
    assert done[0] == done[1]


async def done_in(park: Park, room: dict[str, Any]) -> list[Any]:
    """The rows, the claims and the facts told of a room's bookings."""
    told: list[Any] = []
    for sql in (
        "SELECT to_jsonb(b) AS d FROM bookings AS b WHERE room_id = :r ORDER BY starts_at",
        "SELECT to_jsonb(p) - 'booking_id' AS d FROM participants AS p JOIN bookings AS b "
        "ON b.id = p.booking_id WHERE room_id = :r ORDER BY starts_at, position",
        "SELECT to_jsonb(c) - 'space_id' AS d FROM claims AS c JOIN bookings AS b "
        "ON b.id = c.booking_id WHERE room_id = :r ORDER BY starts_at",
        "SELECT body::jsonb -> 'booking' AS d FROM outbox "
        "WHERE body::jsonb -> 'booking' ->> 'room_id' = CAST(CAST(:r AS uuid) AS text) "
        "ORDER BY position",
    ):
        rows = await park.query(sql, r=UUID(room["room_id"]))
        told.append([without_what_is_minted({**row.d, "id": 0}) for row in rows])
    return told


async def said_of(park: Park, room: dict[str, Any]) -> list[str]:
    rows = await park.query(
        "SELECT name FROM outbox WHERE body::jsonb -> 'booking' ->> 'room_id' = :r",
        r=room["room_id"],
    )
    return [row.name for row in rows]


async def test_the_usual_booking_does_not_come_to_the_routes(park: Park) -> None:
    """What is at hand is enough from the second booking on; the first one learns it."""
    room = await park.a_room()
    await park.a_booking(room)
    before = at_once_of(park).made
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN, invited=["guest@x.example"])
    assert at_once_of(park).made == before + 1


async def test_what_has_changed_since_counts_in_the_very_next_booking(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    await park.query(
        "UPDATE rooms SET capacity = 1, buffer_before_minutes = 30 WHERE id = :r RETURNING 1",
        r=UUID(room["room_id"]),
    )
    small = await park.book(room, starts_at=ELEVEN, ends_at=ELEVEN + minutes(5), people=2)
    assert small.json()["code"] == "room_too_small"
    close = await park.book(room, starts_at=TEN, ends_at=ELEVEN)
    assert close.json()["code"] == "room_taken"


async def test_a_leaver_books_nothing_more(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    await park.delist("amal@acme.example")
    answer = await park.book(room, starts_at=TEN, ends_at=ELEVEN)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_longer_listed")


async def test_who_has_moved_to_another_company_books_for_that(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    moved = a_person(park.other_tenant_id, email="amal@acme.example").model_copy(
        update={"person_id": park.person_id("amal@acme.example")}
    )
    await park.list_person(moved, sequence=2)
    booking = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    assert booking["tenant_id"] == str(park.other_tenant_id)
