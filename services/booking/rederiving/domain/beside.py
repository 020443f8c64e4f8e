"""What closures and wishes mean now: they keep their wall times, as bookings do."""

from datetime import datetime

from services.booking.rooms.domain import Closure
from services.booking.waiting.domain import Waiting
from services.booking.window import LONGEST
from shared.clock import span_kept

Span = tuple[datetime, datetime]


def closure_meant(closure: Closure, *, at: datetime) -> Span:
    """What has begun has begun; its end follows the wall all the same."""
    kept, walls = (closure.starts_at, closure.ends_at), (closure.starts_wall, closure.ends_wall)
    starts_at, ends_at = span_kept(kept, walls, timezone=closure.timezone)
    if closure.starts_at <= at:
        return closure.starts_at, max(ends_at, at)
    return starts_at, ends_at


def wish_meant(waiting: Waiting) -> Span:
    """A wish of before its wall time was kept stays at its instant."""
    kept = (waiting.starts_at, waiting.ends_at)
    if waiting.starts_wall is None or waiting.ends_wall is None:
        return kept
    walls = (waiting.starts_wall, waiting.ends_wall)
    return span_kept(kept, walls, timezone=waiting.timezone, at_most=LONGEST)
