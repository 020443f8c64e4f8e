"""requirements.lock: the same everywhere, and nothing of this machine in it."""

import re
import tomllib
from typing import Any

from deploy.lock import LOCK, ROOT, pins

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_lock_names_no_address_and_no_path() -> None:
    for number, line in enumerate(LOCK.read_text().splitlines(), start=1):
        assert not re.search(r"://|^\s*-(?!-hash)|--(?!hash)|@|(^|[\s=])[/~]", line), number


def test_every_requirement_is_exact_and_has_hashes() -> None:
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", LOCK.read_text())[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block
        assert "--hash=sha256:" in block, block


def test_the_lock_holds_what_every_extra_asks_for() -> None:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(name for extra in extras for name in extra)]
    locked = {pin.split("==")[0] for pin in pins(LOCK.read_text())}
    names = {re.split(r"[<>=;\[ ]", requirement)[0].lower() for requirement in asked}
    assert names <= locked


def test_pins_are_read_with_their_markers() -> None:
    lock = (
        "# made by\nuvloop==0.23.0 ; sys_platform != 'win32' \\\n    --hash=sha256:00\nidna==3.1 \\"
    )
    assert pins(lock) == {"uvloop==0.23.0 ; sys_platform != 'win32'", "idna==3.1"}
