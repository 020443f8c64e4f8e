"""What the reader at the desk may have seen.

One rule: what was scanned is told apart by its form alone; it is kept nowhere, least of all a pass.
"""

from __future__ import annotations

import re
from enum import StrEnum

from services.visitors.names.terms import Term, terms_of_name
from services.visitors.scans.mrz.names import Names, as_arabic
from shared.errors import NotFound

_TOKEN = re.compile(r"[A-Z2-7]{52}")
"""SHA-256 in base32 without padding (RFC 4648): 256 bits, five a letter."""
_UMLAUTS = re.compile(r"([AOU])E")
"""Ä, Ö, Ü are printed AE, OE, UE (Doc 9303-3, section 6)."""


class ScanNotKnown(NotFound):
    """This is no pass, code or document that is known here; look for the visitor by name."""


class ScanKind(StrEnum):
    """What was scanned."""

    PASS = "pass"  # noqa: S105 - a pass of a visitor, no password
    CODE = "code"
    DOCUMENT = "document"


class WithoutVisit(StrEnum):
    """What to do next where no one visit is meant."""

    REGISTER = "register"
    """Nobody of that name is expected today: a walk-in, filled in with the names."""
    CHOOSE = "choose"
    """Several visits fit."""


def token_in(text: str) -> str | None:
    """The token of a pass, if that is what was scanned."""
    text = text.strip()
    token = text.upper() if text.isascii() else ""
    return token if _TOKEN.fullmatch(token) else None


def spellings_of(name: str) -> list[tuple[Term, ...]]:
    """A name of a document, as it may be written by a visitor."""
    arabic = as_arabic(name)
    if arabic is not None:
        return [terms_of_name(arabic)]
    plain = _UMLAUTS.sub(r"\1", name)
    return [terms_of_name(each) for each in dict.fromkeys((name, plain))]


def is_named(visitor_name: str, names: Names) -> bool:
    """Whether a visitor is called so: a family name and, where there is one, a given name."""
    return _has_some(visitor_name, names.family) and (
        not names.given or _has_some(visitor_name, names.given)
    )


def _has_some(visitor_name: str, name: str) -> bool:
    return any(term.is_same(visitor_name) for terms in spellings_of(name) for term in terms)
