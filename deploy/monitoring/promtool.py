"""promtool, which judges rules and what they say of made-up series: out of Debian's package
`prometheus`, of which nothing is installed, unless the machine has one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from deploy import debian

KEPT = Path(sys.prefix) / "share" / "parvis" / "promtool"
MEMBER = "usr/bin/promtool"


class NoPromtool(Exception):
    """promtool is not here, and cannot be had ({why}): install Prometheus."""

    def __init__(self, why: str) -> None:
        super().__init__((self.__doc__ or "").format(why=why))


class NotWell(Exception):
    """promtool's own words."""


def fetch() -> None:
    """Has apt bring the package, unless promtool is here already."""
    if KEPT.exists() or shutil.which("promtool"):
        return
    try:
        debian.fetch("prometheus", MEMBER, to=KEPT)
    except debian.NotHad as error:
        raise NoPromtool(str(error)) from None


def promtool(*arguments: str) -> None:
    """Raises `NotWell` with what it complains of, and `NoPromtool`."""
    found = str(KEPT) if KEPT.exists() else shutil.which("promtool")
    if found is None:
        raise NoPromtool("`python -m deploy.monitoring fetch` was not run")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotWell((done.stdout + done.stderr).strip())
