"""The stack's containers, by the names of their services."""

import subprocess

PROJECT = "parvis-tried"
IMAGES = f"localhost/{PROJECT}-"


def process_of(service: str) -> int:
    """The first process of its container, as this machine numbers it."""
    return int(_inspected(service, "{{.State.Pid}}"))


def address_of(service: str) -> str:
    """Where this machine reaches it."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    return _inspected(service, form).split()[0]


def _inspected(service: str, form: str) -> str:
    return podman("inspect", "--format", form, container_of(service))


def container_of(service: str) -> str:
    labels = {"project": PROJECT, "service": service}
    wanted = [f"--filter=label=com.docker.compose.{name}={text}" for name, text in labels.items()]
    return podman("ps", "-q", *wanted)


def podman(*arguments: str) -> str:
    """What podman answers; raises where it fails."""
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
