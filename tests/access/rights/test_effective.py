"""What a right is worth, held against an oracle that knows only the sentences of the rule."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.access.rights.domain import RightHolder, RightSource
from services.access.rights.effective import Answer, Cap, Claim, Standing, answer, judge
from services.access.terms import Term
from tests.access.park import NINE

TENANT, LANDLORD, ZONE = uuid4(), uuid4(), uuid4()
OPEN, SHUT = uuid4(), uuid4()
INSTANTS = [NINE + timedelta(minutes=minutes) for minutes in range(5)]

instants = st.sampled_from(INSTANTS)
ends = st.none() | instants
schedules = st.sampled_from([None, OPEN, SHUT])


@st.composite
def caps(draw: st.DrawFn) -> Cap:
    return Cap(uuid4(), draw(schedules), draw(ends), draw(ends), uuid4(), LANDLORD)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    return Claim(
        right_id=uuid4(),
        holder_kind=RightHolder.PERSON,
        holder_id=uuid4(),
        zone_id=ZONE,
        access_point_id=None,
        source=RightSource.GRANT,
        source_id=None,
        schedule_id=draw(schedules),
        valid_from=draw(ends),
        valid_until=draw(ends),
        author_id=uuid4(),
        author_tenant_id=TENANT,
        under=draw(st.sampled_from([None, TENANT])),
        is_foreign=draw(st.booleans()),
    )


def is_open(schedule_id: UUID, at: datetime) -> bool:
    return schedule_id == OPEN


def counts_alone(term: Term, at: datetime) -> bool:
    begun = term.valid_from is None or term.valid_from <= at
    lasts = term.valid_until is None or at < term.valid_until
    return begun and lasts and term.schedule_id != SHUT


@given(claims(), st.lists(caps(), max_size=3), instants)
def test_a_right_counts_when_all_that_it_hangs_by_counts(
    claim: Claim, over: list[Cap], at: datetime
) -> None:
    capped = claim.under is None or any(counts_alone(each, at) for each in over)
    expected = not claim.is_foreign and counts_alone(claim, at) and capped
    found = judge(claim, over, at=at, is_open=is_open)
    assert found.counts == expected
    if claim.under is None or not found.counts:
        assert found.cap is None
    else:
        assert found.cap in over
        assert counts_alone(found.cap, at)


@given(claims(), st.lists(caps(), max_size=3), instants)
def test_what_does_not_count_is_told_the_first_thing_that_it_lacks(
    claim: Claim, over: list[Cap], at: datetime
) -> None:
    lacks = [
        (claim.is_foreign, Standing.FOREIGN_ZONE),
        (claim.valid_from is not None and at < claim.valid_from, Standing.NOT_YET_VALID),
        (claim.valid_until is not None and at >= claim.valid_until, Standing.EXPIRED),
        (claim.schedule_id == SHUT, Standing.OUTSIDE_SCHEDULE),
        (
            claim.under is not None and not any(counts_alone(each, at) for each in over),
            Standing.OUTSIDE_CEILING,
        ),
        (True, Standing.COUNTS),
    ]
    expected = next(standing for is_so, standing in lacks if is_so)
    assert judge(claim, over, at=at, is_open=is_open).standing == expected


@given(st.lists(st.sampled_from(Standing)))
def test_one_right_that_counts_is_enough(standings: list[Standing]) -> None:
    assert (answer(standings) == Answer.RIGHT) == (Standing.COUNTS in standings)
