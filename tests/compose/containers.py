"""The stack's containers, by the names of their services."""

import subprocess


def process_of(service: str) -> int:
    """The first process of its container, as this machine numbers it."""
    return int(_inspected(service, "{{.State.Pid}}"))


def address_of(service: str) -> str:
    """Where this machine reaches it."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    return _inspected(service, form).split()[0]


def _inspected(service: str, form: str) -> str:
    container = podman("ps", "-q", "--filter", f"label=com.docker.compose.service={service}")
    return podman("inspect", "--format", form, container)


def podman(*arguments: str) -> str:
    """What podman answers; raises where it fails."""
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
