"""`parvis people import FILE`: the same import from the park's own shell, with a progress bar."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.access.imports.commands import Outcome, Wanted, import_people
from services.access.imports.domain import MOST_BYTES, Fault, FileTooLarge
from shared.errors import Refusal
from shared.events.directory import Language
from shared.service import Work
from shared.sheets import neutralised
from shared.web import Ground
from shared.web.language import Catalogue

MOST_SHOWN = 50
"""As many errors are printed; `--errors` writes all."""


def people_import(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, separated by ; , or tab.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import what is right.")] = False,
    errors: Annotated[Path | None, typer.Option(help="Write all errors to this CSV file.")] = None,
    language: Annotated[Language, typer.Option(help="Of the errors.")] = "en",
) -> Work:
    """List, change and delist people as a CSV file says."""
    wanted = Wanted(is_dry_run=dry_run, skips_bad=skip_bad)
    return lambda ground: _run(ground, file, wanted, errors=errors, language=language)


async def _run(
    ground: Ground, file: Path, wanted: Wanted, *, errors: Path | None, language: Language
) -> None:
    """Imports the file; ends with 1 where nothing was imported because of errors."""
    console, words = Console(), Catalogue.of(ground.name)
    if errors is not None:
        _must_be_writable(errors)
    try:
        outcome = await _import(ground, file, wanted, console=console)
    except Refusal as refusal:
        raise SystemExit(words.said(refusal, language=language)) from None
    for fault in outcome.faults[:MOST_SHOWN]:
        console.print(_told(fault, words, language=language), soft_wrap=True)
    if errors is not None:
        _write(errors, outcome.faults, words, language=language)
    would = "would be " if wanted.is_dry_run else ""
    console.print(
        f"{outcome.new} {would}new, {outcome.changed} {would}changed, "
        f"{outcome.left} {would}delisted, {outcome.unchanged} as they are, "
        f"{len(outcome.faults)} errors"
    )
    if outcome.faults and not outcome.is_done:
        raise SystemExit(1 if wanted.is_dry_run else "Nothing was imported.")


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


def _must_be_writable(path: Path) -> None:
    """Said before anybody is imported."""
    try:
        path.open("a").close()
    except OSError as error:
        raise SystemExit(f"{path} cannot be written ({error.strerror}).") from None


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
