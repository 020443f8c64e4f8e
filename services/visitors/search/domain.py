"""What somebody who types a few letters at the desk may be looking for.

One rule: what is typed is kept nowhere; it is turned into beginnings and sounds to be looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.visitors.names.terms import Term, terms_of
from services.visitors.passes.domain import DESK_CODE_ALPHABET, DESK_CODE_LENGTH, read_desk_code

FEWEST_OF_CODE = 4
FEWEST_OF_PLATE = 2
_BETWEEN_PLATE_SIGNS = re.compile(r"[ \-./|]")


@dataclass(frozen=True)
class Asked:
    """What was typed, read in each way that it can be."""

    terms: tuple[Term, ...] = ()
    """Each of them is meant."""
    code: str | None = None
    plate: str | None = None


def asked_for(typed: str) -> Asked:
    """The ways to read it; none where it holds neither letter nor digit."""
    return Asked(terms=terms_of(typed), code=_code(typed), plate=_plate(typed))


def _code(typed: str) -> str | None:
    code = read_desk_code(typed)
    is_one = len(typed.split()) <= 2 and FEWEST_OF_CODE <= len(code) <= DESK_CODE_LENGTH
    return code if is_one and set(code) <= set(DESK_CODE_ALPHABET) else None


def _plate(typed: str) -> str | None:
    """Without what people put between its parts; the database's index says it likewise."""
    plate = _BETWEEN_PLATE_SIGNS.sub("", typed).upper()
    has_digit = any(sign.isdecimal() for sign in plate)
    return plate if has_digit and len(plate) >= FEWEST_OF_PLATE else None
