"""What an overlay comes to: all its resources, as kubectl would apply them."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
Resources = Sequence[Json]

K8S = Path(__file__).resolve().parent.parent / "k8s"
OVERLAYS = ("single-node", "production")


class DoesNotRender(Exception):
    """kubectl says why."""


def rendered(folder: Path) -> list[Json]:
    """The resources of an overlay. Offline; kubectl is that of the lock, never the machine's."""
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run(
        [str(kubectl), "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DoesNotRender(done.stderr.strip())
    return read(done.stdout)


@cache
def overlay(name: str) -> tuple[Json, ...]:
    """The resources of one of `OVERLAYS`; not to be changed by whoever reads them."""
    return tuple(rendered(K8S / "overlays" / name))


def read(text: str) -> list[Json]:
    """YAML documents as resources."""
    return [each for each in yaml.safe_load_all(text) if each]


def written(resources: Iterator[Json], *, by: str) -> str:
    """Resources as a file, with a line that says where they come from."""
    return f"# Written by `python -m deploy.manifests write` from {by}.\n" + yaml.dump_all(
        resources, Dumper=_Dumper, sort_keys=False, width=120
    )


class _Dumper(yaml.SafeDumper):
    """Text of many lines stays text of many lines."""


def _as_it_is(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


_Dumper.add_representer(str, _as_it_is)


def named(resource: Json) -> str:
    """How a complaint names it."""
    return f"{resource['kind']} {resource['metadata']['name']}"


def of_kind(resources: Resources, *kinds: str) -> Iterator[Json]:
    """Those of these kinds."""
    return (each for each in resources if each["kind"] in kinds)


def pods(resources: Resources) -> Iterator[tuple[Json, Json]]:
    """(resource, pod template) for everything of ours that runs."""
    for each in of_kind(resources, "Deployment", "Job"):
        yield each, each["spec"]["template"]
