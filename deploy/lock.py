"""requirements.lock: every package that any way of running needs, in exact versions, with hashes.

Fresh means: resolving pyproject.toml again, preferring what the lock names, changes no version.
Hashes are not compared, since owners add files to released versions. No index address is written.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
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
            *("--all-extras", "--generate-hashes", "--python-version", OLDEST_PYTHON),
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
    """Write the lock anew with the newest versions; the complaint, if any."""
    done = compile_into(LOCK, "--upgrade")
    return done.stderr.strip() if done.returncode else None


def check() -> str | None:
    """The complaint, if the lock is not what pyproject.toml asks for."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / LOCK.name
        shutil.copyfile(LOCK, again)
        done = compile_into(again)
        if done.returncode:
            done = compile_into(again, "--offline")  # what this machine has resolved before
        if done.returncode:
            return f"The lock could not be checked: {done.stderr.strip()}"
        differing = pins(again.read_text()) ^ pins(LOCK.read_text())
    if differing:
        named = ", ".join(sorted(differing))
        return f"requirements.lock is stale ({named}): run `make lock` and commit it."
    return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.lock", description=__doc__)
    parser.add_argument("task", choices=["check", "write"])
    task = parser.parse_args().task
    complaint = check() if task == "check" else write()
    if complaint:
        sys.exit(complaint)


if __name__ == "__main__":
    main()
