"""The rules of the time zones, and the files with keys and secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import tzdata

from shared.clock import StaleZoneRules, prepare_zones
from shared.doctor.findings import Finding, fail, ok, warn
from shared.keys import read_keys
from shared.settings import SECRETS_DIR, ServiceSettings


def zone_rules() -> Iterator[Finding]:
    """Whether the rules are the package's, and new enough."""
    told = f"tzdata {version('tzdata')} (IANA {tzdata.IANA_VERSION})"
    try:
        prepare_zones()
    except StaleZoneRules:
        yield fail("zones", f"{told} is older than IANA 2026c: install the tzdata of the lock.")
    else:
        yield ok("zones", f"The rules are those of the package {told}.")
    if path := os.environ.get("PYTHONTZPATH"):
        yield warn(
            "zones",
            f"PYTHONTZPATH is {path}: the services read the package all the same, other programs "
            "of this environment may not; set it to nothing.",
        )


def secrets() -> Iterator[Finding]:
    """Whether the folder of secret files can be read, each file of it, and who else may."""
    folder = Path(os.environ.get("PARVIS_SECRETS_DIR", SECRETS_DIR))
    if not folder.is_dir():
        if "PARVIS_SECRETS_DIR" in os.environ:
            yield fail("secrets", f"PARVIS_SECRETS_DIR is {folder}, and there is no such folder.")
        return
    try:
        found = sorted(each for each in folder.iterdir() if each.name.startswith("parvis_"))
    except OSError as error:
        yield fail("secrets", f"{folder} cannot be read ({error.strerror}): give it to {_me()}.")
        return
    unreadable = [each for each in found if not os.access(each, os.R_OK)]
    for each in unreadable:
        yield fail("secrets", f"{each} cannot be read: give it to {_me()}.")
    empty = [each for each in found if each not in unreadable and not each.read_bytes().strip()]
    for each in empty:
        yield fail("secrets", f"{each} is empty: write the secret into it.")
    if found and not unreadable and not empty:
        yield ok("secrets", f"{', '.join(each.name for each in found)} can be read in {folder}.")


def keys(settings: ServiceSettings, names: Sequence[str]) -> Iterator[Finding]:
    """Whether each key can be read, and by nobody else."""
    for name in names:
        path = settings.keys_dir / f"{name}.key"
        try:
            found = read_keys(settings.keys_dir, name)
        except SystemExit as wrong:
            yield fail(
                "keys",
                f"{wrong} If there is a backup of it, put that back: with a new key what was made "
                "with the old one is worth nothing.",
            )
            continue
        if path.stat().st_mode & stat.S_IROTH:
            yield warn("keys", f"{path} can be read by everybody: chmod 600 (or 640).")
        else:
            old = f", and {len(found) - 1} before it" if found[1:] else ""
            yield ok("keys", f"{path} is there{old}; keep a backup of it.")


def _me() -> str:
    return f"user {os.geteuid()}"
