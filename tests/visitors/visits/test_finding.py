"""The desk ticks off whom a door let in unawaited."""

import asyncio
from typing import Any

import pytest

from tests.visitors.park import (
    ADMIN,
    AMAL,
    DESK,
    DRISS,
    FATIMA,
    OTHER_DESK,
    PARK_DESK,
    Park,
)
from tests.visitors.visits.test_unawaited import (
    DAY,
    IN,
    INSIDE,
    OUT,
    after,
    booked,
    cancelled,
    moved,
    on_board,
    warned,
)


async def let_in(park: Park) -> Any:
    """At two past nine, by the pass of a visit that is off."""
    booking, visit = await booked(park)
    await cancelled(park, booking)
    await park.pass_door(visit, IN, at=after(2))
    return visit


async def found(park: Park, visit: Any, *, by: str = DESK, roles: tuple[str, ...] = ()) -> Any:
    url = f"/v1/visits/{visit['visit_id']}/found"
    return await park.http.post(url, headers=park.as_(by, *roles))


@pytest.mark.parametrize(
    ("by", "roles"), [(DESK, ()), (PARK_DESK, ()), (FATIMA, ("security",))], ids=str
)
async def test_who_was_found_is_looked_for_no_longer(
    park: Park, by: str, roles: tuple[str, ...]
) -> None:
    visit = await let_in(park)
    answer = await found(park, visit, by=by, roles=roles)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["status"], shown["let_in_at"]) == ("cancelled", None)
    assert shown["found_at"] == "2027-03-01T09:05:00Z"
    assert shown["found_by"] == str(park.person_id(by))
    assert (await on_board(park))[visit["visit_id"]] == ("cancelled", None, "none")
    assert await park.listed(to=PARK_DESK, let_in=True) == []
    assert await park.announced(visit) == ["expected", "cancelled"], "it is nobody else's news"


async def test_found_twice_the_first_finder_stays(park: Park) -> None:
    visit = await let_in(park)
    first = (await found(park, visit)).json()
    park.now = after(9)
    again = await found(park, visit, by=PARK_DESK)
    assert again.json() == first


async def test_of_two_who_find_at_once_one_has_found(park: Park) -> None:
    visit = await let_in(park)
    answers = await asyncio.gather(found(park, visit), found(park, visit, by=PARK_DESK))
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.json()["found_by"] for each in answers}) == 1


async def test_a_key_is_remembered_and_a_stale_view_changes_nothing(park: Park) -> None:
    visit = await let_in(park)
    url = f"/v1/visits/{visit['visit_id']}/found"
    stale = await park.http.post(url, headers=park.as_(DESK) | {"if-match": '"1"'})
    assert stale.status_code == 412
    seen = await park.http.get(url.removesuffix("/found"), headers=park.as_(DESK))
    headers = park.as_(DESK) | {"idempotency-key": "found-1", "if-match": seen.headers["etag"]}
    answers = [await park.http.post(url, headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_what_is_heard_late_looks_for_nobody_and_who_is_seen_later_is_looked_for(
    park: Park,
) -> None:
    visit = await let_in(park)
    await found(park, visit)
    await park.pass_door(visit, INSIDE, at=after(4))
    assert (await park.shown(visit))["let_in_at"] is None
    await park.pass_door(visit, INSIDE, at=after(6))
    assert (await on_board(park))[visit["visit_id"]] == (
        "cancelled",
        "2027-03-01T09:06:00Z",
        "find_visitor",
    )
    assert len(await warned(park, visit)) == 6, "each of the three is told again"
    park.now = after(10)
    assert (await found(park, visit)).json()["found_at"] == "2027-03-01T09:10:00Z"


async def test_who_is_found_today_is_expected_on_the_day_to_which_the_visit_was_moved(
    park: Park,
) -> None:
    booking, visit = await booked(park)
    await moved(park, booking, by=7 * DAY)
    await park.pass_door(visit, IN, at=after(2))
    assert (await found(park, visit)).is_success
    assert await on_board(park) == {}
    await park.pass_door(visit, OUT, at=after(40))
    park.now = after(0) + 7 * DAY
    await park.pass_door(visit, IN, at=park.now)
    assert (await park.shown(visit))["status"] == "checked_in"


async def test_where_no_door_let_anybody_in_nobody_is_to_be_found(park: Park) -> None:
    _, visit = await booked(park)
    answer = await found(park, visit)
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_to_find")


@pytest.mark.parametrize("language", ["fr", "ar"])
async def test_the_host_alone_does_not_tick_off_and_reads_why(park: Park, language: str) -> None:
    visit = await let_in(park)
    url = f"/v1/visits/{visit['visit_id']}/found"
    answer = await park.http.post(url, headers=park.as_(AMAL) | {"accept-language": language})
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk_finds")
    assert "sécurité" in answer.json()["detail"] or "الأمن" in answer.json()["detail"]
    assert (await park.shown(visit))["let_in_at"] is not None


@pytest.mark.parametrize(
    ("by", "roles"), [(OTHER_DESK, ()), (DRISS, ()), (ADMIN, ("tenant_admin",))], ids=str
)
async def test_to_others_there_is_no_such_visit(
    park: Park, by: str, roles: tuple[str, ...]
) -> None:
    visit = await let_in(park)
    assert (await found(park, visit, by=by, roles=roles)).status_code == 404
