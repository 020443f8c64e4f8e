"""Where files may lie so that another system user can reach them.

Rule: nobody's folders are opened; what cannot be reached is put elsewhere instead.
"""

import hashlib
import os
import pwd
import shutil
from pathlib import Path

SHARED_PLACE = Path("/var/tmp")  # noqa: S108 - made below with an owner check


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
    """`wanted`, or for root a folder of its own in /var/tmp when `user` cannot reach `wanted`."""
    wanted.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or is_reachable_by(wanted, user=user):
        return wanted
    name = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    home = SHARED_PLACE / f"parvis-{name}"
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{home} belongs to somebody else: remove it, then start again.")
    home.chmod(0o755)
    return home


def copied_where_all_can_read(target: Path, package: Path, *others: Path) -> Path:
    """A readable copy of `package` (and the folders beside it that it needs) under `target`."""
    copy = target / package.name
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        for source in (package, *others):
            if source.is_dir():
                shutil.copytree(source, target / source.name)
        for path in [target, *target.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            if path.parent.name == "bin":
                path.chmod(0o755)
        (target / "complete").touch()
    return copy
