"""Every endpoint of booking: signed in or refused; no list without end."""

import re
from typing import Any
from uuid import uuid4

from services.booking.app import create_app
from tests.booking.park import Park

LISTS = {
    "/v1/bookings",
    "/v1/bookings/to-approve",
    "/v1/closures",
    "/v1/extras",
    "/v1/rooms",
    "/v1/rooms/free",
    "/v1/series",
    "/v1/waiting",
    "/v1/utilisation",
    "/v1/series/{series_id}/occurrences",
}


def operations(park: Park) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of everything under `/v1`."""
    paths: dict[str, dict[str, Any]] = create_app(park.ground).openapi()["paths"]
    return [
        (method.upper(), path, described)
        for path, its in paths.items()
        if path.startswith("/v1")
        for method, described in its.items()
    ]


async def test_nobody_gets_anywhere_without_a_token(park: Park) -> None:
    found = operations(park)
    assert len(found) > 12
    for method, path, _ in found:
        address = re.sub(r"{\w+}", str(uuid4()), path)
        answer = await park.http.request(method, address, json={})
        assert (answer.status_code, answer.json()["code"]) == (401, "no_token"), (method, path)


async def test_every_list_takes_a_limit(park: Park) -> None:
    for method, path, described in operations(park):
        names = {parameter["name"] for parameter in described.get("parameters", [])}
        is_list = method == "GET" and path in LISTS
        assert ({"limit", "cursor"} <= names) == is_list, (method, path)
        if is_list:
            headers = park.as_("amal@acme.example")
            answer = await park.http.get(path, params={"limit": 201}, headers=headers)
            assert answer.status_code == 422


async def test_a_cursor_of_another_list_or_person_is_refused(park: Park) -> None:
    for _ in range(2):
        await park.a_room()
    page = await park.http.get(
        "/v1/rooms", params={"limit": 1}, headers=park.as_("amal@acme.example")
    )
    cursor = page.json()["next"]
    for path, email in {
        "/v1/rooms": "badr@acme.example",
        "/v1/bookings": "amal@acme.example",
    }.items():
        answer = await park.http.get(path, params={"cursor": cursor}, headers=park.as_(email))
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
