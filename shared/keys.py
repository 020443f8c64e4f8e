"""Keys in files: what must stay secret lies in `PARVIS_KEYS_DIR`, readable by the service alone.

One rule: a file holds one key a line, the newest first. The first one signs, seals and derives;
what any of them made is believed. So a key is replaced while all goes on: a new first line is put
in, and the old ones go when nothing of theirs is left. Replicas share the directory (or the mounted
secret).
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

KEY_BYTES = 32
Keys = tuple[bytes, ...]
"""The keys of a file, the newest first; never none."""
_Mark = tuple[int, int, int]


class NoKey(SystemExit):
    """The key file {path} is missing; `migrate` makes it where the directory can be written."""

    def __init__(self, path: Path) -> None:
        super().__init__((self.__doc__ or "").format(path=path))


class KeyFile:
    """The keys of `<name>.key` as they are at this moment: a changed file is read anew when a key
    is needed. To ask takes 2 µs. What cannot be read any more leaves the keys known before.
    """

    def __init__(self, directory: Path, name: str) -> None:
        """Ends the start with one sentence where the file is missing or wrong."""
        self._path = _path(directory, name)
        self._keys, self._mark = _read(self._path)

    @property
    def keys(self) -> Keys:
        try:
            mark = _mark(self._path.stat())
        except OSError:
            return self._keys
        if mark != self._mark:
            self._read_anew(mark)
        return self._keys

    @property
    def newest(self) -> bytes:
        return self.keys[0]

    def _read_anew(self, mark: _Mark) -> None:
        self._mark = mark  # what is wrong is told once, not at each use
        try:
            self._keys, self._mark = _read(self._path)
        except SystemExit:
            log.error("keys.not_read", what=self._path.stem)
        else:
            log.info("keys.read_anew", what=self._path.stem, number=len(self._keys))


def read_keys(directory: Path, name: str) -> Keys:
    """Those of `<name>.key`. Ends the start with one sentence where there is none."""
    return _read(_path(directory, name))[0]


def make_key(directory: Path, name: str) -> None:
    """Makes `<name>.key` (mode 0600) unless there is one; two makers at once end with one key.

    Ends with one sentence where the directory cannot be written.
    """
    path = _path(directory, name)
    with _told_of(path):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)


def rotate_key(directory: Path, name: str) -> Keys:
    """Puts a new first line into `<name>.key`; all keys afterwards. Of two makers at once each adds
    a line, and whoever reads meanwhile reads the file as it was or as it is.

    Ends with one sentence where there is no such file or it cannot be written.
    """
    path = _path(directory, name).resolve()
    with _told_of(path), _alone_in(path.parent):
        before, _ = _read(path)
        return _replace(path, (secrets.token_bytes(KEY_BYTES), *before))


def drop_old_keys(directory: Path, name: str) -> int:
    """Leaves the first line alone; how many went. Ends like `rotate_key`."""
    path = _path(directory, name).resolve()
    with _told_of(path), _alone_in(path.parent):
        newest, *old = _read(path)[0]
        if old:
            _replace(path, (newest,))
        return len(old)


def _path(directory: Path, name: str) -> Path:
    return directory / f"{name}.key"


def _read(path: Path) -> tuple[Keys, _Mark]:
    try:
        with path.open() as file:
            mark = _mark(os.fstat(file.fileno()))
            keys = tuple(bytes.fromhex(line) for line in file if line.strip())
    except (FileNotFoundError, NotADirectoryError):
        raise NoKey(path) from None
    except OSError as error:
        raise SystemExit(f"The key file {path} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise SystemExit(f"The key file {path} does not hold hexadecimal digits.") from None
    if not keys or min(map(len, keys)) < KEY_BYTES:
        raise SystemExit(f"The key file {path} holds a key of less than {KEY_BYTES} bytes.")
    return keys, mark


def _mark(found: os.stat_result) -> _Mark:
    return found.st_ino, found.st_ctime_ns, found.st_size


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SystemExit(f"The key file {path} cannot be made ({error.strerror}).") from None


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Nobody else changes keys there meanwhile."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, keys: Keys) -> Keys:
    """At once, and for those who could read it before and nobody else."""
    before = path.stat()
    draft = _drafted(path, keys)
    try:
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(draft, before.st_uid, before.st_gid)
        draft.chmod(stat.S_IMODE(before.st_mode) & 0o640)
        draft.replace(path)
    except OSError:
        draft.unlink()
        raise
    return keys


def _make(path: Path) -> None:
    draft = _drafted(path, [secrets.token_bytes(KEY_BYTES)])
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _drafted(path: Path, keys: Sequence[bytes]) -> Path:
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(key.hex() for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return draft
