"""Somebody is delisted at the very moment in which somebody else gives them a part in a booking.

The delisting holds the person and wants their bookings, the other holds a booking and wants the
person: one of the two is undone, and done again. Nobody is told of it.

Here it is to be the request, which is so when its wait is looked at first, a second after it began.
Where the machine is too busy to have the delisting wait by then, they meet once more.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.service import SERVICE
from shared.database import Busy
from shared.events.directory import DelistingReason, PersonDelisted
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.park import Park, heard
from tests.booking.series.asking import MONDAY, a_series, occurrences
from tests.booking.series.test_changing import change
from tests.support.eventually import eventually

AMAL, BADR = "amal@acme.example", "badr@acme.example"
FATIMA = "fatima@landlord.example"


MEETINGS = 5
Test = Callable[..., Awaitable[None]]


class TheOtherWasUndone(Exception):
    """The delisting, or nobody: what was to be seen did not happen, and nobody was delisted."""


def again_until_the_request_is_undone(test: Test) -> Test:
    @functools.wraps(test)
    async def met(*args: Any, **kwargs: Any) -> None:
        for _ in range(MEETINGS):
            try:
                return await test(*args, **kwargs)
            except TheOtherWasUndone:
                continue
        pytest.fail(f"in {MEETINGS} meetings the request was never the one that is undone")

    return met


async def delist(park: Park, email: str, session: AsyncSession) -> None:
    facts = park.people[email].model_copy(update={"is_listed": False})
    event = heard(
        PersonDelisted(person=facts, reason=DelistingReason.LEFT), sequence=2, at=park.now
    )
    reaction = SERVICE.inbox.reaction_to(event.name)
    assert reaction is not None
    await reaction(event, session)


async def delisted_while(park: Park, email: str, work: Awaitable[httpx.Response]) -> httpx.Response:
    """The answer to what was begun when the delisting had the person, and not yet their bookings;
    whoever waits first looks first for a deadlock, and is the one that is undone.
    """
    await park.delist("chadia@acme.example")  # the first one takes longer than those after it
    try:
        async with park.ground.database.transaction() as session:
            hold = "SELECT FROM known_people WHERE person_id = :p FOR UPDATE"
            await session.execute(text(hold), {"p": park.person_id(email)})
            answer = asyncio.ensure_future(work)
            await eventually(lambda: somebody_waits(park))
            await delist(park, email, session)
    except Busy:
        await answer
        raise TheOtherWasUndone from None
    return await answer


@again_until_the_request_is_undone
async def test_a_request_is_approved_as_its_organiser_leaves(park: Park) -> None:
    request = await a_request(park, await a_room_on_request(park))
    approving = park.do(request, "approve", by=FATIMA, roles=["facility_manager"])
    answer = await delisted_while(park, AMAL, approving)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_requested")
    assert await park.claims(request) == []
    assert await park.announced(request) == []


@again_until_the_request_is_undone
async def test_a_booking_is_handed_to_who_is_in_it_and_leaves(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    answer = await delisted_while(park, BADR, park.do(booking, "hand-over", email=BADR))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_your_company")
    facts = await park.last_facts(booking)
    assert (facts["organiser_id"], facts["participants"]) == (str(park.person_id(AMAL)), [])


@pytest.mark.parametrize("action", ["change", "change-from"])
@again_until_the_request_is_undone
async def test_a_series_invites_who_is_in_one_of_its_bookings_and_leaves(
    park: Park, action: str
) -> None:
    made = await a_series(park)
    first = made["occurrences"][0]
    people: list[dict[str, Any]] = [{"email": BADR}]
    await park.do(first, "participants", method="PUT", participants=people)
    begins = MONDAY if action == "change-from" else None
    answer = await delisted_while(
        park, BADR, change(park, made, action, begins=begins, invite=people)
    )
    assert answer.status_code == 200, answer.text
    for booking in await occurrences(park, {"series": answer.json()}):
        (invited,) = (await park.last_facts(booking))["participants"]
        assert (invited["kind"], invited["person_id"]) == ("guest", None)


@again_until_the_request_is_undone
async def test_what_was_cancelled_is_not_restored_for_an_organiser_who_leaves(park: Park) -> None:
    booking = await park.a_booking()
    await park.do(booking, "cancel")
    answer = await delisted_while(park, AMAL, park.do(booking, "restore"))
    assert (answer.status_code, answer.json()["code"]) == (401, "no_longer_listed")
    assert await park.claims(booking) == []
    assert await park.announced(booking) == ["confirmed", "cancelled"]
