"""Sheets of comma-separated values (RFC 4180), as people open them in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def neutralised(cell: str) -> str:
    """The cell for a CSV report: a spreadsheet takes it as text, never as a formula (OWASP)."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def sheet_of(header: Iterable[str], rows: Iterable[Iterable[str | int | float | None]]) -> bytes:
    """A whole sheet in UTF-8, with the mark by which spreadsheets know it. Numbers stay numbers."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    for row in rows:
        writer.writerow(neutralised(cell) if isinstance(cell, str) else cell for cell in row)
    return written.getvalue().encode("utf-8-sig")
