"""The scripts that operators run, against a kubectl that writes down what it is asked."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from deploy.broker import VHOST
from deploy.manifests.rendering import K8S
from deploy.manifests.secrets import made_by_script
from deploy.manifests.topology import CLUSTER
from shared.keys import KEY_BYTES, read_keys

KUBECTL = """#!/usr/bin/env python3
import json, os, pathlib, shutil, sys
log = pathlib.Path(os.environ["LOG"])
with log.open("a") as file: print(json.dumps(sys.argv[1:]), file=file)
for each in sys.argv:
    if each.startswith("--from-file="):
        name = sys.argv[sys.argv.index("generic") + 1]
        shutil.copytree(each.partition("=")[2], log.parent / name)
    if each == "--patch-file":
        shutil.copy(sys.argv[-1], log.parent / "patch")
there = os.environ.get("THERE", "")
if "--output" in sys.argv:
    print(there)
sys.exit("get" in sys.argv and not there)
"""


def asked(tmp_path: Path, script: str, *words: str, there: str = "") -> list[list[str]]:
    """What kubectl is asked, call by call; `there` are the keys that each secret has already."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    subprocess.run(
        ["sh", str(K8S / script), *words],
        check=True,
        capture_output=True,
        env={
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "LOG": str(tmp_path / "log"),
            "THERE": there,
        },
    )
    return [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]


def test_the_script_makes_what_the_check_takes_for_made(tmp_path: Path) -> None:
    calls = asked(tmp_path, "secrets.sh")
    made = [call[call.index("generic") + 1] for call in calls if "generic" in call]
    assert {
        name: {file.name for file in (tmp_path / name).iterdir()} for name in made
    } == made_by_script()
    read_keys(tmp_path / "access-keys", "pin")
    address = (tmp_path / "booking-broker" / "url").read_text()
    password = (tmp_path / "booking-broker" / "password").read_text()
    assert address == f"amqp://booking:{password}@{CLUSTER}:5672/{VHOST}"


def test_a_key_that_a_release_wants_is_added_and_no_other_touched(tmp_path: Path) -> None:
    calls = asked(tmp_path, "secrets.sh", there="pin.key pass.key link.key offers.key ")
    changed = [call for call in calls if "get" not in call]
    assert [call[call.index("secret") + 1] for call in changed] == ["visitors-keys"]
    (name, value) = json.loads((tmp_path / "patch").read_text())["stringData"].popitem()
    assert name == "seal.key"
    assert len(bytes.fromhex(value)) == KEY_BYTES


@pytest.mark.parametrize("service", ["access", "visitors", "booking"])
def test_a_service_is_migrated_before_its_processes_are_replaced(
    tmp_path: Path, service: str
) -> None:
    calls = [" ".join(call) for call in asked(tmp_path, "roll.sh", "overlay", service)]
    order = (
        "in (place,network,topology)",
        "delete job",
        "component=migrate",
        "wait",
        f"in ({service})",
        "worker",
        "api",
    )
    assert len(calls) == len(order)
    assert all(word in call for word, call in zip(order, calls, strict=True))
    assert all(service in call for call in calls[1:])
