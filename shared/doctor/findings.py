"""What was found, and how it is told."""

from __future__ import annotations

import ssl
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


def why_not_trusted(error: BaseException) -> str | None:
    """What is wrong with the certificate of the other side, where that is what is wrong."""
    one: BaseException | None = error
    while one is not None:
        if isinstance(one, ssl.SSLCertVerificationError):
            return (
                f"Its certificate is not accepted ({one.verify_message}): see when it ends, for "
                "which name it is made, and that this machine trusts whoever issued it."
            )
        one = one.__cause__ or one.__context__
    return None


def ok(about: str, says: str) -> Finding:
    return Finding("ok", about, says)


def warn(about: str, says: str) -> Finding:
    return Finding("warn", about, says)


def fail(about: str, says: str) -> Finding:
    return Finding("fail", about, says)
