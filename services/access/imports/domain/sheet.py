"""A CSV file as spreadsheets write it: separator from the header, BOM, CRLF, quotes, empty lines.

Records keep the number of the line on which they begin, however many lines they span.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from services.access.imports.domain.faults import (
    MOST_ROWS,
    BrokenQuotes,
    ColumnMissing,
    ColumnTwice,
    Fault,
    NoHeader,
    NotUtf8,
    TooManyCells,
    TooManyRows,
    UnknownColumn,
)

REQUIRED = ("email", "given_name", "family_name")
COLUMNS = (*REQUIRED, "phone", "language", "tenant", "external_id", "leaves")
SEPARATORS = ";,\t"
_SAYS_ITS_SEPARATOR = re.compile(r'"?sep=([;,\t])"?\r?\n', re.IGNORECASE)
"""The first line that Excel writes and reads."""


@dataclass(frozen=True)
class Record:
    """One row: where it begins, and its cells by column, trimmed."""

    line: int
    cells: dict[str, str]


def read_sheet(data: bytes) -> tuple[list[Record], list[Fault]]:
    """The rows, and what is wrong with them; with a wrong header there are no rows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [Fault(data.count(b"\n", 0, error.start) + 1, None, NotUtf8())]
    rows = _Rows(text)
    header, line = next(((row, at) for at, row in rows if any(row)), ([], 1))
    columns = [_column(cell) for cell in header]
    faults = _faults_of_header(columns, line=line)
    if faults or rows.fault:
        return [], [*faults, *([rows.fault] if rows.fault else [])]
    records: list[Record] = []
    for at, row in rows:
        if not any(row):
            continue
        if len(records) == MOST_ROWS:
            return [], [Fault(at, None, TooManyRows(most=MOST_ROWS))]
        if any(row[len(columns) :]):
            faults.append(Fault(at, None, TooManyCells()))
            continue
        records.append(Record(at, dict(zip(columns, row, strict=False))))
    return records, [*faults, *([rows.fault] if rows.fault else [])]


class _Rows:
    """(line, trimmed cells) of each row; it ends where the quotes are broken, and says so."""

    def __init__(self, text: str) -> None:
        said = _SAYS_ITS_SEPARATOR.match(text)
        separator = said[1] if said else _separator(text)
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        self.fault: Fault | None = None
        if said:
            next(self._reader)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = self._reader.line_num + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                self.fault = Fault(line, None, BrokenQuotes())
                return
            yield line, [cell.strip() for cell in row]


def _separator(text: str) -> str:
    """The one that makes most known columns of the first line that says anything."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda each: sum(_column(c) in COLUMNS for c in first.split(each)))


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().strip('"').lower())


def _faults_of_header(columns: list[str], *, line: int) -> list[Fault]:
    named = [name for name in columns if name]
    if not set(named) & set(COLUMNS):
        return [Fault(line, None, NoHeader())]
    known = ", ".join(COLUMNS)
    faults = [
        Fault(line, name, UnknownColumn(columns=known)) for name in named if name not in COLUMNS
    ]
    faults += [Fault(line, name, ColumnTwice()) for name, n in Counter(named).items() if n > 1]
    return faults + [Fault(line, name, ColumnMissing()) for name in REQUIRED if name not in named]
