"""The state machine: every step that is written down, and no other, and never a step back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.passes.domain import digest_of, token_of
from services.visitors.policies.domain import PassRules
from services.visitors.visitors.domain import Visitor, VisitorDetails, details_of_guest
from services.visitors.visits.domain import (
    ORDER,
    OVER,
    STEPS,
    Appointment,
    By,
    Step,
    Taken,
    Visit,
    VisitPassage,
    next_status,
    steps_seen,
)
from services.visitors.visits.domain.appointment import EndsBeforeItStarts, VisitInThePast
from services.visitors.visits.domain.steps import (
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyCheckedOut,
    VisitorIsHere,
    VisitorNotHere,
)
from services.visitors.visits.domain.visit import EVENTS, TooEarlyToCheckIn, VisitTimeOver
from shared.errors import Conflict
from shared.events.access import Boundary, Evidence
from shared.events.visits import Admits, Entries, How, VisitStatus

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
KEY = bytes(range(32))
VISITOR = Visitor.known_by(
    VisitorDetails("Camille", "Durand", email="camille@visitor.example"),
    tenant_id=uuid4(),
    at=NINE,
)


def rules(admits: Admits = Admits.DOOR) -> PassRules:
    half_an_hour = timedelta(minutes=30)
    return PassRules(admits, Entries.ONCE_UNTIL_LEFT, lead=half_an_hour, grace=half_an_hour)


def an_appointment(*, starts_at: datetime = NINE, ends_at: datetime = TEN) -> Appointment:
    return Appointment(
        tenant_id=VISITOR.tenant_id,
        host_id=uuid4(),
        starts_at=starts_at,
        ends_at=ends_at,
        timezone="Africa/Casablanca",
        zone_ids=(uuid4(),),
        language="fr",
    )


def desk(at: datetime = NINE) -> By:
    return By(at=at, how=How.DESK)


def a_visit(admits: Admits = Admits.DOOR) -> Visit:
    visit, _ = Visit.expect(
        an_appointment(),
        visitor=VISITOR,
        rules=rules(admits),
        pass_key=KEY,
        desk_code="ABCD2345",
        by=desk(NINE - timedelta(hours=1)),
    )
    return visit


def take(visit: Visit, step: Step, *, at: datetime = NINE) -> Taken:
    by = desk(at)
    match step:
        case Step.RESCHEDULE:
            return visit.reschedule(visit.appointment, visitor=VISITOR, rules=rules(), by=by)
        case Step.ARRIVE:
            return visit.arrive(visitor=VISITOR, by=by)
        case Step.CHECK_IN:
            return visit.check_in(visitor=VISITOR, by=by)
        case Step.CHECK_OUT:
            return visit.check_out(visitor=VISITOR, by=by)
        case _:
            return visit.cancel(visitor=VISITOR, by=by)


def test_every_step_leads_forwards_and_has_an_event() -> None:
    for (step, before), after in STEPS.items():
        assert before is None or ORDER[after] >= ORDER[before]
        assert step in EVENTS
    assert not OVER & {before for _, before in STEPS}
    assert set(ORDER) == set(VisitStatus)


@given(st.lists(st.sampled_from([step for step in Step if step is not Step.EXPECT]), max_size=12))
def test_no_sequence_of_steps_goes_backwards(steps: list[Step]) -> None:
    visit = a_visit()
    for step in steps:
        before, version = visit.status, visit.version
        if (step, before) not in STEPS:
            with pytest.raises(Conflict):
                take(visit, step)
            assert (visit.status, visit.version) == (before, version)
            continue
        taken = take(visit, step)
        assert ORDER[visit.status] >= ORDER[before]
        assert visit.status is STEPS[step, before]
        assert (taken.step.from_status, taken.step.to_status) == (before, visit.status)
        assert type(taken.event) is EVENTS[step]
        assert (taken.event.visit.visitor_pass is None) == (visit.status in OVER)


@given(st.sampled_from(Step), st.sampled_from(VisitStatus))
def test_what_is_not_written_down_is_refused(step: Step, status: VisitStatus) -> None:
    if (step, status) in STEPS:
        assert next_status(step, status) is STEPS[step, status]
        return
    with pytest.raises(Conflict):
        next_status(step, status)


@pytest.mark.parametrize(
    ("steps", "step", "refusal"),
    [
        ([Step.CHECK_IN], Step.CHECK_IN, AlreadyCheckedIn),
        ([Step.CANCEL], Step.CHECK_IN, AlreadyCancelled),
        ([Step.CHECK_IN, Step.CHECK_OUT], Step.CHECK_OUT, AlreadyCheckedOut),
        ([Step.CHECK_IN], Step.CANCEL, VisitorIsHere),
        ([Step.ARRIVE], Step.CANCEL, VisitorIsHere),
        ([], Step.CHECK_OUT, VisitorNotHere),
    ],
)
def test_a_refusal_says_why(steps: list[Step], step: Step, refusal: type[Conflict]) -> None:
    visit = a_visit()
    for earlier in steps:
        take(visit, earlier)
    with pytest.raises(refusal):
        take(visit, step)


def test_a_pass_lives_from_lead_to_end_and_grace_and_moves_along() -> None:
    visit = a_visit()
    digest = visit.pass_digest
    assert digest == digest_of(token_of(visit.id, rotation=0, key=KEY))
    later = an_appointment(starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    visit.reschedule(later, visitor=VISITOR, rules=rules(), by=desk())
    assert visit.pass_valid_from == TEN - timedelta(minutes=30)
    assert visit.pass_valid_until == TEN + timedelta(minutes=90)
    assert (visit.pass_digest, visit.calendar_sequence) == (digest, 1)


def test_whoever_is_here_keeps_a_pass_that_was_live() -> None:
    visit = a_visit()
    take(visit, Step.CHECK_IN)
    later = an_appointment(starts_at=TEN, ends_at=TEN + timedelta(hours=1))
    visit.reschedule(later, visitor=VISITOR, rules=rules(), by=desk())
    assert visit.pass_valid_from == NINE - timedelta(minutes=30)


def test_checking_in_early_makes_the_pass_live_but_not_for_another_day() -> None:
    visit = a_visit()
    early = NINE - timedelta(hours=2)
    take(visit, Step.CHECK_IN, at=early)
    assert visit.pass_valid_from == early
    with pytest.raises(TooEarlyToCheckIn):
        take(a_visit(), Step.CHECK_IN, at=NINE - timedelta(hours=13))
    with pytest.raises(VisitTimeOver):
        take(a_visit(), Step.CHECK_IN, at=TEN + timedelta(minutes=30))


def test_a_visit_ends_after_it_starts_and_is_not_over_yet() -> None:
    with pytest.raises(EndsBeforeItStarts):
        an_appointment(ends_at=NINE).must_make_sense(at=NINE)
    with pytest.raises(VisitInThePast):
        an_appointment().must_make_sense(at=TEN)


def a_passage(visit: Visit, boundary: Boundary, *, minutes: int) -> VisitPassage:
    return VisitPassage(
        passage_id=uuid4(),
        visit_id=visit.id,
        access_point_id=UUID(int=1),
        boundary=boundary,
        evidence=Evidence.CONTACT,
        occurred_at=NINE + timedelta(minutes=minutes),
        recorded_at=NINE + timedelta(minutes=minutes),
    )


def due(visit: Visit, *passages: VisitPassage) -> list[Step]:
    return [step for step, _ in steps_seen(visit, passages, recorded_at=TEN)]


def test_the_door_checks_in_only_where_the_policy_says_so() -> None:
    door, desk_first = a_visit(), a_visit(Admits.DESK_FIRST)
    entered = a_passage(door, Boundary.ENTERED_PARK, minutes=0)
    assert due(door, entered) == [Step.ARRIVE, Step.CHECK_IN]
    assert due(desk_first, entered) == [Step.ARRIVE]


def test_leaving_heard_before_entering_ends_the_same() -> None:
    visit = a_visit()
    entered = a_passage(visit, Boundary.ENTERED_PARK, minutes=0)
    left = a_passage(visit, Boundary.LEFT_PARK, minutes=5)
    assert due(visit, left) == []
    assert due(visit, left, entered) == [Step.ARRIVE, Step.CHECK_IN, Step.CHECK_OUT]


def test_a_leaving_that_was_overtaken_by_a_return_is_evidence_only() -> None:
    visit = a_visit()
    take(visit, Step.CHECK_IN, at=NINE + timedelta(minutes=9))
    assert due(visit, a_passage(visit, Boundary.LEFT_PARK, minutes=5)) == []
    back = a_passage(visit, Boundary.ENTERED_PARK, minutes=20)
    assert due(visit, a_passage(visit, Boundary.LEFT_PARK, minutes=15), back) == []


@given(st.lists(st.tuples(st.sampled_from(Boundary), st.integers(0, 50)), max_size=6), st.data())
def test_passages_in_any_order_never_break_a_visit(
    passed: list[tuple[Boundary, int]], data: st.DataObject
) -> None:
    visit = a_visit()
    heard: list[VisitPassage] = []
    for boundary, minutes in data.draw(st.permutations(passed)):
        heard.append(a_passage(visit, boundary, minutes=minutes))
        for step, _ in steps_seen(visit, heard, recorded_at=TEN):
            before = visit.status
            take(visit, step)
            assert ORDER[visit.status] > ORDER[before]


@pytest.mark.parametrize(
    ("name", "given_name", "family_name"),
    [
        ("Camille Durand", "Camille", "Durand"),
        ("  Salma   El Idrissi ", "Salma", "El Idrissi"),
        ("Cher", "Cher", ""),
        ("", "guest@visitor.example", ""),
    ],
)
def test_a_guests_one_name_becomes_two(name: str, given_name: str, family_name: str) -> None:
    details = details_of_guest(name, email="guest@visitor.example")
    assert (details.given_name, details.family_name) == (given_name, family_name)
