"""Yesterday's rules of a zone, to make with them what today's rules then meet.

By the old rules Casablanca is at UTC+1 in April of 2027, by the new ones at UTC+0: ten on the wall
there was nine UTC, and is ten.
"""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from shared.clock import instant_meant, prepare_zones, zone

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


def a_day_that_differs(*, after: datetime) -> datetime:
    """Nine o'clock of a day for which the old rules say another instant than the new ones: a
    process goes by the clock of the machine.
    """
    wall = datetime(after.year, after.month, after.day, 9) + timedelta(days=7)
    while True:
        with old_rules():
            before = instant_meant(wall, timezone=CASABLANCA)
        if before != instant_meant(wall, timezone=CASABLANCA):
            return before
        wall += timedelta(days=1)


def _forget_zones(*folders: Path) -> None:
    zoneinfo.reset_tzpath([str(folder) for folder in folders])
    zoneinfo.ZoneInfo.clear_cache()
    zone.cache_clear()
