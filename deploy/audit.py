"""Whether anything that is locked is known to be vulnerable: `make audit`.

One rule: it fails closed. A package that nobody could be asked about counts as vulnerable, and so
does an answer that cannot be read; pip-audit by itself ends well where it asked nobody.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.licences import locked
from deploy.lock import LOCK

ACCEPTED: dict[str, str] = {}
"""Id of a vulnerability -> why it does not concern us, and until when that was looked at."""
PATIENCE_SECONDS = 600


def complaints(answer: str, *, asked_of: set[str]) -> Iterator[str]:
    """What stands against releasing this, by what pip-audit answered; nothing if all is well."""
    try:
        found: dict[str, dict[str, Any]] = {
            each["name"]: each for each in json.loads(answer)["dependencies"]
        }
    except (ValueError, KeyError, TypeError):
        yield "The answer cannot be read, so nothing is known of anything that is locked."
        return
    for name in sorted(asked_of):
        each = found.get(name, {})
        if "vulns" not in each:
            yield f"{name}: nothing is known of it ({each.get('skip_reason', 'no answer')})."
        for vulnerability in each.get("vulns", ()):
            if vulnerability["id"] not in ACCEPTED:
                fixed = ", ".join(vulnerability["fix_versions"]) or "nothing yet"
                yield f"{name} {each['version']}: {vulnerability['id']}, fixed in {fixed}."


def ask(lock: Path) -> str:
    """What pip-audit says of exactly what is locked; nothing is installed or resolved."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes"),
            *("--disable-pip", "--format", "json", "--progress-spinner", "off"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    return done.stdout


if __name__ == "__main__":
    against = list(complaints(ask(LOCK), asked_of=set(locked(LOCK.read_text()))))
    if against:
        sys.exit("\n".join(against))
    print("Nothing that is locked is known to be vulnerable.")
