"""Where what stands, by form: TD3 (Doc 9303-4), TD1 (9303-5), TD2 (9303-6), MRV-A, MRV-B (9303-7).

Lines count from 1 and positions as Python slices do, from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.visitors.scans.mrz.refusals import MrzHasOtherShape, MrzKindUnknown


class Form(StrEnum):
    """The size and purpose of a document."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


@dataclass(frozen=True)
class Span:
    """Some signs of one line."""

    line: int
    begin: int
    end: int

    def of(self, lines: tuple[str, ...]) -> str:
        return lines[self.line - 1][self.begin : self.end]

    @property
    def after(self) -> Span:
        """The one sign behind: its check digit."""
        return Span(self.line, self.end, self.end + 1)


@dataclass(frozen=True)
class Layout:
    """The fields of one form; number, birth and expiry have their check digits behind them."""

    form: Form
    kinds: str
    """First letters that its document code may have."""
    lines: int
    length: int
    names: Span
    number: Span
    nationality: Span
    birth: Span
    sex: Span
    expiry: Span
    optional: tuple[Span, ...]
    does_number_go_on: bool = False
    """A longer number goes on in the first optional data."""
    is_optional_checked: bool = False
    composite: tuple[Span, ...] = ()
    composite_digit: Span | None = None

    code = Span(1, 0, 2)
    issuer = Span(1, 2, 5)


_NUMBER, _NATIONALITY = Span(2, 0, 9), Span(2, 10, 13)
_BIRTH, _SEX, _EXPIRY = Span(2, 13, 19), Span(2, 20, 21), Span(2, 21, 27)

TD1 = Layout(
    form=Form.TD1,
    kinds="ACI",
    lines=3,
    length=30,
    names=Span(3, 0, 30),
    number=Span(1, 5, 14),
    nationality=Span(2, 15, 18),
    birth=Span(2, 0, 6),
    sex=Span(2, 7, 8),
    expiry=Span(2, 8, 14),
    optional=(Span(1, 15, 30), Span(2, 18, 29)),
    does_number_go_on=True,
    composite=(Span(1, 5, 30), Span(2, 0, 7), Span(2, 8, 15), Span(2, 18, 29)),
    composite_digit=Span(2, 29, 30),
)


def _of_two_lines(
    form: Form,
    *,
    kinds: str,
    length: int,
    optional: Span,
    does_number_go_on: bool = False,
    is_optional_checked: bool = False,
    has_composite: bool = False,
) -> Layout:
    """The second line is the same in all of them up to the optional data."""
    last = length - 1
    composite = (Span(2, 0, 10), Span(2, 13, 20), Span(2, 21, last)) if has_composite else ()
    return Layout(
        form=form,
        kinds=kinds,
        lines=2,
        length=length,
        names=Span(1, 5, length),
        number=_NUMBER,
        nationality=_NATIONALITY,
        birth=_BIRTH,
        sex=_SEX,
        expiry=_EXPIRY,
        optional=(optional,),
        does_number_go_on=does_number_go_on,
        is_optional_checked=is_optional_checked,
        composite=composite,
        composite_digit=Span(2, last, length) if has_composite else None,
    )


TD2 = _of_two_lines(
    Form.TD2,
    kinds="ACI",
    length=36,
    optional=Span(2, 28, 35),
    does_number_go_on=True,
    has_composite=True,
)
TD3 = _of_two_lines(
    Form.TD3,
    kinds="P",
    length=44,
    optional=Span(2, 28, 42),
    is_optional_checked=True,
    has_composite=True,
)
MRV_A = _of_two_lines(Form.MRV_A, kinds="V", length=44, optional=Span(2, 28, 44))
MRV_B = _of_two_lines(Form.MRV_B, kinds="V", length=36, optional=Span(2, 28, 36))

LAYOUTS = (TD1, TD2, TD3, MRV_A, MRV_B)


def layout_of(lines: tuple[str, ...]) -> Layout:
    """The form of these lines. Raises `MrzHasOtherShape`, `MrzKindUnknown`."""
    shape = (len(lines), {len(line) for line in lines})
    fitting = [layout for layout in LAYOUTS if shape == (layout.lines, {layout.length})]
    if not fitting:
        raise MrzHasOtherShape
    for layout in fitting:
        if lines[0][0] in layout.kinds:
            return layout
    raise MrzKindUnknown
