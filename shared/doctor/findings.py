"""What was found, and how it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from shared.settings import ServiceSettings

State = Literal["ok", "warn", "fail"]
S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `warn`: it works, but somebody should know."""

    state: State
    about: str
    says: str
    """What is; then, where it is not well, what to do."""

    def __str__(self) -> str:
        return f"{self.state:5} {self.about:12} {' '.join(self.says.split())}"


Look = Callable[[S], AsyncIterator[Finding]]
"""What one service looks at beside what all do."""


def ok(about: str, says: str) -> Finding:
    return Finding("ok", about, says)


def warn(about: str, says: str) -> Finding:
    return Finding("warn", about, says)


def fail(about: str, says: str) -> Finding:
    return Finding("fail", about, says)
