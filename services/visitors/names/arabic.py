"""How a word in Arabic letters sounds: its consonants; of its vowels only what is written.

Capitals are consonants, the same as in `latin`; ا و ي ى ع stay, as signs that vowels may answer.
"""

from __future__ import annotations

from services.visitors.names.latin import MOST_READINGS, WHOLE

MARK = "ء"
"""Begins each sound of this script: what is not written in it may still be spoken."""
_WEAK = frozenset("اويىع")
_CONSONANTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("بپ", ("B",)),
    **dict.fromkeys("تط", ("T",)),
    **dict.fromkeys("دض", ("D",)),
    **dict.fromkeys("صس", ("S",)),
    **dict.fromkeys("فڤڥ", ("F",)),
    **dict.fromkeys("قك", ("K",)),
    **dict.fromkeys("حخه", ("H",)),
    **dict.fromkeys("گڭݣ", ("G", "K")),
    **dict.fromkeys("شچ", ("X",)),
    "ث": ("T", "S"),
    "ذ": ("D", "Z"),
    "ظ": ("Z", "D"),
    "ج": ("J",),
    "ر": ("R",),
    "ز": ("Z",),
    "غ": ("G",),
    "ل": ("L",),
    "م": ("M",),
    "ن": ("N",),
}


def readings(word: str) -> list[str]:
    """How it may sound; the likeliest first. An alif at the beginning only carries a vowel."""
    found = [""]
    for at, sign in enumerate(word):
        if sign == "ه" and at == 1 == len(word) - 1:
            options: tuple[str, ...] = ("Hا",)  # طه
        else:
            options = _options(sign, is_first=at == 0, is_last=at == len(word) - 1)
        if word.endswith("اة") and at == len(word) - 1:
            options = ("T", "")  # حياة
        found = [begun + option for begun in found for option in options][:MOST_READINGS]
    return list(dict.fromkeys(found))


def _options(sign: str, *, is_first: bool, is_last: bool) -> tuple[str, ...]:
    if sign == "ا" and is_first:
        return ("",)
    if sign == "ة":
        return ("ا",) if is_last else ("T",)
    if sign == "ه" and is_last:
        return ("H", "ا" + WHOLE)
    if sign in _WEAK:
        return (sign,)
    return _CONSONANTS.get(sign, ("",))
