"""The locks: every package in exact versions, with hashes. `requirements.lock` has what any way of
running needs, `deploy/image/<service>.lock` the part of it that the image of a service holds.

Fresh means: resolving pyproject.toml again, preferring what the lock names, changes no version.
Hashes are not compared, since owners add files to released versions. No index address is written.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from shared.messaging.topology import SERVICES

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
OF_IMAGES = {ROOT / "deploy" / "image" / f"{name}.lock": ("--extra", name) for name in SERVICES}
LOCKS: dict[Path, Sequence[str]] = {LOCK: ("--all-extras",), **OF_IMAGES}
OLDEST_PYTHON = "3.11"


def pins(lock: str) -> set[str]:
    """The requirements a lock names, with their markers, without hashes."""
    lines = (line.removesuffix("\\").strip() for line in lock.splitlines())
    return {" ".join(line.split()) for line in lines if re.match(r"[a-zA-Z0-9]", line)}


def compile_into(output: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Resolve pyproject.toml for every platform; versions already in `output` are preferred."""
    uv = Path(sys.executable).with_name("uv")
    return subprocess.run(
        [
            *(str(uv), "pip", "compile", "pyproject.toml", "--quiet", "--universal"),
            *("--generate-hashes", "--python-version", OLDEST_PYTHON),
            *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *("--custom-compile-command", "make lock", "--output-file", str(output), *options),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def write() -> str | None:
    """Write the locks anew with the newest versions; the complaint, if any."""
    done = compile_into(LOCK, *LOCKS[LOCK], "--upgrade")
    for lock, extras in OF_IMAGES.items():
        if done.returncode:
            break
        shutil.copyfile(LOCK, lock)  # the same versions
        done = compile_into(lock, *extras)
    return done.stderr.strip() if done.returncode else None


def check() -> str | None:
    """The complaint, if a lock is not what pyproject.toml asks for."""
    return next(_complaints(), None)


def _complaints() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        for lock, extras in LOCKS.items():
            again = Path(folder) / lock.name
            shutil.copyfile(LOCK, again)  # also of an image: it holds no other versions
            done = compile_into(again, *extras)
            if done.returncode:
                done = compile_into(again, *extras, "--offline")  # what is resolved before
            if done.returncode:
                yield f"The lock could not be checked: {done.stderr.strip()}"
                return
            if differing := pins(again.read_text()) ^ pins(lock.read_text()):
                named = ", ".join(sorted(differing))
                yield f"{lock.name} is stale ({named}): run `make lock` and commit it."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.lock", description=__doc__)
    parser.add_argument("task", choices=["check", "write"])
    task = parser.parse_args().task
    complaint = check() if task == "check" else write()
    if complaint:
        sys.exit(complaint)


if __name__ == "__main__":
    main()
