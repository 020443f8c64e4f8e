"""Changing a series: this (a booking like any other), this and future, all."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.booking.park import NINE, TEN, Park, minutes
from tests.booking.series.asking import AMAL, BADR, DRISS, a_series, occurrences

WEEK = timedelta(weeks=1)
THIRD = "2027-03-15T09:00:00"


async def change(
    park: Park,
    series: Any,
    action: str,
    *,
    by: str = AMAL,
    headers: dict[str, str] | None = None,
    begins: str | None = None,
    **body: Any,
) -> httpx.Response:
    body |= {} if begins is None else {"from": begins}
    return await park.http.post(
        f"/v1/series/{series['series']['series_id']}/{action}",
        json=body or None,
        headers=park.as_(by) | (headers or {}),
    )


def hours(found: list[Any]) -> list[str]:
    return [one["starts_wall"][5:16] for one in found]


async def test_all_that_is_ahead_moves_at_once(park: Park) -> None:
    made = await a_series(park)
    park.now = NINE + minutes(30)
    answer = await change(park, made, "change", starts="10:30", minutes=45, title="New")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["minutes"], answer.json()["title"]) == (45, "New")
    found = await occurrences(park, made)
    assert hours(found) == ["03-01T09:00", "03-08T10:30", "03-15T10:30", "03-22T10:30"]
    assert [one["follows_series"] for one in found[1:]] == [True] * 3
    claimed = (NINE + WEEK + minutes(90), NINE + WEEK + minutes(135))
    assert await park.claims(found[1]) == [claimed]
    assert await park.announced(found[1]) == ["confirmed", "rescheduled"]
    assert await park.announced(found[0]) == ["confirmed"]
    assert (await park.shown(found[1]))["title"] == "New"


async def test_what_was_changed_by_itself_stays_as_it_is_there(park: Park) -> None:
    """Its own time, its own room: each stays, and in all else it follows."""
    room, other, new = [await park.a_room() for _ in range(3)]
    made = await a_series(park, room)
    first, second, third, _ = made["occurrences"]
    await park.do(second, "move", starts_at=(NINE + WEEK + minutes(240)).isoformat())
    await park.do(third, "move", room_id=other["room_id"])
    answer = await change(park, made, "change", starts="10:00", room_id=new["room_id"], title="T")
    assert answer.status_code == 200, answer.text
    found = await occurrences(park, made)
    assert hours(found) == ["03-01T10:00", "03-08T13:00", "03-15T10:00", "03-22T10:00"]
    assert [one["room_id"] for one in found] == [
        new["room_id"],
        new["room_id"],
        other["room_id"],
        new["room_id"],
    ]
    assert [one["recurrence_wall"][11:16] for one in found] == ["10:00"] * 4
    assert (await park.shown(second))["title"] == "T"
    assert first["booking_id"] == found[0]["booking_id"]


async def test_this_and_future_is_a_series_of_its_own(park: Park) -> None:
    made = await a_series(park, title="Old")
    answer = await change(park, made, "change-from", begins=THIRD, starts="14:00")
    assert answer.status_code == 200, answer.text
    new = {"series": answer.json()}
    assert new["series"]["split_from"] == made["series"]["series_id"]
    assert new["series"]["recurs_from"] == "2027-03-15T14:00:00"
    assert hours(await occurrences(park, made)) == ["03-01T09:00", "03-08T09:00"]
    assert hours(await occurrences(park, new)) == ["03-15T14:00", "03-22T14:00"]
    facts = await park.last_facts(made["occurrences"][3])
    assert facts["series_id"] == new["series"]["series_id"]
    address = f"/v1/series/{made['series']['series_id']}"
    old = await park.http.get(address, headers=park.as_(AMAL))
    assert (old.json()["recurs_before"], old.json()["version"]) == (THIRD, 2)
    again = await change(park, new, "change", title="New")
    assert again.status_code == 200
    assert (await park.shown(made["occurrences"][0]))["title"] == "Old"


async def test_where_one_cannot_move_nothing_changes(park: Park) -> None:
    room = await park.a_room()
    made = await a_series(park, room)
    await park.a_booking(room, by=BADR, starts_at=TEN + WEEK, ends_at=TEN + WEEK + minutes(30))
    for action, where in (("change", None), ("change-from", "2027-03-08T09:00:00")):
        answer = await change(park, made, action, begins=where, starts="09:30", title="New")
        assert (answer.status_code, answer.json()["code"]) == (409, "series_conflicts")
        assert [(one["recurrence_wall"], one["code"]) for one in answer.json()["conflicts"]] == [
            ("2027-03-08T09:00:00", "room_taken")
        ]
    assert await occurrences(park, made) == made["occurrences"]
    assert (await park.shown(made["occurrences"][0]))["title"] is None
    assert await park.announced(made["occurrences"][0]) == ["confirmed"]


async def test_the_rule_that_is_shown_still_makes_what_stands(park: Park) -> None:
    made = await a_series(
        park, rule="FREQ=WEEKLY;UNTIL=20270315T090000Z", exdates=["2027-03-08T09:00:00"]
    )
    answer = await change(park, made, "change", starts="16:45")
    assert answer.json()["rrule"] == "FREQ=WEEKLY;UNTIL=20270315T164500Z"
    assert answer.json()["starts_wall"] == "2027-03-01T16:45:00"
    assert answer.json()["exdates"] == ["2027-03-08T16:45:00"]
    assert hours(await occurrences(park, made)) == ["03-01T16:45", "03-15T16:45"]


async def test_bookings_of_one_series_are_not_in_each_others_way(park: Park) -> None:
    """Moved by an hour, each takes the place of the one before it."""
    dates = [f"2027-03-01T{hour}:00:00" for hour in (10, 11, 12)]
    made = await a_series(park, None, None, rdates=dates)  # type: ignore[arg-type]  # dates only
    answer = await change(park, made, "change", starts="10:00")
    assert answer.status_code == 200, answer.text
    assert [one["starts_wall"][11:13] for one in await occurrences(park, made)] == [
        "10",
        "11",
        "12",
        "13",
    ]
    longer = await change(park, made, "change", minutes=61)
    assert longer.json()["code"] == "occurrences_overlap"


async def test_people_are_invited_and_uninvited_everywhere(park: Park) -> None:
    made = await a_series(park, participants=[{"email": BADR}])
    await park.do(
        made["occurrences"][1],
        "participants",
        method="PUT",
        participants=[{"email": BADR}, {"email": "only@example.org"}],
    )
    answer = await change(
        park, made, "change", invite=[{"email": "new@example.org"}], uninvite=[BADR]
    )
    assert answer.status_code == 200, answer.text
    for nth, one in enumerate(made["occurrences"]):
        emails = [each["email"] for each in (await park.shown(one))["participants"]]
        own = ["only@example.org"] if nth == 1 else []
        assert emails == [*own, "new@example.org"]
        assert (await park.announced(one))[-1] == "participants_changed"


async def test_another_number_of_people_comes_but_where_it_was_changed_by_itself(
    park: Park,
) -> None:
    made = await a_series(park, people=3, participants=[{"email": BADR}])
    first, second, third, fourth = made["occurrences"]
    path = f"/v1/bookings/{second['booking_id']}"
    await park.http.request("PATCH", path, json={"people": 7}, headers=park.as_(AMAL))
    answer = await change(park, made, "change", people=5)
    assert (answer.status_code, answer.json()["people"]) == (200, 5)
    split = await change(park, made, "change-from", begins=THIRD, people=1)
    assert (split.status_code, split.json()["people"]) == (200, 1)
    shown = [(await park.shown(one))["people"] for one in (first, second, third, fourth)]
    assert shown == [5, 7, 2, 2]
    assert await park.announced(first) == ["confirmed"]


async def test_more_than_fit_come_to_a_series_only_in_a_larger_room(park: Park) -> None:
    made, large = await a_series(park), await park.a_room(capacity=20)
    crowd = await change(park, made, "change", people=9)
    assert crowd.status_code == 409
    assert {each["code"] for each in crowd.json()["conflicts"]} == {"room_too_small"}
    moved = await change(park, made, "change", people=9, room_id=large["room_id"])
    assert moved.status_code == 200, moved.text
    back = made["series"]["room_id"]
    assert (await change(park, made, "change", room_id=back)).status_code == 409
    assert (await change(park, made, "change", room_id=back, people=8)).status_code == 200


@pytest.mark.parametrize("beside", [{}, {"minutes": 45}])
async def test_null_takes_back_what_need_not_be_said(park: Park, beside: dict[str, Any]) -> None:
    """By itself, and beside what else is another."""
    made = await a_series(park, title="Rachat", people=5, participants=[{"email": BADR}])
    own = made["occurrences"][1]
    path = f"/v1/bookings/{own['booking_id']}"
    await park.http.patch(path, json={"title": "Own", "people": 7}, headers=park.as_(AMAL))
    answer = await change(park, made, "change", title=None, **beside)
    assert (answer.status_code, answer.json()["title"]) == (200, None)
    split = await change(park, made, "change-from", begins=THIRD, people=None, **beside)
    assert (split.status_code, split.json()["people"]) == (200, None)
    shown = [await park.shown(one) for one in made["occurrences"]]
    assert [(one["title"], one["people"]) for one in shown] == [
        (None, 5),
        ("Own", 7),
        (None, 2),
        (None, 2),
    ]


@pytest.mark.parametrize("beside", [{}, {"title": "New"}])
@pytest.mark.parametrize(
    "name", ["room_id", "starts", "minutes", "is_private", "invite", "uninvite"]
)
async def test_null_is_refused_of_what_must_be(
    park: Park, name: str, beside: dict[str, Any]
) -> None:
    """By itself, and beside what else is another."""
    made = await a_series(park, title="Old")
    body: dict[str, Any] = {name: None} | beside
    for action, begins in (("change", None), ("change-from", THIRD)):
        answer = await change(park, made, action, begins=begins, **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"body/{name}"]
    assert await occurrences(park, made) == made["occurrences"]


async def test_a_series_is_called_off_from_a_booking_on_or_all(park: Park) -> None:
    made = await a_series(park)
    answer = await change(park, made, "cancel-from", begins=THIRD)
    assert (answer.status_code, answer.json()["recurs_before"]) == (200, THIRD)
    found = await occurrences(park, made)
    assert [one["status"] for one in found] == ["confirmed"] * 2 + ["cancelled"] * 2
    assert await park.claims(found[2]) == []
    assert (await change(park, made, "cancel")).status_code == 200
    assert {one["status"] for one in await occurrences(park, made)} == {"cancelled"}
    nothing = await change(park, made, "cancel")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_ahead")


async def test_nobody_changes_what_they_have_not_seen_or_what_is_not_theirs(park: Park) -> None:
    made = await a_series(park, participants=[{"email": DRISS}])
    actions: list[tuple[str, dict[str, Any]]] = [
        ("change", {"title": "X"}),
        ("change-from", {"from": THIRD, "title": "X"}),
        ("cancel", {}),
        ("cancel-from", {"from": THIRD}),
    ]
    for action, body in actions:
        stale = await change(park, made, action, headers={"if-match": '"7"'}, **body)
        assert stale.status_code == 412
        for stranger in (DRISS, BADR):
            answer = await change(park, made, action, by=stranger, **body)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_series")
        fatima = await park.http.post(
            f"/v1/series/{made['series']['series_id']}/{action}",
            json=body or None,
            headers=park.as_("fatima@landlord.example", "facility_manager"),
        )
        assert (fatima.status_code, fatima.json()["code"]) == (403, "not_your_series")
    assert await occurrences(park, made) == made["occurrences"]


async def test_a_repeated_change_changes_once(park: Park) -> None:
    made = await a_series(park)
    first, second = [
        await change(
            park, made, "change-from", headers={"idempotency-key": "one"}, begins=THIRD, title="X"
        )
        for _ in range(2)
    ]
    assert first.json() == second.json()
    assert (await park.query("SELECT count(*) FROM series"))[0].count == 2


async def test_what_cannot_be_asked_of_a_series_is_refused_by_its_reason(park: Park) -> None:
    made = await a_series(park)
    by_the_hour = await a_series(park, rule="FREQ=DAILY;BYHOUR=9,14;COUNT=4")
    assert (await change(park, made, "change")).status_code == 422
    assert (await change(park, made, "change", invite=[])).status_code == 422
    nowhere = await change(park, made, "cancel-from", begins="2027-03-16T09:00:00")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_occurrence")
    hours_named = await change(park, by_the_hour, "change", starts="10:00")
    assert (hours_named.status_code, hours_named.json()["code"]) == (409, "rule_names_its_hours")
