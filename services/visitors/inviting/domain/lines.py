"""Lines that name visitors, as people have them: a table with a heading, or an address list.

One rule: a line is read or said to be unreadable; none is guessed at beyond its order, and none is
skipped silently but the empty ones.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from shared.errors import Conflict, Malformed

MOST_LINES = 500
COLUMNS: Mapping[str, str] = {
    "given_name": "given name|first name|prénom|prenom|الاسم الشخصي|الاسم الأول",
    "family_name": "family name|last name|surname|nom|nom de famille|النسب|الاسم العائلي",
    "name": "full name|nom complet|visitor|visiteur|الاسم|الاسم الكامل",
    "company": "société|societe|entreprise|organisation|organization|الشركة",
    "email": "e-mail|mail|address|courriel|adresse|adresse e-mail|البريد|البريد الإلكتروني",
    "phone": "telephone|téléphone|tel|tél|mobile|portable|الهاتف",
    "language": "langue|lang|اللغة",
}
"""What a column is called, in the park's languages."""
_FIELD_OF = {
    called: field
    for field, names in COLUMNS.items()
    for called in (field.replace("_", " "), *names.split("|"))
}
_PHONE = re.compile(r"^\+?[0-9][0-9 ().-]{3,29}$")


class TooManyLines(Malformed):
    """At most 500 visitors are invited at once; split the list."""


class SameAsEarlierLine(Conflict):
    """This is the same visitor as in line {line}."""


@dataclass(frozen=True)
class Line:
    """What a line says, field by field, not yet judged; `number` counts from 1, the heading too."""

    number: int
    fields: Mapping[str, str]


def lines_of(text: str) -> list[Line]:
    """The visitors that a text names. Raises `TooManyLines`."""
    rows = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    heading = [_FIELD_OF.get(_plain(cell)) for cell in rows[0][1]]
    is_table = sum(field is not None for field in heading) >= min(2, len(heading))
    if is_table:
        lines = [Line(number, _by_heading(heading, row)) for number, row in rows[1:]]
    else:
        lines = [Line(number, _by_looks(row)) for number, row in rows]
    if len(lines) > MOST_LINES:
        raise TooManyLines
    return lines


def _plain(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").replace("_", " ").casefold().split())


def _rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Cells, by whichever of tab, semicolon and comma the first line has most of."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    separator = max("\t;,", key=first.count)
    reader = csv.reader(text.split("\n"), delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as broken:  # a quote that never ends, say
        yield reader.line_num, [str(broken)]


def _by_heading(heading: Sequence[str | None], row: Sequence[str]) -> dict[str, str]:
    named = zip(heading, row, strict=False)
    fields = {field: cell.strip() for field, cell in named if field is not None and cell.strip()}
    return _with_two_names(fields)


def _by_looks(row: Sequence[str]) -> dict[str, str]:
    """An address is known by its @, a telephone number by its digits; then name, then company."""
    fields: dict[str, str] = {}
    for cell in (cell.strip() for cell in row if cell.strip()):
        if "@" in cell and "email" not in fields:
            name, address = parseaddr(cell)
            fields["email"] = address or cell
            if name:
                fields.setdefault("name", name)
        elif _PHONE.match(cell) and "phone" not in fields:
            fields["phone"] = cell
        else:
            unnamed = next((each for each in ("name", "company") if each not in fields), "rest")
            fields[unnamed] = cell
    return _with_two_names(fields)


def _with_two_names(fields: dict[str, str]) -> dict[str, str]:
    """Of a name in one piece the first word is the given name."""
    name = fields.pop("name", None)
    if name is not None and "given_name" not in fields:
        given, _, family = " ".join(name.split()).partition(" ")
        fields["given_name"] = given
        fields.setdefault("family_name", family)
    return fields
