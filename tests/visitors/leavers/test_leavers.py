"""A host leaves: the visits go to the successor or to the desk, and access is answered once."""

from typing import Any
from uuid import uuid4

import orjson

from services.visitors.service import SERVICE
from shared.events.access import Boundary
from shared.events.booking import BookingCheckedIn, BookingConfirmed
from shared.events.directory import DelistingReason, PersonDelisted
from shared.leaving import AT_ONCE, LEAVING
from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    DRISS,
    NINE,
    OTHER_DESK,
    Park,
    a_guest,
    heard,
)


async def leave(park: Park, *, successor: str | None = None) -> PersonDelisted:
    facts = park.people[AMAL].model_copy(
        update={
            "is_listed": False,
            "successor_id": park.person_id(successor) if successor else None,
        }
    )
    event = heard(PersonDelisted(person=facts, reason=DelistingReason.LEFT), sequence=2)
    await park.hear(event)
    return event


async def answers(park: Park) -> list[Any]:
    rows = await park.query("SELECT body FROM outbox WHERE name = 'visit.person_left.v1'")
    return [orjson.loads(row.body)["leaver"] for row in rows]


def counts(answer: Any) -> tuple[int, int]:
    return answer["visits_handed_over"], answer["visits_to_desk"]


async def test_without_a_successor_the_desk_finds_the_visits_and_names_a_host(park: Park) -> None:
    visit = await park.a_visit()
    here = await park.a_visit()
    await park.pass_door(here, Boundary.ENTERED_PARK, at=NINE)
    over = await park.a_visit()
    await park.do(over, "cancel", by=AMAL)
    await park.a_visit(by=BADR)
    await leave(park)
    assert [counts(answer) for answer in await answers(park)] == [(0, 2)]
    at_the_desk = await park.listed(needs_host=True)
    assert {each["visit_id"] for each in at_the_desk} == {visit["visit_id"], here["visit_id"]}
    assert await park.listed(to=OTHER_DESK, needs_host=True) == []
    named = await park.do(visit, "host", host_id=str(park.person_id(BADR)))
    assert named.status_code == 200, named.text
    assert named.json()["host_id"] == str(park.person_id(BADR))
    assert [each["visit_id"] for each in await park.listed(needs_host=True)] == [here["visit_id"]]
    assert len(await park.listed(needs_host=False)) == 3


async def test_a_successor_receives_the_visitors(park: Park) -> None:
    visit = await park.a_visit()
    event = await leave(park, successor=BADR)
    await park.hear(event)
    assert (await park.shown(visit, to=BADR))["host_id"] == str(park.person_id(BADR))
    assert await park.announced(visit) == ["expected", "host_changed"]
    assert await park.notices(visit) == [("invitation", "queued")]
    assert [counts(answer) for answer in await answers(park)] == [(1, 0)]


async def test_many_visits_are_handed_over_by_steps_and_answered_for_once(park: Park) -> None:
    park.ground.database.info[AT_ONCE] = 2
    for _ in range(5):
        await park.a_visit()
    await leave(park, successor=BADR)
    assert await answers(park) == []
    reaction = SERVICE.timers.reaction_to(LEAVING)
    assert reaction is not None
    key = str(park.person_id(AMAL))
    while await park.query("DELETE FROM timers WHERE key = :k RETURNING key", k=key):
        async with park.ground.database.transaction() as session:
            await reaction(key, session, park.now)
    assert [counts(answer) for answer in await answers(park)] == [(5, 0)]


async def test_only_the_desk_names_a_host_and_only_one_of_the_same_company(park: Park) -> None:
    visit = await park.a_visit()
    theirs = {"host_id": str(park.person_id(BADR))}
    assert (await park.do(visit, "host", by=AMAL, **theirs)).status_code == 403
    assert (await park.do(visit, "host", by=BADR, **theirs)).status_code == 404
    assert (await park.do(visit, "host", by=OTHER_DESK, **theirs)).status_code == 404
    for nobody in (park.person_id(DRISS), uuid4()):
        refused = await park.do(visit, "host", host_id=str(nobody))
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_host")
    await park.delist(ADMIN)
    gone = await park.do(visit, "host", host_id=str(park.person_id(ADMIN)))
    assert gone.status_code == 404


async def test_whom_the_desk_has_named_stays_host_whatever_the_booking_says(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    (visit,) = await park.listed(booking_id=booking.booking_id)
    await leave(park)
    await park.do(visit, "host", by=DESK, host_id=str(park.person_id(BADR)))
    await park.hear_booking(BookingCheckedIn, booking, sequence=2)
    assert (await park.shown(visit))["host_id"] == str(park.person_id(BADR))
