"""The machine-readable zone against the specimens that ICAO prints, and against what readers do."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitors.scans.mrz import (
    Form,
    MrzUnreadable,
    PartialDate,
    Sex,
    looks_like_mrz,
    read_mrz,
)
from services.visitors.scans.mrz.forms import LAYOUTS, layout_of
from services.visitors.scans.mrz.names import as_arabic, names_in
from services.visitors.scans.mrz.refusals import (
    MrzCheckDigitWrong,
    MrzDateWrong,
    MrzHasOtherShape,
    MrzHasOtherSign,
    MrzKindUnknown,
    MrzNameMissing,
    MrzSexUnknown,
    MrzWantsDigit,
    MrzWantsLetter,
)
from services.visitors.scans.mrz.signs import DIGITS, FILLER, LETTERS, check_digit

TODAY = date(2026, 11, 26)

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
LARGER_CARD = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
VISA_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
)
VISA_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"
LONG_NUMBER = (
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
)
LONG_NUMBER_2 = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8"
SPECIMENS = [PASSPORT, CARD, LARGER_CARD, VISA_A, VISA_B, LONG_NUMBER, LONG_NUMBER_2]


@pytest.mark.parametrize(
    ("text", "form", "number"),
    [
        (PASSPORT, Form.TD3, "L898902C3"),
        (CARD, Form.TD1, "D23145890"),
        (LARGER_CARD, Form.TD2, "D23145890"),
        (VISA_A, Form.MRV_A, "L8988901C"),
        (VISA_B, Form.MRV_B, "L8988901C"),
    ],
)
def test_the_published_specimens_are_read(text: str, form: Form, number: str) -> None:
    found = read_mrz(text, on=TODAY)
    assert (found.form, found.issuer, found.document_number) == (form, "UTO", number)
    assert (found.names.family, found.names.given) == ("ERIKSSON", "ANNA MARIA")
    assert found.sex is Sex.FEMALE
    is_visa = form in (Form.MRV_A, Form.MRV_B)
    assert found.born == (PartialDate(1940, 9, 7) if is_visa else PartialDate(1974, 8, 12))
    assert found.expires == (PartialDate(1996, 12, 10) if is_visa else PartialDate(2012, 4, 15))


@pytest.mark.parametrize("text", [LONG_NUMBER, LONG_NUMBER_2])
def test_a_longer_number_goes_on_in_the_optional_data(text: str) -> None:
    found = read_mrz(text, on=TODAY)
    assert found.document_number == "D23145890734"
    assert not any(found.optional)
    assert (found.names.family, found.names.given) == ("STEVENSON", "PETER JOHN")


def test_a_number_that_breaks_off_is_refused() -> None:
    with pytest.raises(MrzWantsDigit):
        read_mrz(LONG_NUMBER.replace("7349", "<<<<"), on=TODAY)
    with pytest.raises(MrzCheckDigitWrong):
        read_mrz(LONG_NUMBER.replace("7349", "7348"), on=TODAY)


def test_what_identifies_the_document_is_not_shown_with_it() -> None:
    shown = repr(read_mrz(PASSPORT, on=TODAY))
    for secret in ("L898902C3", "ZE184226B", "1974", "ERIKSSON"):
        assert secret not in shown


@pytest.mark.parametrize("text", SPECIMENS)
def test_blanks_small_letters_and_line_ends_of_readers_do_no_harm(text: str) -> None:
    meant = read_mrz(text, on=TODAY)
    for scanned in (
        text.replace("\n", "\r\n") + "\r\n",
        text.replace("\n", "\r"),
        text.replace("\n", ""),
        text.lower(),
        f"  {text.replace('<<', '< <')}\t",
        text.replace("\n", "\n\n\u00a0"),
    ):
        assert read_mrz(scanned, on=TODAY) == meant


def _guarded(text: str) -> list[int]:
    """Where signs stand that check digits guard, or that are such digits."""
    lines = tuple(text.split("\n"))
    layout = layout_of(lines)
    guarded = [layout.number, layout.birth, layout.expiry]
    guarded += [span.after for span in guarded]
    guarded += [*layout.composite, *([layout.composite_digit] if layout.composite_digit else [])]
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]
    places = {starts[span.line - 1] + at for span in guarded for at in range(span.begin, span.end)}
    return sorted(places)


@pytest.mark.parametrize("text", SPECIMENS)
def test_any_single_sign_that_was_misread_is_caught_and_said_in_words(text: str) -> None:
    """But for those that count the same, as A and K do: no check digit tells them apart."""
    said, missed = set(), set()
    for place in _guarded(text):
        for other in {*DIGITS, *LETTERS, FILLER} - {text[place]}:
            try:
                read_mrz(text[:place] + other + text[place + 1 :], on=TODAY)
                missed.add((text[place], other))
            except MrzUnreadable as refusal:
                said.add(str(refusal))
    assert all(check_digit(one) == check_digit(other) for one, other in missed), missed
    assert not any({one, other} <= {*DIGITS} for one, other in missed), missed
    assert not any("{" in words for words in said), said


@given(st.text(max_size=400) | st.text(alphabet="<AP0V1 \n", min_size=60, max_size=100))
def test_junk_is_refused_and_nothing_else(junk: str) -> None:
    with pytest.raises(MrzUnreadable):
        read_mrz(junk, on=TODAY)


@given(st.sampled_from(SPECIMENS), st.data())
def test_a_damaged_zone_is_read_or_refused(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters())
    with contextlib.suppress(MrzUnreadable):
        found = read_mrz(text[:place] + sign + text[place + 1 :], on=TODAY)
        assert found.names.family


@pytest.mark.parametrize(
    ("text", "refusal", "where"),
    [
        (PASSPORT.replace("C36UTO7408", "C36UTO74O8"), MrzWantsDigit, (2, 16)),
        (PASSPORT.replace("<<<<<10", "<<<<<1O"), MrzWantsDigit, (2, 44)),
        (PASSPORT.replace("36UTO", "36UT0"), MrzWantsLetter, (2, 13)),
        (PASSPORT.replace("ERIKSSON", "ERIKSS0N"), MrzWantsLetter, (1, 12)),
        (PASSPORT.replace("L898902", "L898903"), MrzCheckDigitWrong, (2, 10)),
        (PASSPORT.replace("ZE184226B", "ZE184226C"), MrzCheckDigitWrong, (2, 43)),
        (PASSPORT.replace("2F1", "2X1"), MrzSexUnknown, (2, 21)),
        (PASSPORT.replace("P<", "P«"), MrzHasOtherSign, (1, 2)),
        (PASSPORT.replace("ERIKSSON", "ERIKßSON"), MrzHasOtherSign, (1, 10)),
    ],
)
def test_a_refusal_says_where(text: str, refusal: type, where: tuple[int, int]) -> None:
    with pytest.raises(refusal) as raised:
        read_mrz(text, on=TODAY)
    details = raised.value.details  # type: ignore[attr-defined]  # each of them is a refusal
    assert (details["line"], details["position"]) == where


def test_what_has_another_shape_or_kind_is_refused() -> None:
    for text in ("", "P<UTO", PASSPORT[:-1], PASSPORT + "\n" + PASSPORT, "<" * 1001):
        with pytest.raises(MrzHasOtherShape):
            read_mrz(text, on=TODAY)
    for text in ("X" + PASSPORT[1:], "P" + CARD[1:], "V" + CARD[1:]):
        with pytest.raises(MrzKindUnknown):
            read_mrz(text, on=TODAY)


def _passport(*, names: str = "ERIKSSON<<ANNA", born: str = "740812", until: str = "300101") -> str:
    """One whose check digits agree, whatever it says."""
    first = "P<UTO" + names.ljust(39, "<")
    number, personal = "L898902C3", "<" * 14
    second = (
        f"{number}{check_digit(number)}UTO{born}{check_digit(born)}<{until}{check_digit(until)}"
        f"{personal}<"
    )
    return f"{first}\n{second}{check_digit(second[:10] + second[13:20] + second[21:43])}"


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("261126", PartialDate(2026, 11, 26)),
        ("261127", PartialDate(1926, 11, 27)),
        ("270101", PartialDate(1927, 1, 1)),
        ("000229", PartialDate(2000, 2, 29)),
        ("7408<<", PartialDate(1974, 8)),
        ("74<<<<", PartialDate(1974)),
        ("<<<<<<", PartialDate(None)),
    ],
)
def test_nobody_is_born_tomorrow_and_unknown_parts_stay_unknown(
    born: str, expected: PartialDate
) -> None:
    found = read_mrz(_passport(born=born), on=TODAY)
    assert (found.born, found.sex) == (expected, Sex.UNSPECIFIED)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("760101", PartialDate(2076, 1, 1)),
        ("770101", PartialDate(1977, 1, 1)),
        ("991231", PartialDate(1999, 12, 31)),
        ("<<<<<<", PartialDate(None)),
    ],
)
def test_a_document_ends_within_half_a_century(until: str, expected: PartialDate) -> None:
    assert read_mrz(_passport(until=until), on=TODAY).expires == expected


@pytest.mark.parametrize("born", ["741301", "740230", "010229", "7<0101", "740001", "74<<<0"])
def test_days_that_there_are_not_are_refused(born: str) -> None:
    with pytest.raises(MrzDateWrong):
        read_mrz(_passport(born=born), on=TODAY)


@pytest.mark.parametrize(
    ("field", "family", "given", "is_truncated"),
    [
        ("EL<FASSI<<MOHAMMED<AMINE<<<<<<<<<<<<<<<", "EL FASSI", "MOHAMMED AMINE", False),
        ("VAN<DER<MUELLEN<<ILSE<<<<<<<<<<<<<<<<<<", "VAN DER MUELLEN", "ILSE", False),
        ("ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", False),
        (
            "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
            "NILAVADHANANANDA",
            "CHAYAPA DEJTHAMRONG K",
            True,
        ),
        ("SMITH<<JOHN<<<III<<<<<<<<<<<<<<<<<<<<<<", "SMITH", "JOHN III", False),
    ],
)
def test_names_are_split_where_two_fillers_stand(
    field: str, family: str, given: str, is_truncated: bool
) -> None:
    names = names_in(field)
    assert (names.family, names.given, names.is_truncated) == (family, given, is_truncated)


def test_a_zone_without_a_name_is_refused() -> None:
    with pytest.raises(MrzNameMissing):
        read_mrz(_passport(names=""), on=TODAY)


def test_names_that_were_transliterated_are_read_in_arabic() -> None:
    assert as_arabic("ALXSHRQAWY") == "الشرقاوي"
    assert as_arabic("MXHMD") == "محمد"
    assert as_arabic("XKHDYJXAH ALFASY") == "خديجة الفاسي"
    assert as_arabic("CHERKAOUI") is None
    assert as_arabic("FELIX") is None


def test_a_code_or_a_pass_is_no_zone() -> None:
    assert not looks_like_mrz("ABCD2345")
    assert not looks_like_mrz("<<<<")
    assert not looks_like_mrz("A" * 88)
    assert all(looks_like_mrz(text) for text in SPECIMENS)
    assert looks_like_mrz(PASSPORT[:-5])


def test_every_layout_covers_its_lines_once() -> None:
    for layout in LAYOUTS:
        checked = [layout.number, layout.birth, layout.expiry]
        spans = [layout.code, layout.issuer, layout.names, layout.nationality, layout.sex]
        spans += [*checked, *(span.after for span in checked), *layout.optional]
        spans += [layout.optional[0].after] if layout.is_optional_checked else []
        spans += [layout.composite_digit] if layout.composite_digit else []
        signs = [(span.line, at) for span in spans for at in range(span.begin, span.end)]
        every = [(line, at) for line in range(1, layout.lines + 1) for at in range(layout.length)]
        assert sorted(signs) == every
