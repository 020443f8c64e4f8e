"""Yesterday's rules of a zone, to make with them what today's rules then meet.

By the old rules Casablanca is at UTC+1 in April of 2027, by the new ones at UTC+0: ten on the wall
there was nine UTC, and is ten.
"""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.clock import prepare_zones, zone

CASABLANCA = "Africa/Casablanca"
OLD_RULES = Path(__file__).with_name("zones").resolve()


@contextmanager
def old_rules() -> Iterator[None]:
    """Casablanca as tzdata 2025b has it."""
    _forget_zones(OLD_RULES)
    try:
        yield
    finally:
        prepare_zones()


def _forget_zones(*folders: Path) -> None:
    zoneinfo.reset_tzpath([str(folder) for folder in folders])
    zoneinfo.ZoneInfo.clear_cache()
    zone.cache_clear()
