"""Keys in files: what must stay secret lies in `PARVIS_KEYS_DIR`, readable by the service alone.

One rule: a key is made once, before anything serves; replicas share the directory (or the mounted
secret).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class NoKey(SystemExit):
    """The key file {path} is missing; `migrate` makes it where the directory can be written."""

    def __init__(self, path: Path) -> None:
        super().__init__((self.__doc__ or "").format(path=path))


def read_key(directory: Path, name: str) -> bytes:
    """The 32 bytes of `<name>.key`. Ends the start with one sentence where there is none."""
    path = directory / f"{name}.key"
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (FileNotFoundError, NotADirectoryError):
        raise NoKey(path) from None
    except OSError as error:
        raise SystemExit(f"The key file {path} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise SystemExit(f"The key file {path} does not hold hexadecimal digits.") from None
    if len(key) < KEY_BYTES:
        raise SystemExit(f"The key file {path} holds less than {KEY_BYTES} bytes.")
    return key


def make_key(directory: Path, name: str) -> None:
    """Makes `<name>.key` (mode 0600) unless there is one; two makers at once end with one key.

    Ends with one sentence where the directory cannot be written.
    """
    path = directory / f"{name}.key"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
    except OSError as error:
        raise SystemExit(f"The key file {path} cannot be made ({error.strerror}).") from None


def _make(path: Path) -> None:
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
