"""Day badges: of the forgotten badge and the lent card never more than one is awake."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.access.credentials.commands.day_badges import end_of_day
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    FACILITY,
    NINE,
    SECURITY,
    Json,
    Park,
    Somebody,
)

DESK = Somebody("desk@landlord.example", ("receptionist",))
ATLAS_DESK = Somebody("desk@atlas.example", ("receptionist",))
CARD = {"facility": FACILITY, "number": 900}
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


async def a_desk(park: Park, *numbers: int) -> None:
    """The landlord's desk with these cards in its drawer, and Alice with her badge and right."""
    await park.list_person(DESK)
    for number in numbers or (900,):
        added = await park.post(SECURITY, "/day-cards", {**CARD, "number": number})
        assert added.status_code == 201, added.text
    await park.let_in(ALICE, "suite a")


async def lend(park: Park, to: Somebody, *, by: Somebody = DESK, **more: object) -> Json:
    path = f"/people/{park.ids[to.email]}/day-badges"
    answer = await park.post(by, path, CARD | more)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def take_back(park: Park, badge: Json, *, by: Somebody = DESK) -> Json:
    answer = await park.post(by, f"/badges/{badge['badge_id']}/return")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def open_doors(park: Park, *numbers: int) -> list[int]:
    """Those of the cards that open Alice's door now."""
    answers = [(number, await park.read_badge("door a in", number)) for number in numbers]
    return [number for number, answer in answers if answer["outcome"] == "granted"]


async def test_the_forgotten_badge_sleeps_until_the_day_badge_is_returned(park: Park) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    assert (day["kind"], day["stands_in_for"]) == ("day", own["badge_id"])
    assert await open_doors(park, 11, 900) == [900]
    asleep = await park.read_badge("door a in", 11)
    assert asleep["reason"] == "credential_inactive"
    assert (await park.get(ALICE, f"/badges/{own['badge_id']}")).json()["status"] == "inactive"
    assert (await take_back(park, day))["status"] == "returned"
    assert await open_doors(park, 11, 900) == [11]


async def test_the_forgotten_badge_wakes_when_the_day_is_over_though_nobody_returned_the_other(
    park: Park,
) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    assert datetime.fromisoformat(day["valid_until"]) == MIDNIGHT
    park.now = MIDNIGHT - timedelta(microseconds=1)
    assert await open_doors(park, 11, 900) == [900]
    park.now = MIDNIGHT
    assert await open_doors(park, 11, 900) == [11]
    assert (await park.read_badge("door a in", 900))["reason"] == "credential_expired"
    assert (await park.get(ALICE, f"/badges/{own['badge_id']}")).json()["status"] == "active"


async def test_a_card_that_was_never_returned_is_lent_again_the_next_day(park: Park) -> None:
    await a_desk(park)
    await park.give_badge(ALICE, 11)
    await park.give_badge(BASMA, 12)
    yesterdays = await lend(park, ALICE)
    park.now = MIDNIGHT + timedelta(hours=9)
    await lend(park, BASMA)
    known = (await park.get(SECURITY, f"/badges/{yesterdays['badge_id']}")).json()
    assert known["status"] == "returned"
    assert await open_doors(park, 11, 900) == [11]


async def test_a_day_badge_ends_today_at_the_latest(park: Park) -> None:
    await a_desk(park)
    await park.give_badge(ALICE, 11)
    path = f"/people/{park.ids[ALICE.email]}/day-badges"
    for until in (NINE, NINE - timedelta(hours=1), MIDNIGHT + timedelta(seconds=1)):
        refused = await park.post(DESK, path, CARD | {"valid_until": until.isoformat()})
        assert (refused.status_code, refused.json()["code"]) == (422, "day_badge_ends_today")
    noon = NINE + timedelta(hours=3)
    await lend(park, ALICE, valid_until=noon.isoformat())
    park.now = noon
    assert await open_doors(park, 11, 900) == [11]


@pytest.mark.parametrize(
    ("at", "timezone", "end"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Paris", datetime(2026, 3, 29, 22)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), "Africa/Casablanca", datetime(2026, 11, 24)),
        (datetime(2026, 2, 1, 23, 30, tzinfo=UTC), "Africa/Casablanca", datetime(2026, 2, 2, 23)),
        (datetime(2026, 4, 23, 12, tzinfo=UTC), "Africa/Cairo", datetime(2026, 4, 23, 22)),
    ],
)
def test_a_day_ends_at_midnight_there(at: datetime, timezone: str, end: datetime) -> None:
    """Also on the night in which the clocks change, and where they jump over midnight itself."""
    assert end_of_day(at, timezone=timezone) == end.replace(tzinfo=UTC)


async def test_who_lends_to_whom(park: Park) -> None:
    await a_desk(park)
    await park.list_person(ATLAS_DESK)
    await park.post(ATLAS_ADMIN, "/day-cards", {**CARD, "number": 901})
    atlas, bahia = (f"/people/{park.ids[who.email]}/day-badges" for who in (ALICE, BASMA))
    own = CARD | {"number": 901}
    assert (await park.post(ATLAS_DESK, bahia, own)).status_code == 404
    assert (await park.post(ATLAS_ADMIN, bahia, own)).status_code == 404
    assert (await park.post(ALICE, atlas, own)).status_code == 403
    of_the_landlord = await park.post(ATLAS_DESK, atlas, CARD)
    assert (of_the_landlord.status_code, of_the_landlord.json()["code"]) == (
        404,
        "no_such_day_card",
    )
    day = await lend(park, ALICE, by=ATLAS_DESK, number=901)
    for who in (BAHIA_ADMIN, BASMA):
        assert (await park.post(who, f"/badges/{day['badge_id']}/return")).status_code == 404
    assert (await park.post(ALICE, f"/badges/{day['badge_id']}/return")).status_code == 403
    await take_back(park, day, by=DESK)
    await lend(park, BASMA, by=DESK)


async def test_a_desk_sees_its_own_pool(park: Park) -> None:
    await a_desk(park)
    pool = (await park.get(DESK, "/day-cards")).json()["items"]
    assert [card["number"] for card in pool] == [900]
    assert (await park.get(ATLAS_ADMIN, "/day-cards")).json()["items"] == []
    assert (await park.get(ALICE, "/day-cards")).status_code == 403
    path = f"/day-cards/{pool[0]['day_card_id']}"
    assert (await park.delete(ATLAS_ADMIN, path)).status_code == 404
    assert (await park.delete(DESK, path)).status_code == 403
    again = await park.post(SECURITY, "/day-cards", CARD)
    assert (again.status_code, again.json()["code"]) == (409, "day_card_already_there")
    assert (await park.delete(SECURITY, path)).status_code == 204
    assert (await park.get(DESK, "/day-cards")).json()["items"] == []


async def test_of_several_badges_the_forgotten_one_is_named(park: Park) -> None:
    await a_desk(park)
    office = await park.give_badge(ALICE, 11)
    await park.give_badge(ALICE, 12)
    of_basma = await park.give_badge(BASMA, 13)
    path = f"/people/{park.ids[ALICE.email]}/day-badges"
    unnamed = await park.post(DESK, path, CARD)
    assert (unnamed.status_code, unnamed.json()["code"]) == (409, "name_the_forgotten_badge")
    another = await park.post(DESK, path, CARD | {"forgotten_badge_id": of_basma["badge_id"]})
    assert (another.status_code, another.json()["code"]) == (404, "no_such_badge")
    await lend(park, ALICE, forgotten_badge_id=office["badge_id"])
    assert await open_doors(park, 11, 12, 900) == [12, 900]


async def test_a_person_has_one_day_badge_and_a_card_one_holder(park: Park) -> None:
    await a_desk(park, 900, 901)
    await park.give_badge(ALICE, 11)
    await lend(park, ALICE)
    path = f"/people/{park.ids[ALICE.email]}/day-badges"
    second = await park.post(DESK, path, CARD | {"number": 901})
    assert (second.status_code, second.json()["code"]) == (409, "day_badge_is_out")
    other = await park.post(DESK, f"/people/{park.ids[BASMA.email]}/day-badges", CARD)
    assert (other.status_code, other.json()["code"]) == (409, "day_card_is_out")


async def test_nobody_wakes_the_forgotten_badge_while_the_day_badge_is_out(park: Park) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    refused = await park.post(SECURITY, f"/badges/{own['badge_id']}/reactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "day_badge_is_out")
    until = {"valid_from": None, "valid_until": None}
    longer = await park.put(SECURITY, f"/badges/{day['badge_id']}/validity", until)
    assert (longer.status_code, longer.json()["code"]) == (409, "state_does_not_allow")
    await park.post(SECURITY, f"/badges/{day['badge_id']}/suspend")
    await park.post(SECURITY, f"/badges/{own['badge_id']}/reactivate")
    assert await open_doors(park, 11, 900) == [11]
    refused = await park.post(SECURITY, f"/badges/{day['badge_id']}/reactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "state_does_not_allow")


async def test_a_badge_that_is_lost_while_it_sleeps_does_not_wake(park: Park) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    await park.post(ALICE, f"/me/badges/{own['badge_id']}/lost")
    await take_back(park, day)
    assert await open_doors(park, 11, 900) == []
    park.now = MIDNIGHT
    assert await open_doors(park, 11, 900) == []


async def test_a_lost_day_badge_is_reported_like_any_other(park: Park) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    assert (await park.post(ALICE, f"/me/badges/{day['badge_id']}/lost")).status_code == 200
    assert await open_doors(park, 11, 900) == []
    await park.post(ATLAS_ADMIN, f"/badges/{own['badge_id']}/reactivate")
    assert await open_doors(park, 11, 900) == [11]
    again = await park.post(DESK, f"/people/{park.ids[ALICE.email]}/day-badges", CARD)
    assert again.json()["code"] == "only_security_may"


async def test_rivals_for_one_card_and_for_one_person_leave_one_day_badge(park: Park) -> None:
    await a_desk(park, 900, 901, 902)
    await park.give_badge(ALICE, 11)
    await park.give_badge(BASMA, 12)
    alice, basma = (f"/people/{park.ids[who.email]}/day-badges" for who in (ALICE, BASMA))
    for_one_person = [park.post(DESK, alice, CARD | {"number": 900 + n % 3}) for n in range(6)]
    answers = await asyncio.gather(*for_one_person)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    lent = next(answer.json() for answer in answers if answer.status_code == 201)
    await take_back(park, lent)
    for_one_card = [park.post(DESK, path, CARD) for path in (alice, basma) * 3]
    answers = await asyncio.gather(*for_one_card)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


async def test_never_two_awake_however_lending_returning_losing_and_waking_race(
    park: Park,
) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    lending = f"/people/{park.ids[ALICE.email]}/day-badges"
    for _ in range(4):
        day = await lend(park, ALICE)
        answers = await asyncio.gather(
            park.post(DESK, f"/badges/{day['badge_id']}/return"),
            park.post(SECURITY, f"/badges/{own['badge_id']}/reactivate"),
            park.post(DESK, lending, CARD),
            park.post(DESK, f"/badges/{day['badge_id']}/return"),
            park.post(SECURITY, f"/badges/{own['badge_id']}/reactivate"),
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert len(await open_doors(park, 11, 900)) == 1
        for row in await park.rows(
            "SELECT badge_id FROM badges WHERE kind = 'day' AND status = 'active'"
        ):
            await take_back(park, {"badge_id": str(row["badge_id"])})


async def test_lending_and_returning_are_acts(park: Park) -> None:
    await a_desk(park)
    own = await park.give_badge(ALICE, 11)
    day = await lend(park, ALICE)
    await take_back(park, day)
    told = [(act["reason"], act["badge_id"]) for act in await park.acts()]
    assert told[-5:] == [
        ("badge_issued", own["badge_id"]),
        ("badge_forgotten", own["badge_id"]),
        ("badge_issued", day["badge_id"]),
        ("day_badge_returned", day["badge_id"]),
        ("badge_woken", own["badge_id"]),
    ]
    assert {act["author_id"] for act in (await park.acts())[-4:]} == {park.ids[DESK.email]}
