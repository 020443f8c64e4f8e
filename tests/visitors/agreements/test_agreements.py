"""What visitors are asked before they come in: documents, proofs, an identity card, the hour."""

import zlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.access import Boundary
from tests.visitors.park import (
    ADMIN,
    AMAL,
    DESK,
    DRISS,
    FATIMA,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    Park,
)
from tests.visitors.pictures import a_chunk, a_png, in_base64

RULES = {"title": {"fr": "Règles", "en": "Rules"}, "text": {"fr": "Badge !", "en": "Badge!"}}
OPEN = {"admits": "door", "lead_minutes": 30, "grace_minutes": 30}
SIGNATURE = in_base64(a_png(300, 100))


async def policy(park: Park, *, landlords: bool = False, **wish: Any) -> None:
    tenant_id = park.landlord_id if landlords else park.tenant_id
    answer = await park.http.put(
        f"/v1/tenants/{tenant_id}/visit-policy",
        json=OPEN | wish,
        headers=park.as_(FATIMA, "operator"),
    )
    assert answer.status_code == 200, answer.text


async def publish(park: Park, *, landlords: bool = False, **wish: Any) -> dict[str, Any]:
    tenant_id = park.landlord_id if landlords else park.tenant_id
    answer = await park.http.post(
        f"/v1/tenants/{tenant_id}/visit-documents",
        json=RULES | wish,
        headers=park.as_(FATIMA, "operator"),
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def open_conditions(park: Park, visit: dict[str, Any], *, to: str = DESK) -> list[str]:
    url = f"/v1/visits/{visit['visit_id']}/conditions"
    answer = await park.http.get(url, headers=park.as_(to))
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


async def accept(
    park: Park, visit: dict[str, Any], document: dict[str, Any], **wish: Any
) -> httpx.Response:
    said = {"document_id": document["document_id"], "version": document["version"]}
    return await park.do(visit, "acceptances", **said | wish)


async def test_nothing_is_asked_where_nobody_asks(park: Park) -> None:
    visit = await park.a_visit()
    assert await open_conditions(park, visit) == []


async def test_a_document_is_accepted_before_the_check_in(park: Park) -> None:
    document = await publish(park)
    visit = await park.a_visit()
    refused = await park.do(visit, "check-in")
    assert (refused.status_code, refused.json()["code"]) == (409, "document_to_accept")
    assert refused.json()["conditions"] == [
        {"code": "document_to_accept", "document_id": document["document_id"]}
    ]
    assert (await accept(park, visit, document)).status_code == 200
    assert (await park.do(visit, "check-in")).status_code == 200


async def test_the_text_is_shown_in_the_visitors_language_where_there_is_one(park: Park) -> None:
    await publish(park)
    for language, shown in (("fr", "fr"), ("en", "en"), ("ar", "fr")):
        visit = await park.a_visit(visitor={"language": language})
        url = f"/v1/visits/{visit['visit_id']}/conditions"
        (document,) = (await park.http.get(url, headers=park.as_(DESK))).json()["documents"]
        assert document["language"] == shown


async def test_another_text_is_asked_anew_and_the_former_version_is_not_accepted(
    park: Park,
) -> None:
    document = await publish(park, holds_for_days=365)
    visit = await park.a_visit()
    assert (await accept(park, visit, document)).status_code == 200
    url = f"/v1/tenants/{park.tenant_id}/visit-documents/{document['document_id']}"
    headers = park.as_(ADMIN, "tenant_admin") | {"if-match": '"1"'}
    newer = await park.http.put(url, json=RULES | {"holds_for_days": 365}, headers=headers)
    assert newer.json()["version"] == 2
    lost = await park.http.put(url, json=RULES, headers=headers)
    assert (lost.status_code, await open_conditions(park, visit)) == (412, ["document_to_accept"])
    refused = await accept(park, visit, document)
    assert (refused.status_code, refused.json()["code"]) == (409, "document_changed")


async def test_what_holds_for_a_year_is_not_asked_again_of_the_same_visitor(park: Park) -> None:
    yearly, each_time = await publish(park, holds_for_days=365), await publish(park)
    first = await park.a_visit()
    for document in (yearly, each_time):
        assert (await accept(park, first, document)).status_code == 200
    again = await park.a_visit()
    url = f"/v1/visits/{again['visit_id']}/conditions"
    asked = (await park.http.get(url, headers=park.as_(DESK))).json()["items"]
    assert [each["document_id"] for each in asked] == [each_time["document_id"]]


async def test_the_landlords_documents_are_asked_of_all_and_nobody_elses(park: Park) -> None:
    document = await publish(park, landlords=True)
    visit = await park.a_visit()
    assert await open_conditions(park, visit) == ["document_to_accept"]
    assert (await accept(park, visit, document)).status_code == 200
    url = f"/v1/tenants/{park.other_tenant_id}/visit-documents"
    headers = park.as_(DRISS, "tenant_admin")
    theirs = (await park.http.post(url, json=RULES, headers=headers)).json()
    refused = await accept(park, visit, theirs)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_document")


NO_SIGNATURES = {
    "another kind": b"GIF89a",
    "only the first bytes of one": a_png()[:8] + b"." * 100,
    "too large": a_png(beside=a_chunk(b"tEXt", b"x" * 50_000)),
    "too wide": a_png(2001, 1),
    "a bomb": a_png(pixels=zlib.compress(bytes(40_000_000))),
    "less than it says": a_png(1000, 1000, pixels=zlib.compress(b"")),
}


async def test_a_signature_is_a_small_png_where_one_is_needed(park: Park) -> None:
    document = await publish(park, must_sign=True)
    visit = await park.a_visit()
    for what, picture in {"none": None, **NO_SIGNATURES}.items():
        wish = {"signature": in_base64(picture)} if picture else {}
        answer = await accept(park, visit, document, **wish)
        assert (answer.status_code, answer.json()["code"]) == (422, "no_signature"), what
    assert (await accept(park, visit, document, signature=SIGNATURE)).status_code == 200


async def test_of_a_signature_nothing_is_kept_but_what_shows(park: Park) -> None:
    document, visit = await publish(park), await park.a_visit()
    beside = a_chunk(b"eXIf", b"where it was drawn")
    signed = await accept(park, visit, document, signature=in_base64(a_png(beside=beside)))
    assert signed.status_code == 200, signed.text
    rows = await park.query("SELECT signature FROM acceptances")
    assert [row.signature for row in rows] == [a_png()]


async def test_a_retired_document_is_asked_of_nobody(park: Park) -> None:
    document = await publish(park)
    url = f"/v1/tenants/{park.tenant_id}/visit-documents/{document['document_id']}"
    retired = await park.http.delete(url, headers=park.as_(ADMIN, "tenant_admin"))
    assert retired.status_code == 204
    visit = await park.a_visit()
    assert await open_conditions(park, visit) == []
    assert (await accept(park, visit, document)).json()["code"] == "document_retired"


@pytest.mark.parametrize(
    ("by", "roles", "status"),
    [(AMAL, (), 403), (DRISS, ("tenant_admin",), 404), (OTHER_DESK, (), 404)],
)
async def test_documents_are_published_by_their_own_admins(
    park: Park, by: str, roles: tuple[str, ...], status: int
) -> None:
    document = await publish(park)
    url = f"/v1/tenants/{park.tenant_id}/visit-documents"
    headers = park.as_(by, *roles)
    assert (await park.http.post(url, json=RULES, headers=headers)).status_code == status
    one = f"{url}/{document['document_id']}"
    assert (await park.http.put(one, json=RULES, headers=headers)).status_code == status
    assert (await park.http.delete(one, headers=headers)).status_code == status


async def test_documents_are_listed_page_by_page(park: Park) -> None:
    made = {(await publish(park))["document_id"] for _ in range(3)}
    url, found, cursor = f"/v1/tenants/{park.tenant_id}/visit-documents", [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await park.http.get(url, params=asked, headers=park.as_(AMAL))).json()
        found += [each["document_id"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert (len(found), set(found)) == (3, made)


async def test_an_identity_document_is_seen_and_nothing_of_it_kept(park: Park) -> None:
    await policy(park, must_see_id=True)
    visit = await park.a_visit()
    assert (await park.do(visit, "check-in")).json()["code"] == "id_to_be_seen"
    assert (await park.do(visit, "id-seen", by=AMAL)).status_code == 403
    assert (await park.do(visit, "id-seen")).status_code == 200
    assert (await park.do(visit, "check-in")).status_code == 200


async def test_what_the_landlord_asks_holds_for_every_tenant(park: Park) -> None:
    await policy(park, landlords=True, must_see_id=True, admits="desk_first", lead_minutes=5)
    await policy(park)
    visit = await park.a_visit()
    assert visit["visitor_pass"]["admits"] == "desk_first"
    assert visit["visitor_pass"]["valid_from"] == "2027-03-01T08:30:00Z"
    assert await open_conditions(park, visit) == ["id_to_be_seen"]


async def test_outside_visiting_hours_the_desk_says_why_it_makes_an_exception(park: Park) -> None:
    await policy(park, hours=[{"weekday": 1, "opens": "10:00", "closes": "18:00"}])
    visit = await park.a_visit()
    park.now = NINE
    refused = await park.do(visit, "check-in")
    assert (refused.status_code, refused.json()["code"]) == (409, "outside_visiting_hours")
    assert (await park.do(visit, "check-in", reason="Early flight")).status_code == 200


async def test_within_visiting_hours_nobody_is_asked(park: Park) -> None:
    await policy(park, hours=[{"weekday": 1, "opens": "08:00", "closes": "00:00"}])
    visit = await park.a_visit()
    park.now = NINE
    assert await open_conditions(park, visit) == []


async def test_a_door_lets_arrive_and_the_desk_checks_in_while_something_is_open(
    park: Park,
) -> None:
    await policy(park, must_see_id=True)
    visit = await park.a_visit()
    park.now = NINE
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    assert (await park.shown(visit))["status"] == "arrived"
    await park.pass_door(visit, Boundary.LEFT_PARK, at=NINE + timedelta(minutes=5))
    assert (await park.shown(visit))["status"] == "checked_out"


@pytest.mark.parametrize(
    "hours",
    [
        [{"weekday": 8, "opens": "08:00", "closes": "18:00"}],
        [{"weekday": 1, "opens": "18:00", "closes": "08:00"}],
        [{"weekday": 1, "opens": "08:00", "closes": "08:00"}],
        [{"weekday": 1, "opens": "08:00+01:00", "closes": "18:00"}],
        [{"weekday": 1, "opens": "08:00", "closes": "18:00"}] * 29,
    ],
)
async def test_hours_that_are_none_are_refused(park: Park, hours: list[dict[str, Any]]) -> None:
    url = f"/v1/tenants/{park.tenant_id}/visit-policy"
    headers = park.as_(ADMIN, "tenant_admin")
    answer = await park.http.put(url, json=OPEN | {"hours": hours}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_a_desk_is_a_zone_of_the_park(park: Park) -> None:
    url = f"/v1/tenants/{park.tenant_id}/visit-policy"
    headers = park.as_(ADMIN, "tenant_admin")
    answer = await park.http.put(url, json=OPEN | {"desk_zone_id": str(uuid4())}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_desk")
    await policy(park, desk_zone_id=str(park.home_zone_id))
    assert (await park.a_visit())["desk_zone_id"] == str(park.home_zone_id)


async def test_another_tenants_desk_learns_nothing(park: Park) -> None:
    document = await publish(park)
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}/conditions"
    assert (await park.http.get(url, headers=park.as_(OTHER_DESK))).status_code == 404
    said = {"document_id": document["document_id"], "version": 1}
    for action, body in (("acceptances", said), ("id-seen", {})):
        answer = await park.do(visit, action, by=OTHER_DESK, **body)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_visit")
    assert (await park.do(visit, "acceptances", by=PARK_DESK, **said)).status_code == 200
