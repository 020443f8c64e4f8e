"""A series in a room that is given on somebody's word: requests, decided together or one by one."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.booking.closures.commands import close
from services.booking.closures.requests import NewClosure
from tests.booking.bookings.requests import a_room_on_request
from tests.booking.bookings.test_approvals import ids_for
from tests.booking.bookings.test_locks import somebody_waits
from tests.booking.bookings.test_rivals import deadlocks, overlaps
from tests.booking.park import NINE, TEN, Park, minutes
from tests.booking.series.asking import AMAL, BADR, DRISS, a_series, ask_for, occurrences
from tests.booking.series.test_changing import THIRD, change
from tests.support.eventually import eventually

WEEK = timedelta(weeks=1)
CHADIA, FATIMA = "chadia@acme.example", "fatima@landlord.example"
FACILITY, ADMIN = ("facility_manager",), ("tenant_admin",)


async def decide(
    park: Park,
    series: Any,
    action: str = "approve",
    *,
    by: str = FATIMA,
    roles: tuple[str, ...] = FACILITY,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> httpx.Response:
    return await park.http.post(
        f"/v1/series/{series['series']['series_id']}/{action}",
        json=said or None,
        headers=park.as_(by, *roles) | (headers or {}),
    )


async def standings(park: Park, series: Any) -> list[str]:
    return [one["status"] for one in await occurrences(park, series)]


async def test_each_is_a_request_which_holds_nothing_until_all_are_approved(park: Park) -> None:
    room = await a_room_on_request(park, buffer_after_minutes=10)
    made = await a_series(park, room, title="Comité", participants=[{"email": BADR}])
    assert [one["status"] for one in made["occurrences"]] == ["requested"] * 4
    assert (await park.query("SELECT count(*) FROM claims"))[0].count == 0
    assert await park.announced() == []
    waiting = await ids_for(park, FATIMA, *FACILITY)
    assert waiting == [one["booking_id"] for one in made["occurrences"]]
    answer = await decide(park, made, note="Accordé.")
    assert answer.status_code == 200, answer.text
    assert [one["status"] for one in answer.json()["occurrences"]] == ["confirmed"] * 4
    assert (answer.json()["skipped"], answer.json()["series"]["version"]) == ([], 2)
    for nth, one in enumerate(made["occurrences"]):
        shown = await park.shown(one)
        assert (shown["status"], shown["decision_note"]) == ("confirmed", "Accordé.")
        claimed = (NINE + nth * WEEK, TEN + nth * WEEK + minutes(10))
        assert await park.claims(one) == [claimed]
        assert await park.announced(one) == ["confirmed"]
        facts = await park.last_facts(one)
        assert facts["series_id"] == made["series"]["series_id"]
    assert await ids_for(park, FATIMA, *FACILITY) == []


async def test_all_are_declined_at_once_and_nobody_else_hears_of_them(park: Park) -> None:
    made = await a_series(park, await a_room_on_request(park), participants=[{"email": BADR}])
    answer = await decide(park, made, "decline", note="Travaux.")
    assert answer.status_code == 200, answer.text
    assert await standings(park, made) == ["declined"] * 4
    assert (await park.shown(made["occurrences"][3]))["decision_note"] == "Travaux."
    assert await park.announced() == []
    for action in ("approve", "decline"):
        again = await decide(park, made, action)
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_decide")


async def test_what_is_taken_by_now_is_listed_and_nothing_is_decided(park: Park) -> None:
    room = await a_room_on_request(park)
    made = await a_series(park, room)
    rival = await ask_for(park, room, None, by=BADR, rdates=["2027-03-08T09:00:00"])
    await decide(park, rival.json(), conflicts={"skip_up_to_percent": 0})
    answer = await decide(park, made)
    assert (answer.status_code, answer.json()["code"]) == (409, "series_conflicts")
    assert [(one["recurrence_wall"], one["code"]) for one in answer.json()["conflicts"]] == [
        ("2027-03-01T09:00:00", "room_taken"),
        ("2027-03-08T09:00:00", "room_taken"),
    ]
    assert await standings(park, made) == ["requested"] * 4
    too_few = await decide(park, made, conflicts={"skip_up_to_percent": 49})
    assert too_few.status_code == 409
    enough = await decide(park, made, conflicts={"skip_up_to_percent": 50})
    assert enough.status_code == 200, enough.text
    assert [one["recurrence_wall"][5:10] for one in enough.json()["skipped"]] == ["03-01", "03-08"]
    assert await standings(park, made) == ["requested", "requested", "confirmed", "confirmed"]
    for one in made["occurrences"][:2]:
        assert await park.announced(one) == []


async def test_only_those_whose_word_the_room_waits_for_decide_and_see_it(park: Park) -> None:
    by_people = await a_series(park, await a_room_on_request(park, by="people", people=(DRISS,)))
    by_admins = await a_series(park, await a_room_on_request(park, by="tenant_admins"))
    refused = [
        (by_people, AMAL, (), 403, "not_yours_to_decide"),
        (by_people, BADR, (), 404, "no_such_series"),
        (by_people, CHADIA, ADMIN, 403, "not_yours_to_decide"),
        (by_admins, DRISS, ADMIN, 404, "no_such_series"),
    ]
    for made, email, roles, status, code in refused:
        for action in ("approve", "decline"):
            answer = await decide(park, made, action, by=email, roles=roles)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert await standings(park, made) == ["requested"] * 4
    address = f"/v1/series/{by_people['series']['series_id']}"
    for _ in ("while it waits", "once it is decided"):
        assert (await park.http.get(address, headers=park.as_(DRISS))).status_code == 200
        assert len(await occurrences(park, by_people, by=DRISS)) == 4
        await decide(park, by_people, by=DRISS, roles=())
    assert await standings(park, by_people) == ["confirmed"] * 4
    assert (await decide(park, by_admins, by=CHADIA, roles=ADMIN)).status_code == 200


async def test_whoever_decides_on_a_room_books_a_series_of_it_at_once(park: Park) -> None:
    room = await a_room_on_request(park, by="people", people=(AMAL,))
    made = await a_series(park, room)
    assert [one["status"] for one in made["occurrences"]] == ["confirmed"] * 4


async def test_a_series_that_waits_is_called_off_but_not_changed(park: Park) -> None:
    made = await a_series(park, await a_room_on_request(park))
    for action, begins in (("change", None), ("change-from", THIRD)):
        answer = await change(park, made, action, begins=begins, title="New")
        assert (answer.status_code, answer.json()["code"]) == (409, "awaits_approval")
    assert (await change(park, made, "cancel-from", begins=THIRD)).status_code == 200
    assert await standings(park, made) == ["requested"] * 2 + ["cancelled"] * 2
    assert (await decide(park, made)).status_code == 200
    assert await standings(park, made) == ["confirmed"] * 2 + ["cancelled"] * 2
    assert (await change(park, made, "change", title="New")).status_code == 200
    moved = await change(park, made, "change", starts="11:00")
    assert {one["code"] for one in moved.json()["conflicts"]} == {"needs_approval"}
    assert (await change(park, made, "change", minutes=30)).status_code == 200


async def test_one_may_be_decided_by_itself_before_the_rest(park: Park) -> None:
    made = await a_series(park, await a_room_on_request(park))
    first, second, *_ = made["occurrences"]
    await park.do(first, "approve", by=FATIMA, roles=list(FACILITY))
    await park.do(second, "decline", by=FATIMA, roles=list(FACILITY))
    answer = await decide(park, made)
    assert len(answer.json()["occurrences"]) == 2
    assert await standings(park, made) == ["confirmed", "declined", "confirmed", "confirmed"]


async def test_what_has_lapsed_is_not_decided_any_more(park: Park) -> None:
    made = await a_series(park, await a_room_on_request(park))
    park.now = NINE + WEEK
    answer = await decide(park, made)
    assert len(answer.json()["occurrences"]) == 2
    assert await standings(park, made) == ["lapsed", "lapsed", "confirmed", "confirmed"]


async def test_rules_of_the_room_count_again_when_it_is_approved(park: Park) -> None:
    room = await a_room_on_request(park)
    made = await a_series(park, room)
    closed = await park.http.post(
        "/v1/closures",
        json={
            "room_id": room["room_id"],
            "starts_at": (NINE + WEEK).isoformat(),
            "ends_at": (TEN + WEEK).isoformat(),
            "reason": "Travaux",
            "overridden_by": "nobody",
        },
        headers=park.as_(FATIMA, *FACILITY),
    )
    assert closed.status_code == 201, closed.text
    answer = await decide(park, made, conflicts={"skip_up_to_percent": 25})
    assert [one["code"] for one in answer.json()["skipped"]] == ["closure_stands"]


async def test_a_decision_is_repeated_by_its_key_and_lost_by_an_old_tag(park: Park) -> None:
    made = await a_series(park, await a_room_on_request(park))
    stale = await decide(park, made, headers={"if-match": '"7"'})
    assert stale.status_code == 412
    key = {"idempotency-key": "yes"}
    first, second = [await decide(park, made, headers=key) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, second.json())
    assert await park.announced() == ["confirmed"] * 4


async def test_of_series_that_ask_for_one_day_and_are_approved_at_once_one_stands_then(
    park: Park,
) -> None:
    room = await a_room_on_request(park)
    all_made = [
        (await ask_for(park, room, f"FREQ=DAILY;INTERVAL={nth + 1};COUNT=4")).json()
        for nth in range(6)
    ]
    answers = await asyncio.gather(*(decide(park, made) for made in all_made))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert await deadlocks(park) == 0
    assert await overlaps(park) == 0


@pytest.mark.parametrize("wish", [{"rule": "FREQ=HOURLY;COUNT=3", "minutes": 90}])
async def test_a_series_is_not_asked_for_that_is_in_its_own_way(
    park: Park, wish: dict[str, Any]
) -> None:
    answer = await ask_for(park, await a_room_on_request(park), **wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "occurrences_overlap")


async def test_a_closure_that_comes_just_before_leaves_out_what_it_closes(park: Park) -> None:
    room = await a_room_on_request(park)
    made = await a_series(park, room)
    new = NewClosure(
        room_id=room["room_id"], starts_at=NINE + WEEK, ends_at=TEN + WEEK, reason="Travaux"
    )
    closure = new.closure(by=park.caller(FATIMA), at=park.now, timezone="Africa/Casablanca")
    async with park.ground.database.transaction() as session:
        await close(session, closure, cancels_bookings=False, by=park.caller(FATIMA), at=park.now)
        skip = {"skip_up_to_percent": 25}
        deciding = asyncio.ensure_future(decide(park, made, conflicts=skip))
        await eventually(lambda: somebody_waits(park))
    answer = await deciding
    assert answer.status_code == 200, answer.text
    assert [one["code"] for one in answer.json()["skipped"]] == ["closure_stands"]
    assert await standings(park, made) == ["confirmed", "requested", "confirmed", "confirmed"]
