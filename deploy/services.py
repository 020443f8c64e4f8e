"""The three services by name: what the ways to run them start from."""

from importlib import import_module
from typing import Any

from shared.messaging.topology import SERVICES
from shared.service import Service


def service(name: str) -> Service[Any]:
    """The parts of a service; imported only when asked for, so that a stray import shows."""
    found: Service[Any] = import_module(f"services.{name}.service").SERVICE
    return found


def all_services() -> list[Service[Any]]:
    """All three."""
    return [service(name) for name in SERVICES]
