"""Card bits: a frame is whole, or it is no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.credentials.cards import CardNumber, decoded, fits
from services.access.premises.domain import CardFormat
from tests.access.park import bits_of

facilities, numbers = st.integers(0, 255), st.integers(0, 65535)


@pytest.mark.parametrize(
    ("bits", "facility", "number"),
    [
        ("10000000000000000000000000"[:25] + "0", None, None),
        ("0" * 25 + "1", 0, 0),
        ("1" + "0" * 11 + "1" + "0" * 12 + "1", 0, 4096),
        ("01111111111111111111111110"[:25] + "1", 255, 65535),
    ],
)
def test_frames_worked_out_by_hand(bits: str, facility: int | None, number: int | None) -> None:
    found = decoded(bits).get(CardFormat.H10301)
    if facility is None or number is None:
        assert found is None
    else:
        assert found == CardNumber(CardFormat.H10301, facility, number)


@given(facility=facilities, number=numbers)
def test_what_a_reader_sends_is_what_is_coded(facility: int, number: int) -> None:
    read = decoded(bits_of(facility, number))
    assert read == {CardFormat.H10301: CardNumber(CardFormat.H10301, facility, number)}


@given(facility=facilities, number=numbers)
def test_any_single_flipped_bit_is_a_bad_read(facility: int, number: int) -> None:
    whole = bits_of(facility, number)
    for place in range(26):
        flipped = "1" if whole[place] == "0" else "0"
        assert decoded(whole[:place] + flipped + whole[place + 1 :]) == {}


@given(st.text(alphabet="01x", max_size=60).filter(lambda bits: len(bits) != 26))
def test_any_other_length_is_a_bad_read(bits: str) -> None:
    assert decoded(bits) == {}


@given(st.text(min_size=26, max_size=26).filter(lambda bits: not set(bits) <= {"0", "1"}))
def test_what_is_not_a_bit_is_a_bad_read(bits: str) -> None:
    assert decoded(bits) == {}


@pytest.mark.parametrize(
    ("facility", "number", "has_room"),
    [(255, 65535, True), (256, 1, False), (1, 65536, False), (-1, 0, False)],
)
def test_a_format_has_room_for_so_much(facility: int, number: int, has_room: bool) -> None:
    assert fits(CardNumber(CardFormat.H10301, facility, number)) is has_room
