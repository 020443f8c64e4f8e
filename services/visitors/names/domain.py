"""The words that somebody can be found by, as they are kept.

One rule: they follow from what is known of somebody and say nothing new; they can be made again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from services.visitors.names.letters import fold, is_arabic, is_latin
from services.visitors.names.sounds import sounds_of
from services.visitors.names.words import Word as NameWord
from services.visitors.names.words import words_of

MOST_WORDS = 60
LONGEST_WORD = 100
FEWEST_DIGITS = 3
LAST_DIGITS = 4
_COUNTRY = re.compile(r"^(?:00|\+)?212(?=\d{9}$)")


class FoundBy(StrEnum):
    """What of somebody a word is."""

    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    HOST = "host"
    PLATE = "plate"
    CODE = "code"


class SearchWord(VisitorsTable, table=True):
    """One word of a visitor or of a host, as it is spelt and as it may sound."""

    __tablename__ = "search_words"
    __table_args__ = (
        one_of("found_by", FoundBy),
        Index("search_words_owner_idx", "owner_id"),
        Index(
            "search_words_spelt_idx",
            "tenant_id",
            "spelt",
            postgresql_ops={"spelt": "text_pattern_ops"},
            postgresql_include=["owner_id", "found_by"],
        ),
        Index(
            "search_words_sound_idx",
            "tenant_id",
            "consonants",
            postgresql_ops={"consonants": "text_pattern_ops"},
            postgresql_include=["owner_id", "found_by", "sound"],
            postgresql_where=text("consonants IS NOT NULL"),
        ),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    owner_id: UUID
    """A visitor, or a person of the directory."""
    tenant_id: UUID
    found_by: FoundBy = Field(sa_type=Word(FoundBy))
    spelt: str
    consonants: str | None = None
    sound: str | None = None


@dataclass(frozen=True)
class Entry:
    """What a row says beside whose it is."""

    found_by: FoundBy
    spelt: str
    consonants: str | None = None
    sound: str | None = None


def entries_of(
    *, name: str, name_is: FoundBy, company: str | None, email: str | None, phone: str | None
) -> list[Entry]:
    """All that somebody can be found by."""
    entries = entries_of_name(name, name_is)
    entries += entries_of_name(company or "", FoundBy.COMPANY)
    if email:
        address = fold(email)
        domain = address.rpartition("@")[2]
        entries += [Entry(FoundBy.EMAIL, each[:LONGEST_WORD]) for each in (address, domain)]
    digits = digits_of(phone or "")
    if len(digits) > LAST_DIGITS:
        entries += [Entry(FoundBy.PHONE, each) for each in (digits, digits[-LAST_DIGITS:])]
    return list(dict.fromkeys(entries))[:MOST_WORDS]


def entries_of_name(name: str, found_by: FoundBy) -> list[Entry]:
    """The words of a name; one written as two also by its parts, with and without its article."""
    entries: list[Entry] = []
    for word in words_of(name):
        for each in (word, *(NameWord(part) for part in word.parts)):
            entries += _entries_of_word(each, found_by)
    return list(dict.fromkeys(entries))


def _entries_of_word(word: NameWord, found_by: FoundBy) -> list[Entry]:
    spelt = fold(word.spelt)[:LONGEST_WORD]
    sounds = [
        Entry(found_by, spelt, each.consonants[:LONGEST_WORD], each.whole[:LONGEST_WORD])
        for each in sounds_of(word)
    ]
    article = "ال" if is_arabic(spelt) else "el" if is_latin(spelt) else ""
    others = [article + spelt] if word.has_article and article else []
    others += [fold(each) for each in word.others]
    more = [Entry(found_by, each[:LONGEST_WORD]) for each in others]
    return [*(sounds or [Entry(found_by, spelt)]), *more]


def digits_of(phone: str) -> str:
    """A telephone number within the country: 06 12 …, +212 6 12 … and 00212 6 12 … are one."""
    digits = re.sub(r"[^\d+]", "", fold(phone))
    return _COUNTRY.sub("", digits).lstrip("+").lstrip("0")
