"""What closures and wishes mean now: they keep their wall times, as bookings do."""

from datetime import datetime

from services.booking.rooms.domain import Closure
from services.booking.waiting.domain import Waiting
from services.booking.window import LONGEST
from shared.clock import local, span_meant

Span = tuple[datetime, datetime]


def closure_meant(closure: Closure, *, at: datetime) -> Span:
    """What has begun has begun; its end follows the wall all the same."""
    kept = (closure.starts_at, closure.ends_at)
    starts_at, ends_at = _meant(kept, (closure.starts_wall, closure.ends_wall), closure.timezone)
    if closure.starts_at <= at:
        return closure.starts_at, max(ends_at, at)
    return starts_at, ends_at


def wish_meant(waiting: Waiting) -> Span:
    """A wish of before its wall time was kept stays at its instant."""
    kept = (waiting.starts_at, waiting.ends_at)
    if waiting.starts_wall is None or waiting.ends_wall is None:
        return kept
    starts_at, ends_at = _meant(kept, (waiting.starts_wall, waiting.ends_wall), waiting.timezone)
    return (starts_at, ends_at) if ends_at - starts_at <= LONGEST else kept


def _meant(kept: Span, walls: Span, timezone: str) -> Span:
    folds = (_fold(kept[0], walls[0], timezone), _fold(kept[1], walls[1], timezone))
    return span_meant(*walls, timezone=timezone, folds=folds, else_lasts=kept[1] - kept[0])


def _fold(at: datetime, wall: datetime, timezone: str) -> int:
    """Which of two instants a wall time meant, where the clock shows it twice: that which is kept
    is one of them as long as the rules stand.
    """
    there = local(at, timezone=timezone)
    return there.fold if there.replace(tzinfo=None, fold=0) == wall else 0
