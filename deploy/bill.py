"""The bill of materials (CycloneDX 1.6, JSON) of each image, made of its lock: `make sbom`.

The same lock makes the same bill, byte for byte, but for the version of the tool that is named.
"""

import subprocess
import sys
from pathlib import Path

from deploy.lock import LOCK, OF_IMAGES, ROOT

FOLDER = ROOT / ".parvis" / "sbom"


def write(lock: Path, bill: Path) -> None:
    """What a lock names, with versions, hashes and package addresses."""
    subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", str(lock)),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"),
            *("--spec-version", "1.6", "--output-format", "JSON", "--output-file", str(bill)),
        ],
        check=True,
    )


def bill_of(lock: Path, *, folder: Path) -> Path:
    """Where the bill of a lock lies: of an image by its service, of all by the project."""
    return folder / f"{'parvis' if lock == LOCK else lock.stem}.cdx.json"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for lock in (LOCK, *OF_IMAGES):
        bill = bill_of(lock, folder=FOLDER)
        write(lock, bill)
        print(bill.relative_to(ROOT))


if __name__ == "__main__":
    main()
