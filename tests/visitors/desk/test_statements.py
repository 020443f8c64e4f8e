"""How often a desk's requests ask the database: on a busy machine that is what people wait for."""

from typing import Any

from tests.support.statements import statements_to
from tests.visitors.park import AMAL, DESK, NINE, TEN, Park

A_CHECK_IN = 14
"""BEGIN, the caller, the visit, its visitor, the documents, the policy, the webhooks, the channels,
the notice, the step, the visit as it is now, the timer, the announcement, COMMIT.
"""


async def said(park: Park, url: str, body: object, *, by: str = DESK) -> list[str]:
    async with statements_to(park.ground.database) as found:
        answer = await park.http.post(url, json=body, headers=park.as_(by))
        assert answer.status_code == 200, answer.text
    return found


async def visits(park: Park, count: int) -> list[str]:
    made = [
        await park.a_visit(visitor={"email": f"v{number}@visitor.example"})
        for number in range(count)
    ]
    return [each["visit_id"] for each in made]


async def test_a_check_in_asks_for_each_thing_once(park: Park) -> None:
    first, second = await visits(park, 2)
    await said(park, f"/v1/visits/{first}/check-in", {})  # a connection is opened, they sign in
    found = await said(park, f"/v1/visits/{second}/check-in", {})
    assert {"BEGIN;", "COMMIT;"} <= set(found)
    assert len(found) <= A_CHECK_IN, found


async def test_five_badges_ask_no_more_than_two(park: Park) -> None:
    ids = await visits(park, 7)
    await said(park, "/v1/desk/badges", {"visit_ids": ids[:1]})

    async def print_them(some: list[str]) -> int:
        return len(await said(park, "/v1/desk/badges", {"visit_ids": some, "is_noted": False}))

    assert await print_them(ids[2:]) == await print_them(ids[:2])


async def test_ten_invitations_ask_no_more_than_two(park: Park) -> None:
    async def invite(*names: str) -> int:
        wish: dict[str, Any] = {
            "starts_at": NINE.isoformat(),
            "ends_at": TEN.isoformat(),
            "text": "\n".join(f"Camille {name}, {name}@visitor.example" for name in names),
        }
        return len(await said(park, "/v1/invitations", wish, by=AMAL))

    await invite("Zero")
    few = await invite("One", "Two")
    assert await invite(*(f"Number{number}" for number in range(10))) == few
