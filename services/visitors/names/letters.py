"""Letters without what differs from keyboard to keyboard: case, accents, vowel signs, hamza."""

from __future__ import annotations

import unicodedata

_PLAIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ٱ": "ا",
        "ی": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ء": None,
        "ـ": None,
    }
)
_AS_TYPED = str.maketrans(
    {"ى": "ي", "ة": "ه", "گ": "ك", "ڭ": "ك", "ݣ": "ك", "پ": "ب", "ڤ": "ف", "ڥ": "ف", "چ": "ش"}
)
"""What Arabic keyboards lack or people do not tell apart."""


def bare(text: str) -> str:
    """Small letters without marks; the letters themselves stay what they are."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return kept.translate(_PLAIN)


def fold(text: str) -> str:
    """As spelt, for looking up: `bare`, and letters alike that are typed for each other."""
    return bare(text).translate(_AS_TYPED)


def is_arabic(word: str) -> bool:
    """By its first letter."""
    return "\u0600" <= word[:1] <= "\u06ff" or "\u0750" <= word[:1] <= "\u077f"


def is_latin(word: str) -> bool:
    """Whether it is of a to z alone."""
    return word.isascii() and word.isalpha()
