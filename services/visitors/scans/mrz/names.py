"""Names of a machine-readable zone (Doc 9303-3, 4.6): family before `<<`, given names after it.

Also Arabic names that were transliterated letter by letter (9303-3, section 6, table C), where X
announces what A to Z cannot say: `ALXSHRQAWY` is الشرقاوي.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.visitors.scans.mrz.signs import FILLER

_PARTS = FILLER * 2

_ARABIC = {
    "XAA": "آ",
    "XAE": "أ",
    "XAH": "ة",
    "XAY": "ى",
    "XDH": "ذ",
    "XDZ": "ض",
    "XKH": "خ",
    "XSH": "ش",
    "XSS": "ص",
    "XTA": "ة",
    "XTH": "ث",
    "XTT": "ط",
    "XZZ": "ظ",
    "XE": "ء",
    "XH": "ح",
    "XI": "ئ",
    "A": "ا",
    "B": "ب",
    "D": "د",
    "E": "ع",
    "F": "ف",
    "G": "غ",
    "H": "ه",
    "I": "إ",
    "J": "ج",
    "K": "ك",
    "L": "ل",
    "M": "م",
    "N": "ن",
    "Q": "ق",
    "R": "ر",
    "S": "س",
    "T": "ت",
    "U": "ؤ",
    "W": "و",
    "Y": "ي",
    "Z": "ز",
}
_SIGNS = "|".join(_ARABIC)
_TRANSLITERATED = re.compile(rf"(?:{_SIGNS})+")
_ANNOUNCED = re.compile("|".join(sign for sign in _ARABIC if sign.startswith("X")))


@dataclass(frozen=True)
class Names:
    """As printed: capitals of A to Z, blanks for what fillers stand for."""

    family: str
    given: str
    is_truncated: bool
    """The field is full, so that something may have been cut off."""


def names_in(field: str) -> Names:
    """Both parts; where there is but one, it is the family name."""
    family, _, given = field.strip(FILLER).partition(_PARTS)
    return Names(
        family=" ".join(family.split(FILLER)).strip(),
        given=" ".join(part for part in given.split(FILLER) if part),
        is_truncated=not field.endswith(FILLER),
    )


def as_arabic(name: str) -> str | None:
    """The name in Arabic letters, where it was transliterated from them; None where it was not."""
    words = name.split()
    if not _ANNOUNCED.search(name) or not all(_TRANSLITERATED.fullmatch(word) for word in words):
        return None
    return re.sub(_SIGNS, lambda found: _ARABIC[found.group()], name)
