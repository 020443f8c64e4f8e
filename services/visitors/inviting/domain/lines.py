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
from itertools import islice

from services.visitors.inviting.domain.headings import heading_of, language_of
from shared.errors import Conflict, Malformed

MOST_LINES = 500
UNREADABLE = "?"
"""The field of what no field is known for."""
_PHONE = re.compile(r"^\+?[0-9][0-9 ().-]{3,29}$")
_SEPARATORS = "\t;,"

Heading = Sequence[str | None]
"""The fields of the columns; None for those that nobody asks for."""
Row = Sequence[str] | None
"""The cells of one line; None where it cannot be taken apart."""


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
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begins = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    heading, separator = _heading(lines[begins : begins + 1])
    found: list[Line] = []
    rows = _rows(lines, begins + 1, separator, heading) if heading else _listed(lines)
    for number, row in rows:
        if row is None:
            found.append(Line(number, {UNREADABLE: ""}))
        elif any(cells := [" ".join(cell.split()) for cell in row]):
            fields = _by_heading(heading, cells) if heading else _by_looks(cells)
            found.append(Line(number, fields))
        if len(found) > MOST_LINES:
            raise TooManyLines
    return found


def _heading(first: Sequence[str]) -> tuple[Heading, str]:
    """What the columns are, and what parts them; of a list there are none."""
    for line in first:
        separator = _separator(line)
        cells = [cell for _, row in _rows([line], 0, separator, ()) for cell in row or ()]
        heading = heading_of(cells)
        if sum(field is not None for field in heading) >= min(2, len(heading)):
            return heading, separator
    return (), ""


def _separator(line: str) -> str:
    """Whichever it has most of."""
    return max(_SEPARATORS, key=line.count)


def _listed(lines: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Lines of a list, each with the separator that it has: people paste from several places."""
    for at, line in enumerate(lines):
        for _, row in _rows([line], 0, _separator(line), ()):
            yield at + 1, row


def _rows(
    lines: Sequence[str], begins: int, separator: str, heading: Heading
) -> Iterator[tuple[int, Row]]:
    """Rows by the line in which they begin. A quote that is not closed in its line would swallow
    those that follow: its line cannot be read, and they are read without it.
    """
    while begins < len(lines):
        rest = (f"{line}\n" for line in islice(lines, begins, None))
        reader = csv.reader(rest, delimiter=separator, skipinitialspace=True)
        read = begins
        try:
            for row in reader:
                ends = begins + reader.line_num
                if _is_swallowing(row, heading):
                    break
                yield read + 1, row
                read = ends
            else:
                return
        except csv.Error:  # a cell that is longer than any is
            pass
        yield read + 1, None
        begins = read + 1


def _is_swallowing(row: Sequence[str], heading: Heading) -> bool:
    """Whether it goes on in the next line, other than in a column that nobody asks for."""
    if not row:
        return False
    return row[-1].endswith("\n") or any(
        "\n" in cell for field, cell in zip(heading, row, strict=False) if field
    )


def _by_heading(heading: Heading, cells: Sequence[str]) -> dict[str, str]:
    named = zip(heading, cells, strict=False)
    fields = {field: cell for field, cell in named if field is not None and cell}
    if "language" in fields:
        fields["language"] = language_of(fields["language"])
    return _with_two_names(fields)


def _by_looks(cells: Sequence[str]) -> dict[str, str]:
    """An address is known by its @, a telephone number by its digits; then name, then company."""
    fields: dict[str, str] = {}
    for cell in filter(None, cells):
        if "@" in cell:
            name, address = parseaddr(cell)
            fields[UNREADABLE if "email" in fields else "email"] = address or cell
            if name:
                fields.setdefault("name", name)
        elif _PHONE.match(cell) and "phone" not in fields:
            fields["phone"] = cell
        else:
            unnamed = (each for each in ("name", "company") if each not in fields)
            fields[next(unnamed, UNREADABLE)] = cell
    return _with_two_names(fields)


def _with_two_names(fields: dict[str, str]) -> dict[str, str]:
    """Of a name in one piece the first word is the given name, unless one of the two is known."""
    name = fields.pop("name", None)
    if name is None:
        return fields
    if "given_name" in fields:
        fields.setdefault("family_name", name)
    elif "family_name" in fields:
        fields["given_name"] = name
    else:
        fields["given_name"], _, fields["family_name"] = name.partition(" ")
    return fields
