"""What can be wrong with a file of people, in the words that its owner reads."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Malformed, Refusal, TryLater

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 25_000


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the line on which the record begins, and the column if it is one.

    Lines are counted as a text editor does, from 1, the header included.
    """

    line: int
    column: str | None
    refusal: Refusal
    value: str = ""
    """What stands there."""


class FileRefused(Malformed):
    """Nothing was imported: {count} errors in the file; correct the lines that are named."""


class FileTooLarge(Malformed):
    """The file is larger than 8 MiB; divide it."""


class ChangedMeanwhile(TryLater):
    """Some of these people were changed at the same moment; nothing was imported. Import again."""


class TooManyRows(Malformed):
    """The file has more than {most} rows; divide it."""


class NotUtf8(Malformed):
    """The file is not in UTF-8; save it as "CSV UTF-8"."""


class NoHeader(Malformed):
    """The first line must name the columns, at least email, given_name and family_name."""


class UnknownColumn(Malformed):
    """There is no such column; the columns are {columns}."""


class ColumnTwice(Malformed):
    """This column is there twice."""


class ColumnMissing(Malformed):
    """This column is missing."""


class BrokenQuotes(Malformed):
    """A quotation mark is not closed, or stands in the middle; double those within a text."""


class TooManyCells(Malformed):
    """This line has more cells than the header has columns; quote what contains the separator."""


class NothingThere(Malformed):
    """Nothing stands here, and something must."""


class NoLineOfText(Malformed):
    """This must be one line of text, of at most {most} characters."""


class NoAddress(Malformed):
    """This is no e-mail address."""


class NoPhone(Malformed):
    """This is no telephone number."""


class NoLanguage(Malformed):
    """The language is fr, ar or en."""


class NoYesOrNo(Malformed):
    """Write yes where the person leaves, else nothing."""


class NoTenantNamed(Malformed):
    """Name the company: by its name in the directory, or by its id."""


class NoTenantOfThatName(Malformed):
    """There is no such company here."""


class SeveralOfThatName(Malformed):
    """Several companies have this name; write the company's id."""


class AddressTwice(Malformed):
    """The same address is on line {other} as well."""


class NumberTwice(Malformed):
    """The same number of the same company is on line {other} as well."""


class PersonTwice(Malformed):
    """This is the same person as on line {other}, by another address or number."""


class AddressOfAnother(Malformed):
    """This address cannot be used here; choose another one or ask the park's operator."""


class AnotherNumber(Malformed):
    """Who has this address is listed under another number; correct the number, or the address."""
