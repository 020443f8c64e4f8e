"""In which order many bookings move, so that a batch of them is as good as all at once."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.booking.rederiving.domain import Held, Shift, lines, those_that_can
from services.booking.window import Claimed, Window
from tests.booking.park import NINE, minutes

HOUR = timedelta(hours=1)
LEFT, RIGHT = uuid4(), uuid4()


def a_shift(
    starts: timedelta,
    *,
    spaces: Sequence[UUID] = (LEFT,),
    length: timedelta = HOUR,
    by: timedelta = HOUR,
) -> Shift:
    kept = Window(NINE + starts, NINE + starts + length)
    meant = Window(kept.starts_at + by, kept.ends_at + by)
    held = tuple(Held(space_id, Claimed(kept.starts_at, kept.ends_at)) for space_id in spaces)
    return Shift(uuid4(), uuid4(), uuid4(), kept, meant, held)


def in_the_way(
    shifts: Sequence[Shift], held: dict[UUID, tuple[Held, ...]]
) -> dict[UUID, set[UUID]]:
    """As the store says it, of what is held now."""
    return {
        shift.booking_id: {
            other
            for one in shift.wanted
            for other, theirs in held.items()
            for each in theirs
            if other != shift.booking_id
            and each.space_id in one.space_ids
            and each.during.starts_at < one.during.ends_at
            and one.during.starts_at < each.during.ends_at
        }
        for shift in shifts
    }


def moved(batches: Sequence[Sequence[Shift]], *, others: Sequence[Shift] = ()) -> set[UUID]:
    """Who has moved when these have been, one after the other."""
    held = {shift.booking_id: shift.held for shift in (*chain.from_iterable(batches), *others)}
    found: set[UUID] = set()
    for batch in batches:
        for booking_id, shift in those_that_can(batch, in_the_way(batch, held)).items():
            held[booking_id] = tuple(Held(one.space_ids[0], one.during) for one in shift.wanted)
            found.add(booking_id)
    return found


def a_chain(count: int, *, by: timedelta = HOUR) -> list[Shift]:
    """A room that is booked around the clock."""
    return [a_shift(nth * HOUR, by=by) for nth in range(count)]


def test_bookings_of_other_rooms_do_not_wait_for_each_other() -> None:
    in_one, in_another = a_shift(HOUR), a_shift(HOUR, spaces=[RIGHT])
    assert sorted(lines([in_one, in_another]), key=str) == sorted(
        [[[in_one]], [[in_another]]], key=str
    )


def test_the_parts_of_a_divisible_room_go_with_its_whole() -> None:
    left, whole, right = (
        a_shift(HOUR),
        a_shift(2 * HOUR, spaces=[LEFT, RIGHT]),
        a_shift(3 * HOUR, spaces=[RIGHT]),
    )
    ((batch,),) = lines([left, whole, right])
    assert set(batch) == {left, whole, right}


def test_quiet_days_of_a_room_share_a_batch_up_to_its_size() -> None:
    days = [a_shift(nth * 24 * HOUR) for nth in range(5)]
    (line,) = lines(days, at_most=2)
    assert [len(batch) for batch in line] == [2, 2, 1]


def test_a_room_booked_around_the_clock_moves_in_batches_and_nobody_is_in_the_way() -> None:
    for by in (HOUR, -HOUR, 2 * HOUR):
        (line,) = lines(a_chain(250, by=by), at_most=100)
        assert [len(batch) for batch in line] == [100, 100, 50]
        assert len(moved(line)) == 250


def test_a_ring_moves_at_once() -> None:
    ring = [a_shift(timedelta()), a_shift(HOUR, by=-HOUR)]
    (line,) = lines([a_shift(-24 * HOUR), *ring, a_shift(24 * HOUR)], at_most=2)
    assert set(ring) in [set(batch) for batch in line]
    assert len(moved(line)) == 4


def test_a_ring_of_more_than_a_batch_is_cut_and_who_is_in_the_way_stays() -> None:
    ring = [*a_chain(4), a_shift(4 * HOUR, by=-4 * HOUR)]
    (line,) = lines(ring, at_most=3)
    assert [len(batch) for batch in line] == [3, 2]
    assert len(moved(line)) < 5
    (whole,) = lines(ring)
    assert len(moved(whole)) == 5


def test_requests_hold_nothing_and_wait_for_nobody() -> None:
    requests = [a_shift(HOUR, spaces=[]) for _ in range(5)]
    (line,) = lines(requests, at_most=3)
    assert [len(batch) for batch in line] == [3, 2]


@given(
    st.sampled_from([-2, -1, 1, 2]),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(1, 3),
            st.sampled_from([(LEFT,), (RIGHT,), (LEFT, RIGHT)]),
            st.booleans(),
        ),
        max_size=14,
    ),
)
def test_whoever_could_move_at_once_moves_in_batches(
    by: int, told: list[tuple[int, int, tuple[UUID, ...], bool]]
) -> None:
    """Bookings one after the other, by quarters of an hour; some of them are not to move at all."""
    shifts, others, ends = list[Shift](), list[Shift](), 0
    for pause, length, spaces, is_to_move in told:
        starts, ends = ends + pause, ends + pause + length
        shift = a_shift(
            minutes(15 * starts), length=minutes(15 * length), by=minutes(15 * by), spaces=spaces
        )
        (shifts if is_to_move else others).append(shift)
    batches = [batch for line in lines(shifts, at_most=4) for batch in line]
    assert all(len(batch) <= 4 for batch in batches)
    assert set(chain.from_iterable(batches)) == set(shifts)
    assert moved(batches, others=others) == moved([shifts], others=others)
