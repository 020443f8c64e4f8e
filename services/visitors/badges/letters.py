"""What the fonts of the badges draw, and how the rest is written in Latin letters.

One rule: no name is left blank; a badge that says "LiMing" beats one that says nothing.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
"""Controls, and marks that would turn the direction of the rest."""
_NOT_DRAWN = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u0259\u02bb\u02bc\u02c6-\u02dd\u0300-\u045f\u0490\u0491\u1e00-\u1eff"
    "\u200b-\u203a\u2044\u20ac\u2116\u2122"
    "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+"
)
"""Beyond what `fonts/README.md` lists."""


def drawable(text: str) -> str:
    """As it can be printed; signs that are no letters, marks or numbers fall away."""
    return _NOT_DRAWN.sub(_in_latin, _UNPRINTABLE.sub(" ", text))


def _in_latin(foreign: re.Match[str]) -> str:
    said = (each for each in foreign[0] if unicodedata.category(each)[0] in "LMN")
    return anyascii("".join(said))
