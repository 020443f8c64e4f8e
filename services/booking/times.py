"""How payloads show a stretch of time: by the instant, and by the clock on the wall."""

from datetime import datetime

from pydantic import BaseModel

from shared.clock import local, wall_time
from shared.web import ShownWallTime


class Times(BaseModel):
    """From and until: as instants with the offset in force there, and as the wall clock shows."""

    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime


def times(stretch: tuple[datetime, datetime], *, timezone: str) -> Times:
    starts_at, ends_at = stretch
    return Times(
        starts_at=local(starts_at, timezone=timezone),
        ends_at=local(ends_at, timezone=timezone),
        starts_wall=wall_time(starts_at, timezone=timezone),
        ends_wall=wall_time(ends_at, timezone=timezone),
    )
