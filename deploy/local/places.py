"""Where files may lie so that another system user can reach them.

Rule: nobody's folders are opened; what cannot be reached is put elsewhere instead.
"""

import hashlib
import os
import pwd
import shutil
import tempfile
from pathlib import Path

OPEN_TO_ALL = Path("/var/tmp")  # noqa: S108 - what is made there is checked for its owner


def is_reachable_by(path: Path, *, user: str) -> bool:
    """Whether `user` may traverse every folder down to and including `path`."""
    entry = pwd.getpwnam(user)
    for folder in [path, *path.parents]:
        if not folder.is_dir():
            continue
        status = folder.stat()
        shift = 6 if status.st_uid == entry.pw_uid else 3 if status.st_gid == entry.pw_gid else 0
        if not status.st_mode >> shift & 0o1:
            return False
    return True


def reachable_home(wanted: Path, *, user: str) -> Path:
    """`wanted`; or for root a folder of its own in /var/tmp, where `user` cannot reach `wanted`."""
    wanted.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or is_reachable_by(wanted, user=user):
        return wanted
    home = _own_folder(str(wanted.resolve()))
    told = wanted / "kept-elsewhere"
    if not told.exists():  # `wanted` is new: what lies there is of one that was removed
        shutil.rmtree(home)
        home = _own_folder(str(wanted.resolve()))
        told.write_text(str(home))
    return home


def reachable_copy(package: Path, *others: Path, version: str) -> Path:
    """A copy of `package`, and of the folders beside it that it needs, readable by everyone."""
    home = _own_folder(f"{package.resolve()} {version}")
    copies = home / "copies"
    if not copies.exists():
        unfinished = Path(tempfile.mkdtemp(dir=home))
        for source in (package, *others):
            if source.is_dir():
                shutil.copytree(source, unfinished / source.name)
        for path in [unfinished, *unfinished.rglob("*")]:
            is_program = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (0o555 if is_program else 0o444))
        try:
            unfinished.rename(copies)
        except OSError:  # another process was quicker
            shutil.rmtree(unfinished)
    return copies / package.name


def _own_folder(key: str) -> Path:
    name = hashlib.sha256(key.encode()).hexdigest()[:12]
    folder = OPEN_TO_ALL / f"parvis-{name}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise SystemExit(f"{folder} belongs to somebody else: remove it, then start again.")
    folder.chmod(0o755)
    return folder
