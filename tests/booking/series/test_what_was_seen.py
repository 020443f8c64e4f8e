"""Whoever has seen a booking before its series changed has seen another than it is now.

Handed over, called off, or moved by itself: all that a change of the series makes of it is the name
by which the series knows it, and that too is shown.
"""

import pytest

from tests.booking.park import NINE, Park, minutes
from tests.booking.phone import Phone
from tests.booking.series.asking import AMAL, BADR, a_series
from tests.booking.series.test_changing import THIRD, WEEK, change


@pytest.mark.parametrize(
    ("action", "begins", "starts"),
    [("change", None, "08:00"), ("change-from", THIRD, "09:00"), ("change-from", THIRD, "08:00")],
)
async def test_its_version_is_another_and_phones_hear_of_it(
    park: Park, action: str, begins: str | None, starts: str
) -> None:
    made = await a_series(park, rule="FREQ=WEEKLY;COUNT=6")
    _, _, _, called_off, handed_over, moved = made["occurrences"]
    await park.do(called_off, "cancel")
    await park.do(handed_over, "hand-over", email=BADR)
    await park.do(moved, "move", starts_at=(NINE + 5 * WEEK + minutes(240)).isoformat())
    phones = {email: Phone(park, email) for email in (AMAL, BADR)}
    for phone in phones.values():
        await phone.read_all()
    of = ((called_off, AMAL), (handed_over, BADR), (moved, AMAL))
    before = [await park.shown(one, to=email) for one, email in of]
    answer = await change(park, made, action, begins=begins, starts=starts)
    assert answer.status_code == 200, answer.text
    for phone in phones.values():
        await phone.read_what_changed()
    for (one, email), seen in zip(of, before, strict=True):
        now = await park.shown(one, to=email)
        assert now["version"] == seen["version"] + 1
        assert (now["series_id"], now["recurrence_wall"]) != (
            seen["series_id"],
            seen["recurrence_wall"],
        )
        told = phones[email].kept.get(one["booking_id"])
        assert told in (None, now)
        assert (told is None) == (now["status"] == "cancelled")
        stale = await park.http.patch(
            f"/v1/bookings/{one['booking_id']}",
            json={"title": "x"},
            headers=park.as_(email) | {"if-match": f'"{seen["version"]}"'},
        )
        assert stale.status_code == 412


async def test_what_a_change_leaves_as_it_was_is_no_new_version(park: Park) -> None:
    made = await a_series(park)
    first, called_off, *_ = made["occurrences"]
    await park.do(called_off, "cancel")
    phone = Phone(park, AMAL)
    await phone.read_all()
    before = [await park.shown(one) for one in (first, called_off)]
    answer = await change(park, made, "change", is_private=False)
    assert answer.status_code == 200
    await phone.read_what_changed()
    assert [await park.shown(one) for one in (first, called_off)] == before
    assert phone.gone == {}
