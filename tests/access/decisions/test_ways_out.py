"""Law 1: getting out is never refused, whoever reads whatever, and whatever rules object."""

import itertools
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus
from services.access.decisions.domain import (
    BadgeFound,
    Found,
    Outcome,
    PassFound,
    ReadKind,
    Reason,
    Standing,
    Way,
    decide,
)
from services.access.pins.domain import PinVerdict
from services.access.policy.domain import Point, RightFound
from services.access.rights import effective
from services.access.rights.domain import RightSource
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus
from tests.access.park import FACILITY, NINE, SECURITY, Park, bits_of

times = st.integers(-300, 300).map(lambda minutes: NINE + timedelta(minutes=minutes))
perhaps = st.none() | times
badges = st.builds(
    BadgeFound,
    badge_id=st.just(uuid4()),
    person_id=st.just(uuid4()),
    tenant_id=st.just(uuid4()),
    status=st.sampled_from(BadgeStatus),
    valid_from=perhaps,
    valid_until=perhaps,
    is_listed=st.booleans(),
    fits=st.integers(0, 3),
    sleeps_until=perhaps,
)
passes = st.builds(
    PassFound,
    visit_id=st.just(uuid4()),
    visitor_id=st.just(uuid4()),
    tenant_id=st.just(uuid4()),
    status=st.sampled_from(VisitStatus),
    valid_from=times,
    valid_until=times,
    admits=st.sampled_from(Admits),
    entries=st.sampled_from(Entries),
    is_tenant_listed=st.booleans(),
)
rights = st.builds(
    RightFound,
    right_id=st.just(uuid4()),
    source=st.sampled_from(RightSource),
    source_id=st.just(uuid4()),
    standing=st.sampled_from(effective.Standing),
    author_tenant_id=st.none(),
)
numbers = st.none() | st.just(CardNumber(CardFormat.H10301, FACILITY, 1))
finds: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    kind=st.sampled_from(ReadKind),
    number=numbers,
    holder=st.none() | badges | passes,
    rights=st.lists(rights, max_size=3).map(tuple),
    way=st.builds(Way, *[st.booleans()] * len(fields(Way))),
    pin=st.none() | st.sampled_from(PinVerdict),
    standing=st.builds(
        Standing,
        is_inside=st.booleans(),
        passback=st.lists(st.sampled_from(["soft", "timed", "hard"]), max_size=2).map(tuple),
        is_full=st.booleans(),
        would_be_alone=st.booleans(),
        has_escort=st.booleans(),
    ),
)


def a_point(*, is_way_out: bool) -> Point:
    return Point(
        access_point_id=uuid4(),
        door_id=uuid4(),
        controller_id=uuid4(),
        from_zone_id=uuid4() if is_way_out else None,
        to_zone_id=None if is_way_out else uuid4(),
        is_way_out=is_way_out,
        strike_ms=5000,
        open_ms=30_000,
        extended_strike_ms=15_000,
        extended_open_ms=60_000,
        evidence=Evidence.CONTACT,
        card_format=CardFormat.H10301,
        epoch=1,
    )


@given(found=finds, epoch=st.integers(1, 3), read_at=times)
def test_a_way_out_is_granted_whatever_was_read(
    found: dict[str, Any], epoch: int, read_at: datetime
) -> None:
    everything = Found(a_point(is_way_out=True), **found)
    verdict = decide(everything, epoch=epoch, read_at=read_at, at=NINE)
    assert (verdict.outcome, verdict.reason) == (Outcome.GRANTED, Reason.WAY_OUT)


@given(found=finds)
def test_a_way_in_is_granted_only_by_a_right_that_counts(found: dict[str, Any]) -> None:
    everything = Found(a_point(is_way_out=False), **found)
    verdict = decide(everything, epoch=1, read_at=NINE, at=NINE)
    if verdict.outcome is Outcome.GRANTED:
        assert everything.way.is_evacuated or not everything.way.is_locked_down
        if verdict.reason is Reason.RIGHT:
            assert everything.holder is not None
            assert any(right.counts for right in everything.rights)
        elif verdict.reason is Reason.UNLOCKED:
            assert everything.way.is_unlocked
        else:
            assert verdict.reason is Reason.EVACUATION
    else:
        assert verdict.reason not in {Reason.RIGHT, Reason.WAY_OUT}
        assert verdict.booking_ids == ()


async def test_every_way_out_of_the_park_opens_for_whatever_is_read(park: Park) -> None:
    ways = ["lobby out", "stairs out", "door a out", "door b out", "room door out"]
    frames = [
        {"kind": "card", "bits": bits_of(FACILITY, 1)},
        {"kind": "card", "bits": "1" * 26},
        {"kind": "card", "bits": "no bits at all"},
        {"kind": "qr", "text": ""},
        {"kind": "qr", "text": "unknown"},
    ]
    for way, frame in itertools.product(ways, frames):
        answer = await park.ask(way, park.a_read(frame, epoch=9))
        assert answer.status_code == 200
        assert (answer.json()["outcome"], answer.json()["reason"]) == ("granted", "way_out")
        assert answer.json()["flags"] != []


async def test_a_way_out_is_granted_under_a_number_that_was_used(park: Park) -> None:
    body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, 1)})
    first = (await park.ask("door a out", body)).json()
    assert (await park.ask("door a out", body)).json() == first
    other = body | {"read": {"kind": "card", "bits": "01" * 300}}
    answers = [(await park.ask("door a out", other)).json() for _ in range(2)]
    park.pass_time(minutes=1)
    answers.append((await park.ask("door a out", body)).json())
    assert {answer["outcome"] for answer in answers} == {"granted"}
    assert all("sequence_used" in answer["flags"] for answer in answers)
    told = await park.tell("door a out", answers[0])
    assert told.status_code == 204
    entries = (await park.get(SECURITY, "/journal", outcome="granted")).json()["items"]
    assert [entry["sequence"] for entry in entries] == [body["sequence"]] * 4


async def test_a_way_out_is_granted_to_a_controller_that_has_lost_the_time(park: Park) -> None:
    for lost in ("1900-01-01T00:00:00Z", "1970-01-01T00:00:00+01:00", "2106-02-07T06:28:15Z"):
        body = park.a_read({"kind": "card", "bits": bits_of(FACILITY, 1)}, read_at=lost)
        answer = await park.ask("door a out", body)
        assert answer.status_code == 200
        assert answer.json()["outcome"] == "granted"
        assert "clock_off" in answer.json()["flags"]
        told = await park.tell("door a out", answer.json())
        assert told.status_code == 204
