"""A key in a Secret is replaced in steps, against a kubectl that keeps one."""

import json
import os
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from deploy.manifests.rendering import K8S
from shared.keys import make_key, read_keys
from tests.support.signals import not_deaf

KUBECTL = """#!/usr/bin/env python3
import json, os, pathlib, sys
kept = pathlib.Path(os.environ["SECRET"])
assert sys.argv[sys.argv.index("secret") + 1] == "visitors-keys"
data = json.loads(kept.read_text())
if "get" in sys.argv:
    path = sys.argv[-1].removeprefix("jsonpath={.data.").removesuffix("}").replace("\\\\.", ".")
    print(data.get(path, ""), end="")
else:
    data |= json.loads(pathlib.Path(sys.argv[-1]).read_text())["data"]
    kept.write_text(json.dumps({name: value for name, value in data.items() if value}))
"""


class Secret:
    """The Secret of visitors, which holds one key to begin with."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._kept = folder, folder / "secret.json"
        (folder / "kubectl").write_text(KUBECTL)
        (folder / "kubectl").chmod(0o755)
        make_key(folder, "link")
        text = (folder / "link.key").read_bytes()
        self._kept.write_text(json.dumps({"link.key": b64encode(text).decode()}))

    def broken_off(self) -> list[Path]:
        """What is left where it wrote, when it is broken off as the Secret is changed."""
        (self._folder / "tmp").mkdir()
        kubectl = (self._folder / "kubectl").read_text()
        killed = kubectl.replace("else:\n", "else:\n    os.killpg(0, 2)\n")
        (self._folder / "kubectl").write_text(killed)
        done = subprocess.run(
            ["sh", str(K8S / "rotate-key.sh"), "visitors", "link", "add"],
            check=False,
            capture_output=True,
            env={
                **os.environ,
                "PATH": f"{self._folder}:{os.environ['PATH']}",
                "SECRET": str(self._kept),
                "TMPDIR": str(self._folder / "tmp"),
            },
            preexec_fn=not_deaf,
            start_new_session=True,
        )
        assert done.returncode != 0
        return list((self._folder / "tmp").iterdir())

    def step(self, step: str, key: str = "link") -> str:
        """Comes back with why not, or nothing."""
        path = f"{self._folder}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", str(K8S / "rotate-key.sh"), "visitors", key, step],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path, "SECRET": str(self._kept)},
        )
        assert (done.returncode == 0) == (done.stderr == ""), done.stderr
        return done.stderr.strip()

    @property
    def keys(self) -> list[bytes]:
        """As a pod reads them."""
        data = json.loads(self._kept.read_text())["link.key"]
        (self._folder / "link.key").write_bytes(b64decode(data))
        return list(read_keys(self._folder, "link"))


@pytest.fixture
def secret(tmp_path: Path) -> Secret:
    return Secret(tmp_path)


def test_a_new_key_is_believed_before_it_is_used_and_the_old_one_goes_last(secret: Secret) -> None:
    (old,) = secret.keys
    assert secret.step("add") == ""
    first, new = secret.keys
    assert (first, new != old) == (old, True)
    assert secret.step("use") == ""
    assert secret.keys == [new, old]
    assert [secret.step(each) for each in ("add", "use")] == ["", ""]
    assert secret.keys[1:] == [new, old]
    newest = secret.keys[0]
    assert secret.step("drop") == ""
    assert secret.keys == [newest]


def test_steps_out_of_order_change_nothing(secret: Secret) -> None:
    keys = secret.keys
    assert secret.step("use") == "no key was added: add one first"
    assert secret.step("hurry") == "add, use or drop?"
    assert secret.step("add", key="nix") == "secret visitors-keys holds no nix.key"
    assert secret.keys == keys
    assert secret.step("add") == ""
    keys = secret.keys
    assert secret.step("add") == "a key was added already: use it"
    assert secret.step("drop") == "a key was added and is not in use: use it first"
    assert secret.keys == keys
    assert secret.step("use") == ""
    keys = secret.keys
    assert secret.step("use") == "no key was added: add one first"
    assert secret.keys == keys


def test_who_breaks_it_off_leaves_no_key_behind(secret: Secret) -> None:
    keys = secret.keys
    assert secret.broken_off() == []
    assert secret.keys == keys
