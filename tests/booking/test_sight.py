"""No tenant sees another's: every route, asked for Acme's things by those they are not for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import pytest

from shared.identity.listed import Role
from tests.booking.park import Park
from tests.booking.secrets import CHADIA, DRISS, FATIMA, GONE, Secrets, acmes_secrets
from tests.booking.test_faces import operations
from tests.support.asked import KEY, Asked, conditions, in_place_of, tells

Refused = tuple[int, str]
Said = Callable[[Secrets], dict[str, Any]]
FOUR_TO_FIVE = {"starts_at": "2027-03-01T16:00:00Z", "ends_at": "2027-03-01T17:00:00Z"}
AT_NINE = {"starts_at": "2027-03-01T09:00:00Z", "ends_at": "2027-03-01T10:00:00Z"}
WALL = "2027-03-02T09:00:00"
NAMES = {"fr": "Une", "ar": "غرفة", "en": "One"}


@dataclass(frozen=True)
class Try:
    """One way to ask, and how it is answered; without `refused` with what is one's own."""

    refused: Refused | None = None
    body: Said | None = None
    params: Said | None = None
    headers: Said | None = None
    is_for_admins: bool = False
    """Of a company, who are answered with what is theirs."""
    on_own: bool = False
    """The booking of the address is the asker's own."""


def _room(secrets: Secrets) -> dict[str, Any]:
    return {"room_id": secrets.one("room_id")}


def _series(secrets: Secrets) -> dict[str, Any]:
    return _room(secrets) | {
        "starts_wall": WALL,
        "minutes": 30,
        "rrule": "FREQ=DAILY;COUNT=2",
    }


def _booking(secrets: Secrets, *, nth: int) -> dict[str, Any]:
    return {"booking_id": secrets.ids["booking_id"][nth]}


def _march(_: Secrets, *, by: str) -> dict[str, Any]:
    return {"month": "2027-03", "by": by}


NO_BOOKING, NO_ROOM = (404, "no_such_booking"), (404, "no_such_room")
NO_SERIES, NO_HOLD = (404, "no_such_series"), (404, "no_such_hold")
NOT_ALLOWED, NOT_THEIRS = (403, "not_your_role"), (422, "bad_cursor")
BY_CURSOR = Try(NOT_THEIRS, params=lambda of: {"cursor": of.cursor})
NEAR = Try(params=lambda of: {"building_zone_id": of.zone_id, "minutes": 30})
PLAIN = Try(NO_BOOKING)
TABLE: dict[str, list[Try]] = {
    "GET /v1/home": [Try(), Try(params=lambda of: {"near": of.zone_id})],
    "GET /v1/rooms/free": [
        Try(params=lambda _: AT_NINE),
        NEAR,
        Try(NOT_THEIRS, params=lambda of: {"cursor": of.cursor, "minutes": 30}),
    ],
    "GET /v1/rooms/first-free": [Try(params=lambda _: {"minutes": 30}), NEAR],
    "GET /v1/rooms/day": [
        Try(params=lambda _: {"date": "2027-03-01"}),
        Try(params=lambda of: {"building_zone_id": of.zone_id}),
        BY_CURSOR,
    ],
    "GET /v1/rooms/{room_id}/busy": [Try(NO_ROOM, params=lambda _: AT_NINE)],
    "POST /v1/rooms": [
        Try(
            NOT_ALLOWED,
            lambda of: {"code": "ZETA", "names": NAMES, "zone_id": of.zone_id, "capacity": 2},
        )
    ],
    "GET /v1/rooms": [Try(), BY_CURSOR],
    "GET /v1/rooms/{room_id}": [Try(NO_ROOM)],
    "PUT /v1/rooms/{room_id}": [Try(NOT_ALLOWED, lambda _: {"names": NAMES, "capacity": 2})],
    "DELETE /v1/rooms/{room_id}": [Try(NOT_ALLOWED)],
    "POST /v1/closures": [
        Try(NOT_ALLOWED, lambda of: _room(of) | AT_NINE | {"reason": "x"}),
        Try(NOT_ALLOWED, lambda of: {"zone_id": of.zone_id, "reason": "x"} | AT_NINE),
    ],
    "GET /v1/closures": [Try(NOT_ALLOWED), Try(NOT_ALLOWED, params=BY_CURSOR.params)],
    "GET /v1/closures/{closure_id}": [Try(NOT_ALLOWED)],
    "DELETE /v1/closures/{closure_id}": [Try(NOT_ALLOWED)],
    "POST /v1/bookings/feed-tickets": [Try()],
    "GET /v1/bookings/feed": [
        Try(NOT_THEIRS, headers=lambda of: {"last-event-id": of.sync}),
        Try((401, "ticket_not_accepted"), params=lambda of: {"ticket": of.one("booking_id")}),
    ],
    "POST /v1/bookings": [
        Try(NO_ROOM, lambda of: _room(of) | AT_NINE),
        Try(NO_ROOM, lambda of: of.wish, headers=lambda _: KEY),
        Try((409, "nothing_fits"), lambda of: {"any": {"building_zone_id": of.zone_id}} | AT_NINE),
        Try((404, "no_such_offer"), lambda of: {"token": of.token}),
        Try(NO_HOLD, lambda of: {"hold_id": of.one("hold_id")}),
    ],
    "GET /v1/bookings": [
        Try(params=lambda _: {"from": "2020-01-01T00:00:00Z", "status": "cancelled"}),
        Try(NOT_THEIRS, params=lambda of: {"since": of.sync}),
        Try(NOT_THEIRS, params=lambda of: {"cursor": of.cursor}),
    ],
    "POST /v1/holds": [Try(NO_ROOM, lambda of: _room(of) | FOUR_TO_FIVE)],
    "GET /v1/holds": [Try()],
    "GET /v1/holds/{hold_id}": [Try(NO_HOLD)],
    "DELETE /v1/holds/{hold_id}": [Try(NO_HOLD)],
    "POST /v1/waiting": [Try(NO_ROOM, lambda of: _room(of) | FOUR_TO_FIVE)],
    "GET /v1/waiting": [Try(), BY_CURSOR],
    "DELETE /v1/waiting/{waiting_id}": [Try((404, "no_such_waiting"))],
    "GET /v1/bookings/to-approve": [Try(), BY_CURSOR],
    "POST /v1/bookings/{booking_id}/approve": [PLAIN, Try(NO_BOOKING, lambda _: {"note": "x"})],
    "POST /v1/bookings/{booking_id}/decline": [PLAIN],
    "GET /v1/extras": [Try(NOT_ALLOWED)],
    "GET /v1/bookings/{booking_id}": [PLAIN],
    "PATCH /v1/bookings/{booking_id}": [Try(NO_BOOKING, lambda _: {"title": "x"})],
    "POST /v1/bookings/{booking_id}/cancel": [PLAIN],
    "POST /v1/bookings/{booking_id}/restore": [PLAIN],
    "POST /v1/bookings/{booking_id}/check-in": [PLAIN],
    "POST /v1/bookings/{booking_id}/end-early": [PLAIN],
    "POST /v1/bookings/{booking_id}/extend": [
        Try(NO_BOOKING, lambda _: {"ends_at": "2027-03-01T18:00:00Z"})
    ],
    "POST /v1/bookings/{booking_id}/move": [
        Try(NO_BOOKING, lambda _: {"starts_at": "2027-03-01T18:00:00Z"}),
        Try(NO_ROOM, _room, on_own=True),
    ],
    "POST /v1/bookings/{booking_id}/swap-room": [
        Try(NO_BOOKING, lambda of: {"booking_id": of.own_booking_id}),
        *(Try(NO_BOOKING, partial(_booking, nth=nth), on_own=True) for nth in range(5)),
    ],
    "POST /v1/bookings/{booking_id}/hand-over": [
        Try(NO_BOOKING, lambda _: {"email": DRISS}),
        Try((409, "not_your_company"), lambda _: {"email": CHADIA}, on_own=True),
        Try(
            (409, "not_your_company"),
            lambda of: {"person_id": str(of.park.person_id(CHADIA))},
            on_own=True,
        ),
    ],
    "PUT /v1/bookings/{booking_id}/extras": [Try(NO_BOOKING, lambda _: {"extras": []})],
    "PUT /v1/bookings/{booking_id}/participants": [Try(NO_BOOKING, lambda _: {"participants": []})],
    "POST /v1/rooms/{room_id}/cancel-bookings": [Try(NOT_ALLOWED, lambda _: AT_NINE)],
    "POST /v1/series": [Try(NO_ROOM, _series)],
    "GET /v1/series": [Try(), BY_CURSOR],
    "POST /v1/series/preview": [Try(NO_ROOM, _series)],
    "GET /v1/series/{series_id}": [Try(NO_SERIES)],
    "GET /v1/series/{series_id}/occurrences": [Try(NO_SERIES)],
    "POST /v1/series/{series_id}/change": [
        Try(NO_SERIES, lambda _: {"title": "x"}),
        Try(NO_SERIES, _room),
    ],
    "POST /v1/series/{series_id}/change-from": [
        Try(NO_SERIES, lambda _: {"from": WALL, "title": "x"})
    ],
    "POST /v1/series/{series_id}/cancel": [Try(NO_SERIES)],
    "POST /v1/series/{series_id}/cancel-from": [Try(NO_SERIES, lambda _: {"from": WALL})],
    "POST /v1/series/{series_id}/approve": [
        Try(NO_SERIES),
        Try(NO_SERIES, lambda _: {"conflicts": {"skip_up_to_percent": 99}}),
    ],
    "POST /v1/series/{series_id}/decline": [Try(NO_SERIES, lambda _: {"note": "x"})],
    "GET /v1/utilisation": [
        Try(NOT_ALLOWED, params=partial(_march, by=by), is_for_admins=True)
        for by in ("room", "tenant", "hour")
    ],
}
EVERY_ROLE = tuple(role.value for role in Role)
ALL_BUT_FACILITY = tuple(role.value for role in Role if role is not Role.FACILITY_MANAGER)
THEIR_OWN = ("{booking_id}", "{series_id}", "{hold_id}", "{waiting_id}")
"""What is a person's, and not their company's or the landlord's."""


def requests(secrets: Secrets, route: str) -> Iterator[tuple[Try, Asked]]:
    """Every try of a route, with each of Acme's things in its address."""
    method, path = route.split()
    name = path.partition("{")[2].partition("}")[0]
    for each in TABLE[route]:
        ids = secrets.ids[name] if name else [""]
        for one in [secrets.own_booking_id] if each.on_own else ids:
            yield (
                each,
                Asked(
                    method,
                    path.replace(f"{{{name}}}", one),
                    orjson.dumps(each.body(secrets)).decode() if each.body else None,
                    each.params(secrets) if each.params else {},
                    each.headers(secrets) if each.headers else {},
                ),
            )


@pytest.fixture
async def secrets(park: Park) -> Secrets:
    return await acmes_secrets(park)


def test_every_route_is_in_the_table(park: Park) -> None:
    assert {f"{method} {path}" for method, path, _ in operations(park)} == set(TABLE)


@pytest.mark.parametrize(
    ("email", "roles"),
    [(DRISS, ()), (DRISS, EVERY_ROLE), (CHADIA, ()), (FATIMA, ALL_BUT_FACILITY)],
    ids=[
        "a neighbour",
        "a neighbour who claims every role",
        "a colleague who was not told",
        "the landlord's who do not run its rooms",
    ],
)
async def test_whom_it_does_not_concern_finds_nothing(
    park: Park, secrets: Secrets, email: str, roles: tuple[str, ...]
) -> None:
    before = await secrets.state()
    signed_in = park.as_(email, *roles)
    for route in TABLE:
        if email != DRISS and not any(name in route for name in THEIR_OWN):
            continue
        for each, asked in requests(secrets, route):
            if email != DRISS and each.on_own:
                continue
            is_refused = each.refused and not (each.is_for_admins and roles)
            on_theirs = is_refused and not each.on_own
            for headers in conditions(asked, secrets.tags) if on_theirs else [{}]:
                answer = await asked.by(park.http, signed_in, **headers)
                about = (route, asked, headers, answer.status_code, answer.text)
                assert tells(answer, secrets.words, asked=asked) == set(), about
                if is_refused:
                    assert (answer.status_code, answer.json()["code"]) == each.refused, about
                else:
                    assert answer.status_code in (200, 201), about
    assert await secrets.state() == before


async def test_what_is_anothers_is_answered_as_what_never_was(park: Park, secrets: Secrets) -> None:
    signed_in = park.as_(DRISS, *EVERY_ROLE)
    for route in TABLE:
        for _, asked in requests(secrets, route):
            nothing, fresh = asked.of_nothing(secrets.all_ids - {secrets.own_booking_id})
            if not fresh:
                continue
            one = await asked.by(park.http, signed_in)
            other = await nothing.by(park.http, signed_in)
            text = in_place_of({new: each for each, new in fresh.items()}, other.text)
            assert (one.status_code, one.text) == (other.status_code, text), (route, asked)
            assert set(one.headers) == set(other.headers), route


async def test_who_has_left_and_who_is_nobody_get_nowhere(park: Park, secrets: Secrets) -> None:
    signed_in = park.as_(GONE, *EVERY_ROLE)
    # They have called before, so a process may know them still.
    mine = await park.book(await park.a_room(), by=GONE, headers=KEY | signed_in)
    assert mine.status_code == 201
    await park.delist(GONE)
    before = await secrets.state()
    for route in TABLE:
        for _, asked in requests(secrets, route):
            if "ticket" in asked.params:
                continue
            for headers in conditions(asked, secrets.tags):
                for who, code in ((signed_in, "no_longer_listed"), ({}, "no_token")):
                    answer = await asked.by(park.http, who, **headers)
                    about = (route, headers, answer.text)
                    assert (answer.status_code, answer.json()["code"]) == (401, code), about
                    assert tells(answer, secrets.words, asked=asked) == set(), about
    assert await secrets.state() == before


async def test_what_is_counted_for_a_neighbour_is_their_own(park: Park, secrets: Secrets) -> None:
    signed_in = park.as_(DRISS, *EVERY_ROLE)

    async def shown(path: str, **params: str) -> Any:
        answer = await park.http.get(path, params=params, headers=signed_in)
        assert answer.status_code == 200, answer.text
        return answer.json()

    mine = [secrets.own_booking_id]
    for status in (None, "requested", "cancelled", "confirmed"):
        asked = {"from": "2020-01-01T00:00:00Z"} | ({"status": status} if status else {})
        found = [one["booking_id"] for one in (await shown("/v1/bookings", **asked))["items"]]
        assert found == (mine if status in (None, "confirmed") else [])
    home = await shown("/v1/home")
    assert [one["booking_id"] for one in home["week"]] == mine
    assert (home["to_approve"], home["attention"], home["running"]) == (0, [], [])
    for path in ("/v1/holds", "/v1/waiting", "/v1/series", "/v1/bookings/to-approve"):
        assert (await shown(path))["items"] == [], path
    for by in ("room", "tenant", "hour"):
        lines = (await shown("/v1/utilisation", month="2027-03", by=by))["items"]
        assert sum(line["bookings"] for line in lines) == 1, by
