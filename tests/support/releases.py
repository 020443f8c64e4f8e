"""The code of an earlier release, taken out of git, to be run beside this code.

It runs on the packages that are installed here: what it needs of them is part of what is tested.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def unpacked(commit: str, into: Path) -> Path:
    """Its sources in that folder. Skips where there is no history, as in an archive of the sources;
    a clone that has the commit never skips.
    """
    known = _git("cat-file", "-e", f"{commit}^{{commit}}")
    if known.returncode != 0:
        pytest.skip(f"the last release, {commit[:12]}, is not to be had here: {_why(known)}")
    archive = _git("archive", "--format=tar", commit)
    assert archive.returncode == 0, archive.stderr.decode()
    subprocess.run(["tar", "-x", "-C", str(into)], input=archive.stdout, check=True)
    return into


def _why(asked: subprocess.CompletedProcess[bytes]) -> str:
    said = asked.stderr.decode().strip().splitlines()
    return said[-1] if said else "git says nothing"


def _git(*command: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, b"", b"git is not installed")
