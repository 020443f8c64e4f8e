"""Under which licences that stands which is locked: none that would be ours, too.

One rule: what cannot be told is refused. GPL and AGPL are not taken; the LGPL is, as a dependency.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata

from packaging.requirements import Requirement

from deploy.lock import LOCK

GIVEN_BY_HAND = {
    "cedarpy": "Apache-2.0",
}
"""Whose metadata says nothing: read in their sources."""
REFUSED = re.compile(r"(?<!L)A?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)


def licences_of(package: str) -> list[str]:
    """What a package says of itself: an SPDX expression, else what older packages say."""
    if package in GIVEN_BY_HAND:
        return [GIVEN_BY_HAND[package]]
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return []
    if expression := said["License-Expression"]:
        return [str(expression)]
    classified = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or []
        if each.startswith("License :: ")
    ]
    first_line = str(said["License"] or "").strip().partition("\n")[0]
    return [each for each in (first_line, *classified) if each not in ("", "UNKNOWN")]


def is_refused(licence: str) -> bool:
    """Of an expression, whether each choice that it leaves is refused; one that also joins parts
    is taken as a whole, and may be listed by hand.
    """
    choices = [licence] if " AND " in licence else re.split(r"\s+OR\s+", licence)
    return all(REFUSED.search(choice) for choice in choices)


def complaints(packages: Iterator[str]) -> Iterator[str]:
    """One sentence for each package that may not be locked."""
    for package in packages:
        said = licences_of(package)
        if not said:
            yield f"{package} says no licence: read its source, then list it in deploy/licences.py."
        for licence in filter(is_refused, said):
            yield f"{package} is under {licence}, which Parvis may not depend on."


def locked(lock: str) -> Iterator[str]:
    """The names of what a lock has this platform install."""
    for line in lock.splitlines():
        if re.match(r"[a-z0-9]", line):
            asked = Requirement(line.removesuffix("\\"))
            if asked.marker is None or asked.marker.evaluate():
                yield asked.name


if __name__ == "__main__":
    if found := list(complaints(locked(LOCK.read_text()))):
        sys.exit("\n".join(found))
    print("What is locked may be used.")
