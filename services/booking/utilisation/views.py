"""What is shown of a line: as JSON, and as the cells of a sheet."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.booking.rooms.domain import BookableRoom
from services.booking.utilisation.report import By, Line
from shared.events.premises import Names
from shared.web import ShownWallTime

_ONE_HOUR = timedelta(hours=1)


class Utilised(BaseModel):
    """How much was booked and used, within the month."""

    bookings: int
    """That start in it, and were not cancelled."""
    booked_hours: float
    used_hours: float
    """Of the bookings that somebody checked in to; of one that goes on, until now."""
    no_shows: int
    """Given back since nobody came, or over without that anybody checked in."""
    ended_early: int
    open_hours: float
    booked_share: float | None = Field(examples=[0.42])
    """Of the open hours; null where there were none."""
    used_share: float | None


class RoomUse(Utilised):
    room_id: UUID
    code: str
    names: Names


class TenantUse(Utilised):
    """Measured against the hours of all rooms."""

    tenant_id: UUID
    name: str


class HourUse(Utilised):
    """An hour of the day, over all days of the month, by the park's clock."""

    hour: int = Field(ge=0, le=23)


class Utilisation(BaseModel):
    """A month of the park's rooms, or of what one tenant makes of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "month": "2026-11",
                "by": "hour",
                "timezone": "Africa/Casablanca",
                "starts_at": "2026-11-01T00:00:00Z",
                "ends_at": "2026-12-01T00:00:00Z",
                "starts_wall": "2026-11-01T00:00:00",
                "ends_wall": "2026-12-01T00:00:00",
                "items": [
                    {
                        "bookings": 118,
                        "booked_hours": 141.5,
                        "used_hours": 120.25,
                        "no_shows": 9,
                        "ended_early": 4,
                        "open_hours": 420.0,
                        "booked_share": 0.337,
                        "used_share": 0.286,
                        "hour": 9,
                    }
                ],
                "next": None,
            }
        }
    )

    month: str
    by: By
    timezone: str
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    items: list[RoomUse | TenantUse | HourUse]
    next: str | None


def line_view(line: Line) -> RoomUse | TenantUse | HourUse:
    shown = utilised(line).model_dump()
    if isinstance(line.of, BookableRoom):
        room = line.of
        return RoomUse(**shown, room_id=room.room_id, code=room.code, names=room.names)
    if isinstance(line.of, int):
        return HourUse(**shown, hour=line.of)
    return TenantUse(**shown, tenant_id=line.of[0], name=line.of[1])


def utilised(line: Line) -> Utilised:
    use, opened = line.use, line.open
    return Utilised(
        bookings=use.bookings,
        booked_hours=round(use.booked / _ONE_HOUR, 2),
        used_hours=round(use.used / _ONE_HOUR, 2),
        no_shows=use.no_shows,
        ended_early=use.ended_early,
        open_hours=round(opened / _ONE_HOUR, 2),
        booked_share=round(use.booked / opened, 3) if opened else None,
        used_share=round(use.used / opened, 3) if opened else None,
    )


def name_of(line: Line, *, language: str) -> str:
    """What people call it."""
    if isinstance(line.of, BookableRoom):
        return str(getattr(line.of.names, language))
    return f"{line.of:02}:00" if isinstance(line.of, int) else line.of[1]


def code_of(line: Line) -> str:
    """What it is told apart by."""
    if isinstance(line.of, BookableRoom):
        return line.of.code
    return str(line.of if isinstance(line.of, int) else line.of[0])
