"""Many at once: each with its outcome, all in one transaction."""

import asyncio
from base64 import b64decode
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2

from tests.visitors.agreements.test_agreements import policy
from tests.visitors.park import AMAL, DESK, OTHER_DESK, PARK_DESK, Park


async def visits(park: Park, count: int) -> list[dict[str, Any]]:
    return [
        await park.a_visit(visitor={"email": f"v{number}@visitor.example"})
        for number in range(count)
    ]


async def batch(
    park: Park, action: str, ids: list[Any], *, by: str = DESK, **headers: str
) -> httpx.Response:
    body = {"action": action, "visit_ids": [str(each) for each in ids]}
    return await park.http.post("/v1/desk/batch", json=body, headers=park.as_(by) | headers)


async def test_what_can_be_done_is_done_and_the_rest_says_why(park: Park) -> None:
    first, second, third = await visits(park, 3)
    await park.do(second, "cancel", by=AMAL)
    ids = [first["visit_id"], second["visit_id"], uuid4(), third["visit_id"]]
    answer = await batch(park, "check_in", ids, **{"accept-language": "fr"})
    found = answer.json()
    assert (answer.status_code, found["done"], found["refused"]) == (200, 2, 2)
    assert [each["code"] for each in found["items"]] == [
        None,
        "already_cancelled",
        "no_such_visit",
        None,
    ]
    assert found["items"][2]["detail"] == "Cette visite n'existe pas."
    assert [each["visit_id"] for each in found["items"]] == [str(each) for each in ids]
    assert await park.announced(first) == ["expected", "checked_in"]
    assert await park.announced(second) == ["expected", "cancelled"]


async def test_each_is_done_once_however_often_it_is_named(park: Park) -> None:
    (visit,) = await visits(park, 1)
    found = (await batch(park, "check_in", [visit["visit_id"]] * 3)).json()
    assert (found["done"], len(found["items"])) == (1, 1)


async def test_a_batch_is_undone_by_a_batch(park: Park) -> None:
    ids = [each["visit_id"] for each in await visits(park, 2)]
    for action, status in (
        ("check_in", "checked_in"),
        ("undo_check_in", "expected"),
        ("check_in", "checked_in"),
        ("check_out", "checked_out"),
        ("undo_check_out", "checked_in"),
    ):
        found = (await batch(park, action, ids)).json()
        assert [each["status"] for each in found["items"]] == [status] * 2


async def test_what_is_open_holds_up_only_its_own_visit(park: Park) -> None:
    first, second = await visits(park, 2)
    await policy(park, must_see_id=True)
    await park.do(first, "id-seen")
    found = (await batch(park, "check_in", [first["visit_id"], second["visit_id"]])).json()
    assert [each["code"] for each in found["items"]] == [None, "id_to_be_seen"]


async def test_another_tenants_visits_are_none(park: Park) -> None:
    (visit,) = await visits(park, 1)
    found = (await batch(park, "check_in", [visit["visit_id"]], by=OTHER_DESK)).json()
    assert [each["code"] for each in found["items"]] == ["no_such_visit"]
    assert await park.announced(visit) == ["expected"]
    answer = await batch(park, "check_in", [visit["visit_id"]], by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")


async def test_two_desks_with_the_same_list_check_everybody_in_once(park: Park) -> None:
    made = await visits(park, 6)
    ids = [each["visit_id"] for each in made]
    answers = await asyncio.gather(
        batch(park, "check_in", ids), batch(park, "check_in", ids[::-1], by=PARK_DESK)
    )
    assert sum(answer.json()["done"] for answer in answers) == 6
    for visit in made:
        assert await park.announced(visit) == ["expected", "checked_in"]


async def test_repeated_under_its_key_it_answers_as_before(park: Park) -> None:
    ids = [each["visit_id"] for each in await visits(park, 2)]
    first, again = [
        await batch(park, "check_in", ids, **{"idempotency-key": "tap"}) for _ in range(2)
    ]
    assert first.json() == again.json()
    assert first.json()["done"] == 2


async def test_a_batch_has_between_one_and_200(park: Park) -> None:
    for ids in ([], [uuid4()] * 201):
        answer = await batch(park, "check_in", ids)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_badges_are_printed_in_one_go_and_what_has_none_says_why(park: Park) -> None:
    first, second, third = await visits(park, 3)
    await park.do(second, "cancel", by=AMAL)
    ids = [first["visit_id"], second["visit_id"], str(uuid4()), third["visit_id"]]
    answer = await park.http.post(
        "/v1/desk/badges", json={"visit_ids": ids}, headers=park.as_(DESK)
    )
    found = answer.json()
    assert [each["code"] for each in found["items"]] == [
        None,
        "pass_ended",
        "no_such_visit",
        None,
    ]
    pdf = pypdfium2.PdfDocument(b64decode(found["pdf"]))
    assert len(pdf) == 2
    assert (await park.shown(first))["badge_printed_at"] is not None
    other = await park.http.post(
        "/v1/desk/badges", json={"visit_ids": ids[:1]}, headers=park.as_(OTHER_DESK)
    )
    assert (other.json()["pdf"], other.json()["items"][0]["code"]) == (None, "no_such_visit")
    host = await park.http.post("/v1/desk/badges", json={"visit_ids": ids}, headers=park.as_(AMAL))
    assert (host.status_code, host.json()["code"]) == (403, "only_the_desk")
