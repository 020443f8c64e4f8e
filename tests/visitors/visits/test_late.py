"""What doors say too late, after the desk has taken a check-in back; and what they say again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.access import Boundary, PassageTaken
from tests.visitors.park import DESK, NINE, Park, heard

IN, OUT = Boundary.ENTERED_PARK, Boundary.LEFT_PARK


def after(minutes: int) -> Any:
    return NINE + timedelta(minutes=minutes)


async def undone(park: Park) -> dict[str, Any]:
    """Checked in at ten past nine, by mistake, which the desk has noticed two minutes later."""
    visit = await park.a_visit()
    for park.now, action in ((after(10), "check-in"), (after(12), "undo-check-in")):
        assert (await park.do(visit, action)).status_code == 200
    park.now = after(15)
    return visit


@pytest.mark.parametrize("minutes", [5, 11, 14], ids=["before both", "between", "after both"])
async def test_no_door_checks_in_again_whom_the_desk_has_not_admitted(
    park: Park, minutes: int
) -> None:
    visit = await undone(park)
    await park.pass_door(visit, IN, at=after(minutes))
    assert (await park.shown(visit))["status"] == "arrived"
    assert await park.announced(visit) == ["expected", "checked_in", "check_in_undone", "arrived"]
    kinds = [kind for kind, _ in await park.notices(visit)]
    assert kinds == ["invitation", "host_told", "visitor_arrived"], "the desk is to admit them"
    assert (await park.do(visit, "check-in")).json()["status"] == "checked_in"


async def test_what_doors_saw_before_the_undo_checks_nobody_out(park: Park) -> None:
    visit = await undone(park)
    await park.pass_door(visit, OUT, at=after(11))
    assert (await park.shown(visit))["status"] == "expected"
    await park.pass_door(visit, IN, at=after(5))
    assert (await park.shown(visit))["status"] == "arrived"
    park.now = after(30)
    await park.pass_door(visit, OUT, at=after(20))
    assert (await park.shown(visit))["status"] == "checked_out"


async def test_whom_a_door_saw_before_the_desk_did_has_arrived_once_it_is_undone(
    park: Park,
) -> None:
    visit = await park.a_visit()
    park.now = after(10)
    await park.do(visit, "check-in")
    await park.pass_door(visit, IN, at=after(5))
    undone_at_last = await park.do(visit, "undo-check-in")
    assert undone_at_last.json()["status"] == "arrived"
    assert undone_at_last.json()["arrived_at"] == "2027-03-01T09:05:00Z"
    await park.pass_door(visit, OUT, at=after(8))
    assert (await park.shown(visit, to=DESK))["status"] == "arrived"


async def test_a_passage_that_is_told_again_moves_nothing_also_not_under_another_id(
    park: Park,
) -> None:
    visit = await park.a_visit()
    came = await park.pass_door(visit, IN, at=NINE)
    await park.pass_door(visit, OUT, at=after(60))
    before = await park.shown(visit)
    again = came.passage.model_copy(update={"passage_id": uuid4()})
    for facts in (came.passage, again):
        await park.hear(heard(PassageTaken(passage=facts), replay=True))
    assert await park.shown(visit) == before
    assert len(await park.query("SELECT 1 FROM visit_passages")) == 2
