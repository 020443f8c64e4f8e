"""`parvis people import FILE`: the import from the park's own shell."""

import csv
import sys
from pathlib import Path

import pytest
import typer

from deploy import parvis
from services.access.imports import shell
from shared.service import Work
from tests.access.park import OPERATOR, Park

HEADER = "email;given_name;family_name;tenant\r\n"
GOOD = "zoe@atlas.example;Zoé;Zahir;Atlas\r\n"
BAD = "=cmd|' /C calc'!A0;N;N;Atlas\r\n"


def asked(file: Path, *options: str) -> Work:
    command = typer.Typer()
    command.command()(shell.people_import)
    work: Work = command(args=[str(file), *options], standalone_mode=False)
    return work


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


async def listed(park: Park) -> int:
    found = await park.get(OPERATOR, "/people", email="zoe@atlas.example")
    return len(found.json()["items"])


async def test_a_file_is_imported_and_its_sum_is_printed(
    park: Park, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(HEADER + GOOD, encoding="utf-8-sig")
    await asked(file, "--dry-run")(park.ground)
    assert await listed(park) == 0
    await asked(file)(park.ground)
    assert await listed(park) == 1
    printed = capsys.readouterr().out
    assert "1 would be new" in printed
    assert "1 new, 0 changed, 0 delisted, 0 as they are, 0 errors" in printed


async def test_errors_stop_it_and_are_written_so_that_no_spreadsheet_runs_them(
    park: Park, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    report = tmp_path / "errors.csv"
    with pytest.raises(SystemExit, match=r"Nothing was imported\."):
        await asked(file, "--errors", str(report), "--language", "fr")(park.ground)
    assert await listed(park) == 0
    assert "line 3, email: Ce n'est pas une adresse électronique." in capsys.readouterr().out
    with report.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["line"], row["column"], row["code"]) == ("3", "email", "no_address")
    assert row["value"] == "'=cmd|' /C calc'!A0"
    await asked(file, "--skip-bad")(park.ground)
    assert await listed(park) == 1


async def test_errors_that_cannot_be_kept_are_said_before_anybody_is_imported(
    park: Park, file: Path, tmp_path: Path
) -> None:
    file.write_text(HEADER + GOOD)
    with pytest.raises(SystemExit, match="cannot be written"):
        await asked(file, "--errors", str(tmp_path / "nowhere" / "errors.csv"))(park.ground)
    assert await listed(park) == 0


async def test_a_file_that_is_not_there_is_said_in_one_sentence(park: Park, file: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        await asked(file)(park.ground)


def test_the_command_has_a_short_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["parvis", "people", "import", "--help"])
    with pytest.raises(SystemExit) as ended:
        parvis.main()
    assert ended.value.code == 0
    assert "--dry-run" in capsys.readouterr().out
