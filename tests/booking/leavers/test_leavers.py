"""Somebody leaves: their bookings go on or go, a few at a time, and access is answered once."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.booking.service import SERVICE
from shared.leaving import AT_ONCE, LEAVING
from tests.booking.park import NINE, TEN, Park, heard, minutes

AMAL, BADR, CHADIA = "amal@acme.example", "badr@acme.example", "chadia@acme.example"


async def answers(park: Park, email: str = AMAL) -> list[Any]:
    """What was said about a leaver."""
    rows = await park.query(
        "SELECT body FROM outbox WHERE name = 'booking.person_left.v1' AND subject = :s",
        s=f"person/{park.person_id(email)}",
    )
    return [orjson.loads(row.body)["leaver"] for row in rows]


async def go_on(park: Park, email: str = AMAL) -> None:
    """The timer goes off for as long as it is set."""
    reaction = SERVICE.timers.reaction_to(LEAVING)
    assert reaction is not None
    key = str(park.person_id(email))
    while await park.query("DELETE FROM timers WHERE key = :k RETURNING key", k=key):
        async with park.ground.database.transaction() as session:
            await reaction(key, session, park.now)


@pytest.fixture
def small_batches(park: Park) -> int:
    park.ground.database.info[AT_ONCE] = 2
    return 2


def counts(answer: Any) -> tuple[int, int, int]:
    return (
        answer["bookings_cancelled"],
        answer["bookings_handed_over"],
        answer["participations_removed"],
    )


async def test_who_had_nothing_is_answered_for_as_well(park: Park) -> None:
    await park.delist(AMAL)
    (answer,) = await answers(park)
    assert counts(answer) == (0, 0, 0)
    assert answer["tenant_id"] == str(park.tenant_id)


async def test_a_leaver_is_taken_off_the_bookings_of_others(park: Park) -> None:
    booking = await park.a_booking(by=BADR, invited=[AMAL, CHADIA])
    over = await park.a_booking(by=BADR, invited=[AMAL], starts_at=TEN, ends_at=TEN + minutes(30))
    await park.do(over, "cancel", by=BADR)
    await park.delist(AMAL)
    assert await park.announced(booking) == ["confirmed", "participants_changed"]
    invited = (await park.last_facts(booking))["participants"]
    assert [each["person_id"] for each in invited] == [str(park.person_id(CHADIA))]
    assert await park.announced(over) == ["confirmed", "cancelled"]
    assert counts((await answers(park))[0]) == (0, 0, 1)


async def test_many_bookings_are_let_go_of_by_steps_and_answered_for_once(
    park: Park, small_batches: int
) -> None:
    room = await park.a_room()
    for hour in range(5):
        at = NINE + timedelta(hours=hour)
        await park.a_booking(room, starts_at=at, ends_at=at + minutes(30))
        await park.a_booking(
            room, by=BADR, invited=[AMAL], starts_at=at + minutes(30), ends_at=at + minutes(60)
        )
    event = await park.delist(AMAL)
    told = await park.announced()
    assert (told.count("cancelled"), told.count("participants_changed")) == (small_batches, 0)
    assert await answers(park) == []
    await go_on(park)
    await park.hear(heard(event, sequence=2))
    (answer,) = await answers(park)
    assert counts(answer) == (5, 0, 5)


async def test_a_successor_who_leaves_between_two_steps_takes_no_more_over(
    park: Park, small_batches: int
) -> None:
    room = await park.a_room()
    for hour in range(3):
        at = NINE + timedelta(hours=hour)
        await park.a_booking(room, starts_at=at, ends_at=at + minutes(30))
    await park.delist(AMAL, successor_id=park.person_id(BADR))
    await park.delist(BADR)
    for email in (BADR, AMAL):
        await go_on(park, email)
    assert counts((await answers(park))[0]) == (1, 2, 0)
    assert counts((await answers(park, BADR))[0]) == (2, 0, 0)
    assert await park.query("SELECT 1 FROM claims") == []


async def test_what_a_leaver_has_begun_stays_until_their_company_ends_it(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    park.now = NINE + minutes(5)
    await park.delist(AMAL)
    assert await park.announced(booking) == ["confirmed"]
    by_guest = await park.do(booking, "end-early", by=BADR)
    assert (by_guest.status_code, by_guest.json()["code"]) == (403, "not_your_booking")
    elsewhere = await park.do(
        booking, "end-early", by="driss@other.example", roles=["tenant_admin"]
    )
    assert elsewhere.status_code == 404
    answer = await park.do(booking, "end-early", by=CHADIA, roles=["tenant_admin"])
    assert answer.status_code == 200, answer.text
    assert await park.announced(booking) == ["confirmed", "ended_early"]
    assert await park.claims(booking) == [(NINE, park.now)]
