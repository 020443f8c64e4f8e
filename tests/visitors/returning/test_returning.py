"""Visitors who come again: filled in from before, proposed as the same, merged by people only."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from services.visitors.returning.domain import Likeness, likeness
from services.visitors.visitors.domain import Visitor, VisitorDetails
from shared.events.booking import BookingConfirmed, BookingRescheduled
from tests.visitors.park import (
    AMAL,
    DESK,
    DRISS,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    TEN,
    Park,
    a_guest,
)

NIL = UUID(int=0)
WEEK = timedelta(days=7)
YOUSSEF = {
    "given_name": "Youssef",
    "family_name": "Cherkaoui",
    "company": None,
    "email": "youssef@visitor.example",
    "phone": "+212 612-345678",
}
YUSUF = {
    "given_name": "يوسف",
    "family_name": "الشرقاوي",
    "company": "Atlas SA",
    "email": None,
    "phone": "0612345678",
}


async def get(park: Park, path: str, *, by: str = DESK, **asked: Any) -> httpx.Response:
    return await park.http.get(f"/v1{path}", params=asked, headers=park.as_(by))


async def known(park: Park, q: str, *, by: str = DESK, **asked: Any) -> list[dict[str, Any]]:
    answer = await get(park, "/desk/visitors", by=by, q=q, **asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def merge(
    park: Park, visit: dict[str, Any], into: dict[str, Any], *, by: str = DESK, etag: str = "*"
) -> httpx.Response:
    return await park.http.post(
        f"/v1/visitors/{visit['visitor']['visitor_id']}/merge",
        json={"into": into["visitor"]["visitor_id"]},
        headers=park.as_(by) | {"if-match": etag},
    )


async def two_visits(park: Park) -> tuple[dict[str, Any], dict[str, Any]]:
    return await park.a_visit(visitor=YOUSSEF), await park.a_visit(visitor=YUSUF)


async def test_who_came_before_is_filled_in_with_the_last_visit(park: Park) -> None:
    await park.a_visit(visitor=YOUSSEF)
    next_week = {"starts_at": (NINE + WEEK).isoformat(), "ends_at": (TEN + WEEK).isoformat()}
    last = await park.a_visit(visitor=YOUSSEF, **next_week)
    for q in ("cherk", "شرق", "yusuf", "youssef@vis", "0612 34"):
        (found,) = await known(park, q)
        assert found["email"] == "youssef@visitor.example"
        assert found["last_visit"]["visit_id"] == last["visit_id"]
        assert found["last_visit"]["host_name"] == "Amal Test"


async def test_only_the_same_tenant_knows_them(park: Park) -> None:
    visit = await park.a_visit(visitor=YOUSSEF)
    assert await known(park, "cherk", by=OTHER_DESK) == []
    assert await known(park, "cherk", by=OTHER_DESK, tenant_id=park.tenant_id) == []
    assert await known(park, "cherk", by=PARK_DESK) == []
    assert len(await known(park, "cherk", by=PARK_DESK, tenant_id=park.tenant_id)) == 1
    visitor_id = visit["visitor"]["visitor_id"]
    for path in (f"/visitors/{visitor_id}", f"/visitors/{visitor_id}/duplicates"):
        assert (await get(park, path, by=OTHER_DESK)).status_code == 404
        assert (await get(park, path, by=AMAL)).status_code == 403
    assert (await merge(park, visit, visit, by=OTHER_DESK)).status_code == 404


async def test_who_may_be_the_same_is_proposed_with_the_reasons(park: Park) -> None:
    first, second = await two_visits(park)
    await park.a_visit(visitor={**YUSUF, "given_name": "Salma", "phone": None})
    answer = await get(park, f"/visitors/{first['visitor']['visitor_id']}/duplicates")
    (found,) = answer.json()["items"]
    assert found["visitor_id"] == second["visitor"]["visitor_id"]
    assert found["in_common"] == ["phone", "name"]


async def test_nobody_is_merged_by_being_alike(park: Park) -> None:
    first, second = await two_visits(park)
    assert first["visitor"]["visitor_id"] != second["visitor"]["visitor_id"]


async def test_merging_brings_the_visits_together_and_tells_the_doors(park: Park) -> None:
    first, second = await two_visits(park)
    await park.do(first, "check-in")
    await park.do(first, "check-out")
    again = await park.a_visit(visitor=YOUSSEF)
    answer = await merge(park, again, second)
    assert answer.status_code == 200, answer.text
    remaining = second["visitor"]["visitor_id"]
    assert (answer.json()["visitor_id"], answer.json()["company"]) == (remaining, "Atlas SA")
    assert answer.json()["email"] == "youssef@visitor.example"
    for visit in (first, second, again):
        assert (await park.shown(visit))["visitor"]["visitor_id"] == remaining
    assert (await park.last_facts(again))["visitor"]["visitor_id"] == remaining
    assert (await park.last_facts(second))["visitor"]["email"] == "youssef@visitor.example"
    assert await park.announced(first) == ["expected", "checked_in", "checked_out"]
    assert await park.announced(again) == ["expected", "rescheduled"]
    assert [kind for kind, _ in await park.notices(again)] == ["invitation"]
    assert [each["visitor_id"] for each in await known(park, "cherk")] == [remaining]


async def test_the_same_details_lead_to_who_remains(park: Park) -> None:
    first, second = await two_visits(park)
    await merge(park, first, second)
    again = await park.a_visit(visitor=YOUSSEF)
    assert again["visitor"]["visitor_id"] == second["visitor"]["visitor_id"]


async def test_a_bookings_guest_stays_merged_when_the_booking_speaks_again(park: Park) -> None:
    guest = a_guest("youssef@visitor.example", name="Youssef Cherkaoui")
    booking = park.a_booking(guest)
    await park.hear_booking(BookingConfirmed, booking)
    (visit,) = await park.listed()
    other = await park.a_visit(visitor={**YUSUF, "email": "y.cherkaoui@atlas.example"})
    assert (await merge(park, visit, other)).status_code == 200
    await park.hear_booking(BookingRescheduled, booking, sequence=2)
    after = await park.shown(visit)
    assert (after["status"], after["visitor"]["visitor_id"]) == (
        "expected",
        other["visitor"]["visitor_id"],
    )
    assert await park.announced(visit) == ["expected", "rescheduled"]


async def test_merging_asks_for_what_was_read(park: Park) -> None:
    first, second = await two_visits(park)
    read = await get(park, f"/visitors/{first['visitor']['visitor_id']}")
    assert (await merge(park, first, second, etag='"7"')).status_code == 412
    assert (await merge(park, first, second, etag=read.headers["etag"])).status_code == 200


async def test_nobody_is_merged_twice_with_themselves_or_across_tenants(park: Park) -> None:
    first, second = await two_visits(park)
    others = await park.a_visit(by=DRISS, visitor=YOUSSEF)
    answers = [
        await merge(park, first, first),
        await merge(park, first, others),
        await merge(park, first, others, by=PARK_DESK),
        await merge(park, first, second, by=AMAL),
        await merge(park, first, second),
        await merge(park, first, second),
        await merge(park, second, first),
    ]
    assert [(each.status_code, each.json().get("code")) for each in answers] == [
        (409, "same_visitor"),
        (404, "no_such_visitor"),
        (404, "no_such_visitor"),
        (403, "only_the_desk"),
        (200, None),
        (409, "already_merged"),
        (409, "already_merged"),
    ]


def _visitor(name: str, **known: Any) -> Visitor:
    given, _, family = name.partition(" ")
    details = VisitorDetails(given_name=given, family_name=family, **known)
    return Visitor.known_by(details, tenant_id=NIL, at=NINE)


def test_names_are_alike_in_any_order_and_script_but_not_by_half() -> None:
    assert likeness(_visitor("Youssef Cherkaoui"), _visitor("Sharqawi Yusuf")) == [Likeness.NAME]
    assert likeness(_visitor("يوسف الشرقاوي"), _visitor("Youssef Cherkaoui")) == [Likeness.NAME]
    assert likeness(_visitor("Youssef"), _visitor("Youssef Cherkaoui")) == []
    assert likeness(_visitor("Youssef Tazi"), _visitor("Youssef Cherkaoui")) == []
    with_mail = {"email": "A@b.example"}
    assert likeness(_visitor("A B", **with_mail), _visitor("C D", email="a@b.example")) == [
        Likeness.EMAIL
    ]
