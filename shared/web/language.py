"""The languages of the park (fr, ar, en): which one the caller reads, and what a message is in it.

Catalogues are gettext files (`locales/fr.po`, `locales/ar.po`), of `shared` and of each service;
the English sentence is the key.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

from shared.errors import Refusal
from shared.events.directory import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr", "ar")
LOCALES: dict[Language, str] = {"fr": "fr", "ar": "ar_MA", "en": "en_GB"}
"""How days and numbers are written in each: as readers in Morocco know them."""


class Catalogue:
    """Messages of one service (and of `shared`) by language."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._messages = {language: _messages(packages, language) for language in LANGUAGES}

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, service: str) -> Catalogue:
        """The words of `services.<service>` and of `shared`."""
        return cls(("shared", f"services.{service}"))

    def text(self, message: str, *, language: Language) -> str:
        """The message in that language; in English where nobody has translated it."""
        return self._messages[language].get(message) or message

    def said(self, refusal: Refusal, *, language: Language) -> str:
        """The sentence of a refusal in that language, its blanks filled."""
        sentence = self.text(refusal.message, language=language)
        try:
            return sentence.format_map(refusal.details)
        except (KeyError, IndexError, ValueError):
            return sentence


def _messages(packages: tuple[str, ...], language: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for package in packages:
        file = files(package).joinpath("locales", f"{language}.po")
        if language == "en" or not file.is_file():
            continue
        for message in read_po(BytesIO(file.read_bytes())):
            if isinstance(message.id, str) and isinstance(message.string, str):
                found[message.id] = message.string
    return found


LONGEST_WISH = 200


def language_of(header: str | None) -> Language:
    """What `Accept-Language` (RFC 9110) asks for, English where nothing fits."""
    return _chosen((header or "")[:LONGEST_WISH])


@lru_cache(maxsize=1024)
def _chosen(header: str) -> Language:
    wanted = [_weighed(part) for part in header.split(",")]
    wanted.sort(key=lambda entry: -entry[0])
    names = [name for weight, name in wanted if weight > 0]
    chosen = negotiate_locale(names, list(LANGUAGES), sep="-")
    return next((language for language in LANGUAGES if language == chosen), "en")


def _weighed(part: str) -> tuple[float, str]:
    name, _, parameter = part.strip().partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return weight, name.strip().lower()[:35]
