"""Figures: `name value unit`, printed as they are found and kept in `.parvis/bench.json`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT_IN = Path(".parvis/bench.json")


@dataclass(frozen=True)
class Figure:
    """One measured number; `unit` is `1` for a ratio."""

    name: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.name} {self.value:.6g} {self.unit}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def spread(name: str, seconds: Sequence[float]) -> list[Figure]:
    """p50, p95 and p99 of durations, in milliseconds."""
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
    return [
        Figure(f"{name}.{tag}", percentile(seconds, share) * 1000, "ms") for share, tag in shares
    ]


def machine() -> dict[str, object]:
    """The shape of the machine that measured."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def keep(found: dict[str, list[Figure]], *, scale: float) -> None:
    """Adds this run's figures to the file, by bench; an older run of the same bench is replaced."""
    kept = json.loads(KEPT_IN.read_text()) if KEPT_IN.exists() else {}
    for bench, figures in found.items():
        kept[bench] = {
            **machine(),
            "scale": scale,
            "figures": [asdict(figure) for figure in figures],
        }
    KEPT_IN.parent.mkdir(exist_ok=True)
    KEPT_IN.write_text(json.dumps(kept, indent=1))
