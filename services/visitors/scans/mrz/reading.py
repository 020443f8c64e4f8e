"""Reads a machine-readable zone: shape, signs, check digits, dates, names, in that order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.visitors.scans.mrz.dates import PartialDate, birth_of, expiry_of
from services.visitors.scans.mrz.forms import Form, Layout, Span, layout_of
from services.visitors.scans.mrz.names import Names, names_in
from services.visitors.scans.mrz.refusals import (
    MrzCheckDigitWrong,
    MrzDateWrong,
    MrzNameMissing,
    MrzSexUnknown,
    MrzWantsDigit,
    MrzWantsLetter,
)
from services.visitors.scans.mrz.signs import (
    DIGITS,
    FILLER,
    LETTERS,
    check_digit,
    digit_at,
    lines_of,
)

FEWEST_SIGNS = 60
"""Two lines of which a third has been lost are still meant as a machine-readable zone."""


class ReadDate(Protocol):
    """Reads six signs as a date, as of a day; None where there is no such date."""

    def __call__(self, signs: str, /, *, on: date) -> PartialDate | None: ...


class Sex(StrEnum):
    """As the document says it."""

    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "<"


@dataclass(frozen=True)
class Mrz:
    """What a document says of its holder. What would identify it is not shown when this is."""

    form: Form
    code: str
    issuer: str
    names: Names = field(repr=False)
    nationality: str
    sex: Sex
    expires: PartialDate
    """All unknown where the document names no date."""
    born: PartialDate = field(repr=False)
    document_number: str = field(repr=False)
    optional: tuple[str, ...] = field(repr=False)


def looks_like_mrz(text: str) -> bool:
    """Whether somebody has scanned the zone of a document, be it well or badly."""
    return FILLER in text and len("".join(text.split())) >= FEWEST_SIGNS


def read_mrz(text: str, *, on: date) -> Mrz:
    """The zone in `text`, as of that day. Raises `MrzUnreadable` and its kinds, nothing else."""
    lines = lines_of(text)
    layout = layout_of(lines)
    for span in (layout.issuer, layout.nationality, layout.names, layout.code):
        _must_be_letters(lines, span, but_first=span is layout.code)
    number, optional = _checked_number(lines, layout)
    for span in (layout.birth, layout.expiry):
        digit_at(span.of(lines), line=span.line, position=span.begin + 1)
        _must_agree(lines, span.of(lines), span.after, is_optional=True)
    _must_be_whole(lines, layout)
    names = names_in(layout.names.of(lines))
    if not names.family:
        raise MrzNameMissing
    return Mrz(
        form=layout.form,
        code=layout.code.of(lines).strip(FILLER),
        issuer=layout.issuer.of(lines).strip(FILLER),
        names=names,
        nationality=layout.nationality.of(lines).strip(FILLER),
        sex=_sex(lines, layout.sex),
        expires=_date(expiry_of, lines, layout.expiry, on=on),
        born=_date(birth_of, lines, layout.birth, on=on),
        document_number=number,
        optional=optional,
    )


def _must_be_letters(lines: tuple[str, ...], span: Span, *, but_first: bool) -> None:
    """The second sign of a code may be a digit, the issuers' choice."""
    for offset, sign in enumerate(span.of(lines)[: 1 if but_first else None]):
        if sign not in LETTERS and sign != FILLER:
            raise MrzWantsLetter(line=span.line, position=span.begin + offset + 1)


def _checked_number(lines: tuple[str, ...], layout: Layout) -> tuple[str, tuple[str, ...]]:
    """The document's number, and the optional data without what of the number stands there."""
    number, digit = layout.number.of(lines), layout.number.after
    optional = tuple(span.of(lines).strip(FILLER) for span in layout.optional)
    first = layout.optional[0]
    is_cut = digit.of(lines) == FILLER and number.strip(FILLER) != ""
    if is_cut and layout.does_number_go_on and optional[0]:
        rest, _, others = first.of(lines).partition(FILLER)
        at = Span(first.line, first.begin + len(rest) - 1, first.begin + len(rest))
        if not rest or FILLER in number:
            raise MrzCheckDigitWrong(line=digit.line, position=digit.begin + 1)
        _must_agree(lines, number + rest[:-1], at)
        return number + rest[:-1], (others.strip(FILLER), *optional[1:])
    _must_agree(lines, number, digit, is_optional=True)
    return number.rstrip(FILLER), optional


def _must_be_whole(lines: tuple[str, ...], layout: Layout) -> None:
    """Optional data and the composite, where the form has check digits for them."""
    (first, *_) = layout.optional
    if layout.is_optional_checked:
        _must_agree(lines, first.of(lines), first.after, is_optional=True)
    if layout.composite_digit is not None:
        guarded = "".join(span.of(lines) for span in layout.composite)
        _must_agree(lines, guarded, layout.composite_digit)


def _must_agree(
    lines: tuple[str, ...], guarded: str, digit: Span, *, is_optional: bool = False
) -> None:
    """`is_optional`: a filler may stand for the check digit of what is not there."""
    found, line, position = digit.of(lines), digit.line, digit.begin + 1
    if found == FILLER and is_optional and not guarded.strip(FILLER):
        return
    if found not in DIGITS:
        raise MrzWantsDigit(line=line, position=position)
    if found != check_digit(guarded):
        raise MrzCheckDigitWrong(line=line, position=position)


def _sex(lines: tuple[str, ...], span: Span) -> Sex:
    try:
        return Sex(span.of(lines))
    except ValueError:
        raise MrzSexUnknown(line=span.line, position=span.begin + 1) from None


def _date(read: ReadDate, lines: tuple[str, ...], span: Span, *, on: date) -> PartialDate:
    found = read(span.of(lines), on=on)
    if found is None:
        raise MrzDateWrong(line=span.line, position=span.begin + 1)
    return found
