"""Bookings made by yesterday's rules of a zone, met by today's: two versions of tzdata."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.booking.cli import REDERIVE
from services.booking.rederiving.commands import Beside, Outcome, follow_beside, foresee, rederive
from shared.clock import instant_meant, wall_time
from tests.booking.park import Park, minutes
from tests.booking.waiting.queueing import accept, listed, waits, work
from tests.support.zone_rules import CASABLANCA, old_rules

HOUR = minutes(60)
NINE, TEN, ELEVEN, NOON = (datetime(2027, 4, 5, hour, tzinfo=UTC) for hour in (9, 10, 11, 12))
"""After Ramadan, in which the two agree."""


async def rederived(park: Park, *, is_dry_run: bool = False) -> dict[str, Outcome]:
    work = foresee if is_dry_run else rederive
    found = work(park.ground.database, at=park.now)
    return {str(outcome.shift.booking_id): outcome async for outcome in found}


async def beside(park: Park, *, is_dry_run: bool = False) -> Beside:
    return await follow_beside(park.ground.database, at=park.now, is_dry_run=is_dry_run)


async def booked(park: Park, room: Any, starts_at: datetime, **wish: Any) -> Any:
    """An hour, by the old rules."""
    with old_rules():
        ends_at = wish.pop("ends_at", starts_at + HOUR)
        return await park.a_booking(room, starts_at=starts_at, ends_at=ends_at, **wish)


def test_the_two_versions_differ_as_they_are_known_to() -> None:
    ten = datetime(2026, 10, 1, 10)
    assert instant_meant(ten, timezone=CASABLANCA).hour == 10
    with old_rules():
        assert instant_meant(ten, timezone=CASABLANCA).hour == 9
    assert instant_meant(ten, timezone=CASABLANCA).hour == 10


async def test_a_booking_follows_its_wall_time(park: Park) -> None:
    booking = await booked(park, None, NINE)
    assert booking["starts_wall"] == "2027-04-05T10:00:00"
    outcomes = await rederived(park)
    assert outcomes[booking["booking_id"]].has_moved
    shown = await park.shown(booking)
    assert datetime.fromisoformat(shown["starts_at"]) == TEN
    assert datetime.fromisoformat(shown["ends_at"]) == ELEVEN
    assert shown["starts_wall"] == "2027-04-05T10:00:00"
    assert shown["attention"] is None
    assert await park.claims(booking) == [(TEN, ELEVEN)]
    assert await park.announced(booking) == ["confirmed", "rescheduled"]
    assert await rederived(park) == {}


async def test_bookings_that_touch_each_other_move_together(park: Park) -> None:
    room = await park.a_room(buffer_after_minutes=10, buffer_before_minutes=5)
    day = [await booked(park, room, NINE + timedelta(minutes=75 * nth)) for nth in range(6)]
    outcomes = await rederived(park)
    assert [outcomes[one["booking_id"]].has_moved for one in day] == [True] * 6
    assert await park.claims(day[0]) == [(TEN - minutes(5), ELEVEN + minutes(10))]


async def test_what_has_begun_or_is_over_or_means_what_it_meant_stays(park: Park) -> None:
    begun = await booked(park, None, NINE)
    cancelled = await booked(park, None, NINE + 24 * HOUR)
    await park.do(cancelled, "cancel")
    elsewhere = await booked(park, None, NOON, timezone="Europe/Paris")
    park.now = NINE
    assert await rederived(park) == {}
    for booking in (begun, elsewhere):
        assert await park.announced(booking) == ["confirmed"]


async def test_where_its_room_is_taken_it_stays_and_its_organiser_is_told(park: Park) -> None:
    room = await park.a_room()
    in_the_way = await booked(park, room, TEN, timezone="UTC", by="badr@acme.example")
    booking = await booked(park, room, NINE, invited=["driss@other.example"])
    outcomes = await rederived(park)
    assert not outcomes[booking["booking_id"]].has_moved
    assert in_the_way["booking_id"] not in outcomes
    shown = await park.shown(booking)
    assert datetime.fromisoformat(shown["starts_at"]) == NINE
    assert shown["starts_wall"] == "2027-04-05T09:00:00"
    assert shown["attention"] == {
        "code": "taken_at_its_wall_time",
        "booked_starts_wall": "2027-04-05T10:00:00",
        "booked_ends_wall": "2027-04-05T11:00:00",
        "noticed_at": park.now.isoformat().replace("+00:00", "Z"),
    }
    assert (await park.shown(booking, to="driss@other.example"))["attention"] is None
    assert await park.claims(booking) == [(NINE, TEN)]
    assert await park.announced(booking) == ["confirmed"]
    assert await rederived(park) == {}, "it is told once"
    moved = await park.do(booking, "move", starts_at=NOON.isoformat())
    assert moved.json()["attention"] is None


async def test_who_stays_is_in_the_way_of_others(park: Park) -> None:
    room = await park.a_room()
    await booked(park, room, TEN, timezone="UTC")
    stays = await booked(park, room, NINE)
    behind = await booked(park, room, NINE - HOUR + minutes(15), ends_at=NINE)
    outcomes = await rederived(park)
    assert {one.has_moved for one in outcomes.values()} == {False}
    assert set(outcomes) == {stays["booking_id"], behind["booking_id"]}


async def test_an_hour_that_comes_twice_no_more_is_one_bookings_only(park: Park) -> None:
    """By the old rules, the clocks went back from 03:00 to 02:00 as Ramadan began, 2027-02-07."""
    park.now = datetime(2027, 1, 4, 8, tzinfo=UTC)
    first = datetime(2027, 2, 7, 1, 30, tzinfo=UTC)
    with old_rules():
        walls = [wall_time(at, timezone=CASABLANCA) for at in (first, first + HOUR)]
        assert [(wall.hour, wall.fold) for wall in walls] == [(2, 0), (2, 1)]
    room = await park.a_room()
    with old_rules():
        both = [
            await park.a_booking(room, starts_at=at, ends_at=at + minutes(20))
            for at in (first, first + HOUR)
        ]
    outcomes = await rederived(park)
    assert len(outcomes) == 1, "the second one is at its instant already, and in the way"
    assert not outcomes[both[0]["booking_id"]].has_moved


async def test_a_dry_run_says_it_all_and_changes_nothing(park: Park) -> None:
    room = await park.a_room()
    await booked(park, room, TEN, timezone="UTC")
    stays, moves = await booked(park, room, NINE), await booked(park, None, NINE)
    outcomes = await rederived(park, is_dry_run=True)
    assert outcomes[moves["booking_id"]].has_moved
    assert not outcomes[stays["booking_id"]].has_moved
    for booking in (stays, moves):
        assert (await park.shown(booking))["version"] == 1
        assert await park.claims(booking) == [(NINE, TEN)]


async def test_many_move_in_batches(park: Park) -> None:
    rooms = [await park.a_room() for _ in range(3)]
    for day in range(40):
        for room in rooms:
            await booked(park, room, NINE + timedelta(days=day))
    outcomes = await rederived(park)
    assert len(outcomes) == 120
    assert all(one.has_moved for one in outcomes.values())


async def test_the_command_names_who_stays(park: Park, capsys: pytest.CaptureFixture[str]) -> None:
    room = await park.a_room()
    await booked(park, room, TEN, timezone="UTC")
    stays = await booked(park, room, NINE)
    await REDERIVE.asked(dry_run=True)(park.ground)
    await REDERIVE.asked(dry_run=False)(park.ground)
    await REDERIVE.asked(dry_run=False)(park.ground)
    said = [line for line in capsys.readouterr().out.splitlines() if "[info" not in line]
    dry, _, named, counted, nothing = said
    assert dry == named
    assert stays["booking_id"] in named
    assert counted.startswith("0 bookings moved, 1 stay because their room is taken then; ")
    assert nothing.startswith("0 bookings moved, 0 stay")


async def closed(park: Park, room: Any, starts_at: datetime, ends_at: datetime) -> Any:
    """By the old rules."""
    body = {"room_id": room["room_id"], "reason": "Travaux", "overridden_by": "nobody"}
    with old_rules():
        made = await park.http.post(
            "/v1/closures",
            json=body | {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()},
            headers=park.as_("fatima@landlord.example", "facility_manager"),
        )
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_closure_follows_its_wall_time_too(park: Park) -> None:
    room = await park.a_room()
    closure = await closed(park, room, NINE, TEN)
    under_way = await closed(park, await park.a_room(), park.now - HOUR, TEN)
    assert await beside(park, is_dry_run=True) == Beside(closures=2, wishes=0)
    assert (await park.book(room, starts_at=NINE, ends_at=TEN)).status_code == 409
    assert await beside(park) == Beside(closures=2, wishes=0)
    assert await beside(park) == Beside(closures=0, wishes=0)
    assert (await park.book(room, starts_at=NINE, ends_at=TEN)).status_code == 201
    taken = await park.book(room, starts_at=TEN, ends_at=ELEVEN)
    assert taken.json()["code"] == "closure_stands"
    for one, starts in ((closure, TEN), (under_way, park.now - HOUR)):
        answer = await park.http.get(
            f"/v1/closures/{one['closure_id']}",
            headers=park.as_("fatima@landlord.example", "facility_manager"),
        )
        shown = answer.json()
        assert datetime.fromisoformat(shown["starts_at"]) == starts
        assert datetime.fromisoformat(shown["ends_at"]) == ELEVEN


async def test_who_waits_waits_for_the_same_hour_on_the_wall(park: Park) -> None:
    room = await park.a_room()
    with old_rules():
        waiting = await waits(
            park,
            room,
            by="badr@acme.example",
            starts_at=NINE.isoformat(),
            ends_at=TEN.isoformat(),
        )
    for is_dry_run, wishes in ((True, 1), (False, 1), (False, 0)):
        assert await beside(park, is_dry_run=is_dry_run) == Beside(closures=0, wishes=wishes)
    (shown,) = await listed(park, "badr@acme.example")
    assert datetime.fromisoformat(shown["starts_at"]) == TEN
    assert shown["starts_wall"] == waiting["starts_wall"] == "2027-04-05T10:00:00"
    await work(park)
    (offered,) = await listed(park, "badr@acme.example")
    made = await accept(park, offered, by="badr@acme.example")
    assert datetime.fromisoformat(made.json()["starts_at"]) == TEN
