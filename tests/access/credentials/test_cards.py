"""Card bits: a frame is whole, or it is no number."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber, decode, decoded, fits
from tests.access.credentials.frames import FIELDS, frame_of

LENGTHS = {
    CardFormat.H10301: 26,
    CardFormat.INDALA26: 26,
    CardFormat.H10306: 34,
    CardFormat.H10302: 37,
    CardFormat.H10304: 37,
    CardFormat.C1000_35: 35,
}


@st.composite
def cards(draw: st.DrawFn) -> CardNumber:
    card_format = draw(st.sampled_from(list(CardFormat)))
    facility_bits, number_bits = FIELDS[card_format]
    facility = draw(st.integers(0, 2**facility_bits - 1))
    return CardNumber(card_format, facility, draw(st.integers(0, 2**number_bits - 1)))


def flipped(bits: str, *places: int) -> str:
    return "".join(str(1 - int(bit)) if place in places else bit for place, bit in enumerate(bits))


@pytest.mark.parametrize(
    ("card_format", "bits", "facility", "number"),
    [
        # Published: cards read with several readers (Z9 Open, TestBinaryFormatter).
        (CardFormat.H10301, "00100010010100010010011111", 68, 41551),
        (CardFormat.H10301, "10100010010111000010111101", 68, 47198),
        (CardFormat.H10301, "01110100101110110011111011", 233, 30333),
        (CardFormat.H10301, "10111000100011011100111000", 113, 7068),
        # Published: the example of Proxmark3's `lf hid clone -r 2006ec0c86`.
        (CardFormat.H10301, f"{0x2EC0C86:026b}", 118, 1603),
        # Published: a Corporate 1000 card, B2F074FEC0 with its padding (binaryslicer).
        (CardFormat.C1000_35, f"{0xB2F074FEC0:040b}"[:35], 3260, 119803),
        # Worked out by hand.
        (CardFormat.H10301, "0" * 25 + "1", 0, 0),
        (CardFormat.H10301, "1" + "0" * 11 + "1" + "0" * 12 + "1", 0, 4096),
        (CardFormat.H10301, "0" + "1" * 24 + "1", 255, 65535),
        (CardFormat.INDALA26, "00100010010100010010011111", 0x44A, 0x24F),
        (CardFormat.INDALA26, "1" + "0" * 11 + "1" + "0" * 12 + "1", 1, 0),
        (CardFormat.H10306, "0" * 33 + "1", 0, 0),
        (CardFormat.H10306, "1" + "0" * 15 + "1" + "0" * 15 + "1" + "0", 1, 1),
        (CardFormat.H10306, "0" + "1" * 32 + "1", 65535, 65535),
        (CardFormat.H10302, "0" * 36 + "1", 0, 0),
        (CardFormat.H10302, "1" + "0" * 17 + "1" + "0" * 18, 0, 2**17),
        (CardFormat.H10302, "0" + "1" * 35 + "1", 0, 2**35 - 1),
        (CardFormat.H10304, "1" + "0" * 15 + "1" + "0" * 19 + "1", 1, 0),
        (CardFormat.H10304, "1" + "0" * 17 + "1" + "0" * 18, 0, 2**17),
        (CardFormat.C1000_35, "0" * 34 + "1", 0, 0),
        (CardFormat.C1000_35, "11" + "0" * 31 + "10", 0, 1),
    ],
)
def test_frames_from_elsewhere_and_by_hand(
    card_format: CardFormat, bits: str, facility: int, number: int
) -> None:
    assert decode(bits, card_format) == CardNumber(card_format, facility, number)


@given(card=cards())
def test_what_a_reader_sends_is_what_is_coded(card: CardNumber) -> None:
    bits = frame_of(card.card_format, card.facility, card.number)
    assert len(bits) == LENGTHS[card.card_format]
    assert decode(bits, card.card_format) == card
    assert decoded(bits)[card.card_format] == card


@given(card=cards())
def test_any_single_flipped_bit_is_a_bad_read_in_every_format(card: CardNumber) -> None:
    whole = frame_of(card.card_format, card.facility, card.number)
    for place in range(len(whole)):
        assert decoded(flipped(whole, place)) == {}


@given(frame=st.integers(0, 2**26 - 1))
def test_of_any_26_bits_and_the_same_with_one_flipped_at_most_one_is_a_number(frame: int) -> None:
    bits = f"{frame:026b}"
    for card_format in (CardFormat.H10301, CardFormat.INDALA26):
        if decode(bits, card_format) is not None:
            assert all(decode(flipped(bits, at), card_format) is None for at in range(26))


def test_two_flipped_bits_are_missed_where_the_docstring_says_and_nowhere_else() -> None:
    whole = {card_format: frame_of(card_format, 1, 77) for card_format in CardFormat}
    whole[CardFormat.H10302] = frame_of(CardFormat.H10302, 0, 77)
    for card_format, bits in whole.items():
        for first, second in combinations(range(1, len(bits) + 1), 2):
            is_read = decode(flipped(bits, first - 1, second - 1), card_format) is not None
            assert is_read == is_missed(card_format, first, second), (card_format, first, second)


def is_missed(card_format: CardFormat, first: int, second: int) -> bool:
    """In the docstring's words, bits counted from 1."""
    if card_format == CardFormat.C1000_35:
        kinds = ["all" if bit == 1 else 0 if bit == 2 else bit % 3 for bit in (first, second)]
        return kinds[0] == kinds[1]
    length = LENGTHS[card_format]
    if length == 37 and 19 in (first, second):
        return False
    return (first <= (length + 1) // 2) == (second <= (length + 1) // 2)


@pytest.mark.parametrize("card_format", CardFormat)
@given(length=st.integers(0, 60))
def test_any_other_length_is_a_bad_read(card_format: CardFormat, length: int) -> None:
    if length != LENGTHS[card_format]:
        assert decode("0" * (length - 1) + "1" if length else "", card_format) is None


@pytest.mark.parametrize("card_format", CardFormat)
@pytest.mark.parametrize("odd_one", [" ", "_", "+", "-", "2", "x", "b", "\n", "١", "１", "\ud800"])
def test_what_is_not_a_bit_is_a_bad_read_wherever_it_stands(
    card_format: CardFormat, odd_one: str
) -> None:
    whole = frame_of(card_format, 0, 77)
    for place in range(len(whole)):
        assert decode(whole[:place] + odd_one + whole[place + 1 :], card_format) is None


@given(st.text(min_size=26, max_size=26).filter(lambda bits: not set(bits) <= {"0", "1"}))
def test_text_is_a_bad_read(bits: str) -> None:
    assert decoded(bits) == {}


@pytest.mark.parametrize(
    ("card_format", "facility", "number", "has_room"),
    [
        (CardFormat.H10301, 255, 65535, True),
        (CardFormat.H10301, 256, 1, False),
        (CardFormat.H10301, 1, 65536, False),
        (CardFormat.H10301, -1, 0, False),
        (CardFormat.INDALA26, 4095, 4095, True),
        (CardFormat.INDALA26, 1, 4096, False),
        (CardFormat.H10306, 65535, 65535, True),
        (CardFormat.H10302, 0, 2**35 - 1, True),
        (CardFormat.H10302, 1, 1, False),
        (CardFormat.H10304, 65535, 2**19 - 1, True),
        (CardFormat.H10304, 1, 2**19, False),
        (CardFormat.C1000_35, 4095, 2**20 - 1, True),
        (CardFormat.C1000_35, 4096, 1, False),
    ],
)
def test_a_format_has_room_for_so_much(
    card_format: CardFormat, facility: int, number: int, has_room: bool
) -> None:
    assert fits(CardNumber(card_format, facility, number)) is has_room
