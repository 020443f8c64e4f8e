"""No tenant sees another's: every route, asked for Acme's things by those they are not for."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx
import orjson
import pytest

from services.visitors.app import create_app
from services.visitors.links.domain import Link, Purpose
from services.visitors.surroundings import surroundings_of
from tests.support.asked import KEY, Asked, conditions, in_place_of, tells
from tests.visitors.park import AMAL, NINE, OTHER_DESK, PARK_DESK, Park
from tests.visitors.secrets import (
    EVERY_ROLE,
    GONE,
    Secrets,
    acmes_secrets,
)
from tests.visitors.strangers import BY_LINK, STRANGERS, TABLE, Refused, Try


def requests(secrets: Secrets, route: str) -> Iterator[tuple[Try, Asked]]:
    """Every try of a route, with each of Acme's things in its address."""
    method, path = route.split()
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    for each in TABLE[route]:
        given = {name: [secrets.own[name]] for name in secrets.own} if each.on_own else {}
        choices = [given.get(name, secrets.ids[name]) for name in names]
        for nth in range(max((len(ids) for ids in choices), default=1)):
            address = path
            for name, ids in zip(names, choices, strict=True):
                address = address.replace(f"{{{name}}}", ids[min(nth, len(ids) - 1)])
            body = orjson.dumps(each.body(secrets)).decode() if each.body else None
            params = each.params(secrets) if each.params else {}
            headers = each.headers(secrets) if each.headers else {}
            yield each, Asked(method, address, body, params, headers)


def code_of(answer: httpx.Response) -> Refused:
    return answer.status_code, answer.json()["code"] if answer.is_error else ""


@pytest.fixture
async def secrets(park: Park) -> Secrets:
    return await acmes_secrets(park)


def test_every_route_is_in_the_table(park: Park) -> None:
    paths = create_app(park.ground).openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, its in paths.items() for method in its}
    assert {route for route in routes if " /v1/" in route} == set(TABLE) | BY_LINK


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_whom_it_does_not_concern_finds_nothing(
    park: Park, secrets: Secrets, stranger: str
) -> None:
    email, roles = STRANGERS[stranger]
    signed_in = park.as_(email, *roles)
    words = secrets.words | (set() if stranger == "colleague" else secrets.of_colleagues)
    before = await secrets.state()
    for route in TABLE:
        for each, asked in requests(secrets, route):
            if each.on_own and stranger != "desk":
                continue
            wanted = each.to(stranger)
            is_refused = wanted[0] >= 400
            for headers in (
                conditions(asked, secrets.tags) if is_refused and not each.on_own else [{}]
            ):
                answer = await asked.by(park.http, signed_in, **headers)
                about = (route, asked, headers, answer.status_code, answer.text)
                assert tells(answer, words, asked=asked) == set(), about
                if is_refused:
                    assert code_of(answer) == wanted, about
                    continue
                assert answer.is_success, about
                assert not asked.body or '"is_done":true' not in answer.text, about
    if stranger == "colleague":  # they may invite a visitor, and name an assistant
        return
    assert await secrets.state() == before


async def test_what_is_anothers_is_answered_as_what_never_was(park: Park, secrets: Secrets) -> None:
    signed_in = park.as_(OTHER_DESK, *EVERY_ROLE)
    ids = {each for each in secrets.all_ids if "-" in each}
    for route in TABLE:
        for _, asked in islice(requests(secrets, route), 12):
            nothing, fresh = asked.of_nothing(ids)
            if not fresh:
                continue
            one = await asked.by(park.http, signed_in)
            other = await nothing.by(park.http, signed_in)
            said = in_place_of({new: each for each, new in fresh.items()}, other.text)
            assert (one.status_code, one.text) == (other.status_code, said), (route, asked)
            assert set(one.headers) == set(other.headers), route


async def test_who_has_left_who_is_nobody_and_what_is_no_person_get_nowhere(
    park: Park, secrets: Secrets
) -> None:
    gone = park.as_(GONE, *EVERY_ROLE)
    # They have called before, so a process may know them still.
    assert (await park.http.get("/v1/visits", headers=gone)).status_code == 200
    await park.delist(GONE)
    robot = park.issuer.token("robot@acme.example", roles=EVERY_ROLE, tenant=park.tenant_id)
    link = await a_link_of(park, secrets.own["visit_id"])
    strangers = [
        (gone, (401, "no_longer_listed")),
        ({"authorization": f"Bearer {robot}"}, (403, "not_listed")),
        ({"authorization": f"Bearer {link}"}, (401, "token_not_accepted")),
        ({"authorization": f"Bearer {secrets.pass_token}"}, (401, "token_not_accepted")),
        ({}, (401, "no_token")),
    ]
    before = await secrets.state()
    everything = secrets.words | secrets.of_colleagues
    for route in TABLE:
        for _, asked in requests(secrets, route):
            for who, wanted in strangers:
                answer = await asked.by(park.http, who, **KEY)
                assert code_of(answer) == wanted, (route, answer.text)
                assert tells(answer, everything, asked=asked) == set(), route
    assert await secrets.state() == before


async def a_link_of(park: Park, visit_id: str, purpose: Purpose = Purpose.SAY_LATE) -> str:
    rows = await park.query("SELECT id FROM visits WHERE id = :id", id=visit_id)
    async with park.ground.database.transaction() as session:
        key = surroundings_of(session).link_keys.newest
    return Link.of_visitor(purpose, rows[0].id, pass_rotation=0).token(key)


async def test_a_link_tells_nothing_of_another_visit(park: Park, secrets: Secrets) -> None:
    """What is signed for one visit is worth nothing with another's id in it."""
    before = await secrets.state()
    own = await a_link_of(park, secrets.own["visit_id"])
    for visit_id in secrets.ids["visit_id"]:
        theirs = await a_link_of(park, visit_id)
        for forged in (theirs[:40] + own[40:], own[:40] + theirs[40:]):
            for method in ("GET", "POST"):
                answer = await park.http.request(method, f"/v1/links/{forged}")
                assert answer.status_code == 404
                assert not [word for word in secrets.words if word in answer.text]
    assert await secrets.state() == before


async def test_the_landlords_desk_sees_visits_and_what_companies_keep_for_themselves_it_does_not(
    park: Park, secrets: Secrets
) -> None:
    signed_in = park.as_(PARK_DESK)
    for visit_id in secrets.ids["visit_id"]:
        seen = await park.http.get(f"/v1/visits/{visit_id}", headers=signed_in)
        assert seen.status_code == 200
    before = await secrets.state()
    for route in TABLE:
        if "{group_id}" not in route and "/v1/tenants/" not in route:
            continue
        for each, asked in requests(secrets, route):
            if not each.on_own:
                answer = await asked.by(park.http, signed_in)
                assert answer.status_code == 404, (route, answer.text)
    assert await secrets.state() == before


async def test_what_is_counted_for_a_neighbour_is_their_own(park: Park, secrets: Secrets) -> None:
    signed_in = park.as_(OTHER_DESK, *EVERY_ROLE)

    async def shown(path: str, **params: str) -> Any:
        answer = await park.http.get(path, params=params, headers=signed_in)
        assert answer.status_code == 200, answer.text
        return answer.json()

    mine = [secrets.own["visit_id"]]
    board = await shown("/v1/desk/board")
    assert ([each["visit_id"] for each in board["items"]], board["counts"]) == (
        mine,
        {"expected": 1},
    )
    here = await park.a_visit(starts_at=NINE.isoformat())
    await park.do(here, "check-in")
    news = await shown("/v1/desk/board", since=board["sync"])
    assert (news["items"], news["gone"], news["counts"]) == ([], [], {"expected": 1})
    assert [each["visit_id"] for each in (await shown("/v1/visits"))["items"]] == mine
    for path in ("/v1/visit-series", "/v1/visitor-groups", "/v1/me/assistants"):
        assert (await shown(path))["items"] == [], path
    assert (await shown("/v1/visits", booking_id=mine[0]))["items"] == []
    assert AMAL not in str(await shown("/v1/desk/search", q="camille"))
