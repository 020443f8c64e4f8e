"""The folder `.parvis`: all that the embedded park keeps. Removing it starts a new park.

Rule: one process at a time; whoever holds the lock may touch what lies here.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class AlreadyRunning(SystemExit):
    """Another process uses this park's folder."""


@dataclass(frozen=True)
class ParkFiles:
    """Where things lie under `.parvis`."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        return self.root / "parvis.log"

    def prepare(self) -> None:
        """Make the folders; keys are nobody else's. One sentence where that cannot be."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.keys.mkdir(mode=0o700, exist_ok=True)
            self.mail.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SystemExit(
                f"The folder {self.root} cannot be used ({error.strerror}): "
                "choose another one with PARVIS_HOME."
            ) from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock while the block lasts; a killed process gives it back by itself."""
        self.prepare()
        with (self.root / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                pid = lock.read().strip() or "unknown"
                raise AlreadyRunning(
                    f"The park in {self.root} already runs (process {pid}): stop it first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def write_private(self, name: str, content: Mapping[str, object]) -> Path:
        """A JSON file in `keys` that only its owner reads."""
        path = self.keys / name
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file, indent=2)
        draft.replace(path)
        return path

    def read_private(self, name: str) -> dict[str, str]:
        """What `write_private` wrote; empty where nothing is."""
        path = self.keys / name
        content: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return content
