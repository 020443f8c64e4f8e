"""Single programs out of Debian's packages, of which nothing is installed: neither root nor a
service manager has a part in it.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path


class NotHad(Exception):
    """The package could not be had; apt says why."""


def fetch(package: str, member: str, *, to: Path) -> None:
    """Has apt bring a package, and keeps one of its files. Raises `NotHad`."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _download(package, folder)
            (archive,) = Path(folder).glob(f"{package}_*.deb")
            _run("dpkg-deb", "--extract", str(archive), folder, cwd=folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(folder) / member, to)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise NotHad(str(error)) from None


def _download(package: str, folder: str) -> None:
    try:
        _run("apt-get", "download", package, cwd=folder)
    except subprocess.CalledProcessError:  # a machine that has no list yet
        _run("apt-get", "update", cwd=folder)
        _run("apt-get", "download", package, cwd=folder)


def _run(*command: str, cwd: str) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=cwd, timeout=300)
