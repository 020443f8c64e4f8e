"""`parvis people import FILE`: the same import from the park's own shell, with a progress bar."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.access.imports.commands import Outcome, Wanted, import_people
from services.access.imports.domain import MOST_BYTES, Fault, FileTooLarge
from shared.errors import Refusal
from shared.events.directory import Language
from shared.sheets import neutralised
from shared.web import Ground
from shared.web.language import Catalogue

MOST_SHOWN = 50
"""As many errors are printed; `--errors` writes all."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What follows `people-import`."""
    parser.add_argument("file", type=Path, help="CSV in UTF-8, separated by ; , or tab")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen")
    parser.add_argument("--skip-bad", action="store_true", help="import what is right")
    parser.add_argument("--errors", type=Path, help="write all errors to this CSV file")
    parser.add_argument("--language", choices=("en", "fr", "ar"), default="en")


async def run(ground: Ground, asked: argparse.Namespace) -> None:
    """Imports the file; ends with 1 where nothing was imported because of errors."""
    console, words = Console(), Catalogue.of(ground.name)
    wanted = Wanted(is_dry_run=asked.dry_run, skips_bad=asked.skip_bad)
    try:
        outcome = await _import(ground, asked.file, wanted, console=console)
    except Refusal as refusal:
        raise SystemExit(words.said(refusal, language=asked.language)) from None
    for fault in outcome.faults[:MOST_SHOWN]:
        console.print(_told(fault, words, language=asked.language), soft_wrap=True)
    if asked.errors is not None:
        _write(asked.errors, outcome.faults, words, language=asked.language)
    would = "would be " if asked.dry_run else ""
    console.print(
        f"{outcome.new} {would}new, {outcome.changed} {would}changed, "
        f"{outcome.left} {would}delisted, {outcome.unchanged} as they are, "
        f"{len(outcome.faults)} errors"
    )
    if outcome.faults and not outcome.is_done:
        raise SystemExit(1 if asked.dry_run else "Nothing was imported.")


async def _import(ground: Ground, file: Path, wanted: Wanted, *, console: Console) -> Outcome:
    columns = (TextColumn("people"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("people", total=None)
        async with ground.database.transaction() as session:
            return await import_people(
                session,
                _read(file),
                wanted,
                by=None,
                at=ground.clock(),
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise SystemExit(f"{file} cannot be read ({error.strerror}).") from None
    if len(data) > MOST_BYTES:
        raise FileTooLarge
    return data


def _told(fault: Fault, words: Catalogue, *, language: Language) -> str:
    where = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
    return f"[bold]{escape(where)}[/bold]: {escape(words.said(fault.refusal, language=language))}"


def _write(path: Path, faults: list[Fault], words: Catalogue, *, language: Language) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("line", "column", "code", "error", "value"))
        for fault in faults:
            said = words.said(fault.refusal, language=language)
            cells = (fault.column or "", fault.refusal.code, said, fault.value)
            writer.writerow((fault.line, *(neutralised(cell) for cell in cells)))
