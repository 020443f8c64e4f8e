"""Whether a change of a password was brought to its end: then its file holds one line."""

from __future__ import annotations

from collections.abc import Iterator

from shared.addresses import Addresses
from shared.doctor.findings import Finding, warn

HOW = "see docs/operations/rotating.md"


def lines(addresses: Addresses) -> Iterator[Finding]:
    """To be asked when one of them was let in."""
    found = addresses.lines()
    if addresses.file is None or len(found) == 1:
        return
    name = addresses.file.name
    if addresses.latest == found[0]:
        yield warn("secrets", f"{name} still holds old lines: take out all but the first; {HOW}.")
    else:
        yield warn(
            "secrets",
            f"The newest line of {name} is refused, and an older one let in: change the password "
            f"at the server, or take that line out; {HOW}.",
        )
