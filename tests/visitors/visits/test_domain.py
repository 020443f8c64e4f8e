"""The state machine: every step that is written down, and no other, and never a step back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.passes.domain import digest_of, token_of
from services.visitors.policies.domain import PassRules, Policy
from services.visitors.visitors.domain import Visitor, VisitorDetails, details_of_guest
from services.visitors.visits.domain import (
    EVENTS,
    ORDER,
    OVER,
    STEPS,
    UNANNOUNCED,
    UNDOING,
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
from services.visitors.visits.domain.visit import TooEarlyToCheckIn, VisitTimeOver
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


def a_visit(admits: Admits = Admits.DOOR, *, first: Step = Step.EXPECT) -> Visit:
    visit, _ = Visit.made(
        an_appointment(),
        step=first,
        visitor=VISITOR,
        policy=Policy(rules=rules(admits)),
        pass_key=KEY,
        desk_code="ABCD2345",
        by=desk(NINE - timedelta(hours=1)),
    )
    return visit


def take(visit: Visit, step: Step, *, at: datetime = NINE) -> Taken:
    by = desk(at)
    match step:
        case Step.DRAFT | Step.REQUEST | Step.EXPECT:
            return visit.stand(step, visitor=VISITOR, by=by)
        case Step.REFUSE:
            return visit.refuse(visitor=VISITOR, by=by)
        case Step.CHANGE_HOST:
            return visit.change_host(uuid4(), visitor=VISITOR, by=by)
        case Step.ROTATE:
            return visit.rotate_pass(pass_key=KEY, visitor=VISITOR, by=by)
        case Step.REVOKE:
            return visit.revoke_pass(visitor=VISITOR, by=by)
        case Step.UNDO_CHECK_IN:
            return visit.undo_check_in(visitor=VISITOR, rules=rules(), by=by)
        case Step.START_BREAK | Step.END_BREAK:
            return visit.pause(step, visitor=VISITOR, by=by)
        case Step.UNDO_CHECK_OUT:
            return visit.undo_check_out(visitor=VISITOR, by=by)
        case Step.MISS | Step.LOSE:
            return visit.sweep(step, visitor=VISITOR, by=by)
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


def test_every_step_but_an_undo_leads_forwards() -> None:
    for (step, before), after in STEPS.items():
        if step not in UNDOING:
            assert before is None or ORDER[after] >= ORDER[before]
        assert step in EVENTS or after in UNANNOUNCED
    assert set(ORDER) == set(VisitStatus)


@given(
    st.sampled_from([Step.DRAFT, Step.REQUEST, Step.EXPECT]),
    st.lists(st.sampled_from(Step), max_size=12),
)
def test_every_step_is_recorded_and_told_once_others_have_heard_of_the_visit(
    first: Step, steps: list[Step]
) -> None:
    visit, has_been_told, is_revoked = a_visit(first=first), first is Step.EXPECT, False
    for step in steps:
        before, version = visit.status, visit.version
        if (step, before) not in STEPS or (step is Step.REVOKE and is_revoked):
            with pytest.raises(Conflict):
                take(visit, step)
            assert (visit.status, visit.version) == (before, version)
            continue
        taken = take(visit, step)
        is_revoked = step is Step.REVOKE or (is_revoked and step is not Step.ROTATE)
        assert step in UNDOING or ORDER[visit.status] >= ORDER[before]
        assert (taken.step.from_status, taken.step.to_status) == (before, visit.status)
        has_been_told = has_been_told or visit.status is VisitStatus.EXPECTED
        if not has_been_told:
            assert taken.event is None
            continue
        assert taken.event is not None
        assert type(taken.event) is EVENTS[step]
        opens_nothing = is_revoked or visit.status in OVER
        assert (taken.event.visit.visitor_pass is None) == opens_nothing


def test_undoing_leads_back_to_what_is_known() -> None:
    visit = a_visit()
    for step in (Step.CHECK_IN, Step.UNDO_CHECK_IN):
        take(visit, step)
    assert (visit.status, visit.checked_in_at) == (VisitStatus.EXPECTED, None)
    for step in (Step.ARRIVE, Step.CHECK_IN, Step.UNDO_CHECK_IN):
        take(visit, step)
    assert visit.status is VisitStatus.ARRIVED
    for step in (Step.CHECK_OUT, Step.UNDO_CHECK_OUT):
        take(visit, step)
    assert visit.status is VisitStatus.ARRIVED
    for step in (Step.CHECK_IN, Step.CHECK_OUT, Step.UNDO_CHECK_OUT):
        take(visit, step)
    assert (visit.status, visit.checked_out_at) == (VisitStatus.CHECKED_IN, None)


def test_no_undo_restores_a_revoked_pass_and_a_new_one_is_another() -> None:
    visit = a_visit()
    former = visit.pass_digest
    for step in (Step.CHECK_IN, Step.REVOKE, Step.CHECK_OUT, Step.UNDO_CHECK_OUT):
        taken = take(visit, step)
    assert taken.event is not None
    assert taken.event.visit.visitor_pass is None
    renewed = take(visit, Step.ROTATE)
    assert renewed.event is not None
    assert renewed.event.visit.visitor_pass is not None
    assert renewed.event.visit.visitor_pass.digest != former


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


def test_a_break_ends_when_the_door_sees_them_again_and_going_out_for_it_ends_nothing() -> None:
    visit = a_visit()
    take(visit, Step.CHECK_IN)
    take(visit, Step.START_BREAK, at=NINE + timedelta(minutes=10))
    out = a_passage(visit, Boundary.LEFT_PARK, minutes=11)
    back = a_passage(visit, Boundary.ENTERED_PARK, minutes=20)
    gone = a_passage(visit, Boundary.LEFT_PARK, minutes=30)
    assert due(visit, out) == []
    assert due(visit, out, back) == [Step.END_BREAK]
    assert due(visit, gone, out, back) == [Step.END_BREAK, Step.CHECK_OUT]


def test_what_a_door_saw_before_the_desk_undid_it_checks_nobody_out_again() -> None:
    visit = a_visit()
    entered = a_passage(visit, Boundary.ENTERED_PARK, minutes=0)
    left = a_passage(visit, Boundary.LEFT_PARK, minutes=5)
    for step in due(visit, entered, left):
        take(visit, step)
    take(visit, Step.UNDO_CHECK_OUT, at=NINE + timedelta(minutes=6))
    inside = a_passage(visit, Boundary.INSIDE, minutes=4)
    assert due(visit, entered, left, inside) == []
    left_again = a_passage(visit, Boundary.LEFT_PARK, minutes=9)
    assert due(visit, entered, left, left_again) == [Step.CHECK_OUT]


def test_a_late_passage_shows_that_they_came_after_all() -> None:
    visit = a_visit()
    take(visit, Step.MISS, at=TEN + timedelta(hours=1))
    entered = a_passage(visit, Boundary.ENTERED_PARK, minutes=0)
    left = a_passage(visit, Boundary.LEFT_PARK, minutes=50)
    assert due(visit, entered, left) == [Step.ARRIVE, Step.CHECK_IN, Step.CHECK_OUT]


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
