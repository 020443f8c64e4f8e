"""Search at the desk: a few letters in either script find whom one means, and nobody else's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.visitors.visitors.domain import Visitor
from tests.visitors.park import AMAL, BADR, DESK, DRISS, NINE, OTHER_DESK, PARK_DESK, TEN, Park

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def found(park: Park, q: str, *, by: str = DESK, **asked: Any) -> list[dict[str, Any]]:
    answer = await park.http.get("/v1/desk/search", params={"q": q} | asked, headers=park.as_(by))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def names(park: Park, q: str, *, by: str = DESK, **asked: Any) -> list[str]:
    return [each["visit"]["display_name"] for each in await found(park, q, by=by, **asked)]


async def a_visit_of(park: Park, name: str, *, by: str = AMAL, **wish: Any) -> dict[str, Any]:
    given, _, family = name.partition(" ")
    details = {"given_name": given, "family_name": family, "company": None, "email": None}
    return await park.a_visit(by=by, visitor=details | wish.pop("visitor", {}), **wish)


@pytest.mark.parametrize(
    "q", ["cherk", "شرق", "Sharqawi", "youss", "yusuf", "يوسف الشر", "cherkaoui yus"]
)
async def test_a_few_letters_in_either_script_find_the_visitor(park: Park, q: str) -> None:
    await a_visit_of(park, "Youssef Cherkaoui")
    await a_visit_of(park, "Camille Durand")
    assert await names(park, q) == ["Youssef Cherkaoui"]


async def test_a_name_in_arabic_is_found_by_latin_letters(park: Park) -> None:
    await a_visit_of(park, "خديجة الفاسي")
    for q in ("khad", "hadija", "fassi", "El Fasi", "خديج", "الفا"):
        assert await names(park, q) == ["خديجة الفاسي"]


async def test_company_host_address_telephone_plate_and_code_find_it_too(park: Park) -> None:
    details = {"company": "Atlas Énergie", "email": "y.c@atlas.example", "phone": "+212 612-345678"}
    visit = await a_visit_of(park, "Youssef Cherkaoui", by=BADR, visitor=details)
    plated = "UPDATE visits SET plate = '12345-A-6' WHERE id = :id RETURNING id"
    await park.query(plated, id=visit["visit_id"])
    await a_visit_of(park, "Camille Durand")
    code = visit["desk_code"]
    for q, by in (
        ("energie", "company"),
        ("badr", "host"),
        ("y.c@atl", "email"),
        ("atlas.example", "email"),
        ("06 12 34", "phone"),
        ("5678", "phone"),
        ("12345a", "plate"),
        (code[:5], "code"),
        (f"{code[:4]}-{code[4:]}".lower(), "code"),
    ):
        items = await found(park, q)
        seen = [(item["visit"]["visit_id"], item["found_by"]) for item in items]
        assert seen == [(visit["visit_id"], by)], q
    assert (await found(park, "cherk"))[0]["host_name"] == "Badr Test"


async def test_today_comes_first_then_what_is_spelt_so_then_what_sounds_so(park: Park) -> None:
    later = {"starts_at": (NINE + DAY).isoformat(), "ends_at": (TEN + DAY).isoformat()}
    await a_visit_of(park, "Yusuf Later", **later)
    await a_visit_of(park, "Youssef Later", **later)
    await a_visit_of(park, "Yousef Today")
    await a_visit_of(park, "Youssef Today")
    assert await names(park, "youssef") == [
        "Youssef Today",
        "Yousef Today",
        "Youssef Later",
        "Yusuf Later",
    ]


async def test_who_sounds_so_and_comes_today_is_not_hidden_by_who_is_spelt_so(park: Park) -> None:
    for days in (1, -400):
        at = {
            "starts_at": (NINE + days * DAY).isoformat(),
            "ends_at": (TEN + days * DAY).isoformat(),
        }
        park.now = NINE + min(days, 0) * DAY
        await a_visit_of(park, "Youssef Later", **at)
    park.now = NINE
    await a_visit_of(park, "Yusuf Today")
    assert await names(park, "youssef", limit=1) == ["Yusuf Today"]
    assert await names(park, "youssef") == ["Yusuf Today", "Youssef Later", "Youssef Later"]


async def test_who_was_here_long_ago_is_found_behind_those_around_today(park: Park) -> None:
    park.now = NINE - 400 * DAY
    for name in ("Youssef Former", "Camille Former"):
        await a_visit_of(
            park, name, starts_at=park.now.isoformat(), ends_at=(park.now + HOUR).isoformat()
        )
    park.now = NINE
    assert await names(park, "former yus") == ["Youssef Former"]
    assert await names(park, "zyx former") == []


async def test_only_where_nobody_fits_the_same_consonants_are_shown(park: Park) -> None:
    await a_visit_of(park, "Zahra Test")
    assert await names(park, "Zohra") == ["Zahra Test"]
    await a_visit_of(park, "Zohra Test")
    assert await names(park, "Zohra") == ["Zohra Test"]


async def test_nobody_finds_the_visitors_of_another_tenant(park: Park) -> None:
    mine = await a_visit_of(park, "Youssef Cherkaoui", visitor={"phone": "0612345678"})
    await a_visit_of(park, "Youssef Tazi", by=DRISS)
    assert await names(park, "youssef", by=OTHER_DESK) == ["Youssef Tazi"]
    for q in ("cherkaoui", "amal", "0612", mine["desk_code"]):
        assert await names(park, q, by=OTHER_DESK) == []
    everybody = await names(park, "youssef", by=PARK_DESK)
    assert sorted(everybody) == ["Youssef Cherkaoui", "Youssef Tazi"]


async def test_only_the_reception_searches(park: Park) -> None:
    answer = await park.http.get("/v1/desk/search?q=a", headers=park.as_(AMAL))
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")


@pytest.mark.parametrize("q", ["!!", "%", "a' OR 1=1 --", "\\", "((", "𝔘", "ـــ", "ه", "e", "ة"])
async def test_whatever_is_typed_is_answered(park: Park, q: str) -> None:
    await a_visit_of(park, "Camille Durand")
    await found(park, q)


async def test_no_more_are_shown_than_asked_for(park: Park) -> None:
    for each in range(4):
        await a_visit_of(park, f"Youssef Test{each}")
    assert len(await found(park, "youssef", limit=3)) == 3


async def test_whoever_gets_another_name_is_found_by_that_one(park: Park) -> None:
    visit = await a_visit_of(park, "Camille Durand")
    async with park.ground.database.transaction() as session:
        visitor = await session.get_one(Visitor, UUID(visit["visitor"]["visitor_id"]))
        visitor.family_name = "Tazi"
    assert await names(park, "durand") == []
    assert await names(park, "تازي") == ["Camille Tazi"]


async def test_who_came_yesterday_and_is_still_here_counts_as_today(park: Park) -> None:
    over_night = {"ends_at": (TEN + DAY).isoformat()}
    await a_visit_of(park, "Youssef Here", **over_night)
    later = {"starts_at": (NINE + 2 * DAY).isoformat(), "ends_at": (TEN + 2 * DAY).isoformat()}
    await a_visit_of(park, "Youssef Later", **later)
    park.now = NINE + DAY
    await a_visit_of(park, "Yousef Today", starts_at=(NINE + DAY).isoformat(), **over_night)
    assert await names(park, "youssef") == ["Youssef Here", "Yousef Today", "Youssef Later"]
