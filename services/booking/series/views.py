"""What people are shown of a series and of its bookings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.domain import Booking, Standing
from services.booking.links import link_of_booking, link_of_series
from services.booking.series.domain import Conflict, Occurrence, Series
from services.booking.turns import in_turns
from shared.clock import local
from shared.identity.listed import Person
from shared.web import ShownWallTime
from shared.web.problems import Problem


class SeriesView(BaseModel):
    """A series: how it recurs, and what its bookings have in common."""

    series_id: UUID
    link: str
    organiser_id: UUID
    room_id: UUID
    timezone: str
    starts_wall: ShownWallTime
    minutes: int
    """How long each is by the wall."""
    rrule: str | None
    rdates: list[datetime]
    exdates: list[datetime]
    recurs_from: datetime | None
    """Of what the rule makes, only what starts then or later is of this series."""
    recurs_before: datetime | None
    """Only what starts before; from then on it was called off, or is a series of its own."""
    split_from: UUID | None
    title: str | None
    """Null too where it `is_private` and not yours."""
    is_private: bool
    people: int | None
    """How many were said to come each time; null: as many as are named."""
    is_mine: bool
    version: int


class OccurrenceView(BaseModel):
    """A booking of a series, in short; its `recurrence_wall` names it within the series."""

    booking_id: UUID
    link: str
    recurrence_wall: ShownWallTime | None
    status: Standing
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str
    follows_series: bool
    """Whether it is when and where its series has it: false once it was moved by itself."""
    version: int


class ConflictView(BaseModel):
    """A booking of a series that cannot be had, and the code of the refusal that says why."""

    recurrence_wall: ShownWallTime
    starts_at: datetime
    ends_at: datetime
    code: str


class MadeView(BaseModel):
    """A series that stands, its bookings, and what was left out."""

    series: SeriesView
    occurrences: list[OccurrenceView]
    skipped: list[ConflictView]


class DecidedView(MadeView):
    """What was decided of a series now; `skipped` cannot be had by now, and stays as it was."""


class PreviewedView(BaseModel):
    """One booking as it would be."""

    recurrence_wall: ShownWallTime
    starts_at: datetime
    ends_at: datetime


class PreviewView(BaseModel):
    """What would come of a series at this moment."""

    occurrences: list[PreviewedView]
    conflicts: list[ConflictView]


class SeriesProblem(Problem):
    """Of `series_conflicts`: each booking that cannot be had, by start."""

    model_config = ConfigDict(extra="allow")

    conflicts: list[ConflictView] | None = None


def series_view(session: AsyncSession, series: Series, *, viewer: Person) -> SeriesView:
    is_mine = series.organiser_id == viewer.person_id
    return SeriesView(
        series_id=series.id,
        link=link_of_series(session, series.id),
        organiser_id=series.organiser_id,
        room_id=series.room_id,
        timezone=series.timezone,
        starts_wall=series.starts_wall,
        minutes=series.minutes,
        rrule=series.rule,
        rdates=[datetime.fromisoformat(wall) for wall in series.dates],
        exdates=[datetime.fromisoformat(wall) for wall in series.but_not],
        recurs_from=series.recurs_from,
        recurs_before=series.recurs_before,
        split_from=series.split_from,
        title=series.title if is_mine or not series.is_private else None,
        is_private=series.is_private,
        people=series.people,
        is_mine=is_mine,
        version=series.version,
    )


def occurrence_view(
    session: AsyncSession, booking: Booking, *, of: Series, at: datetime
) -> OccurrenceView:
    return OccurrenceView(
        booking_id=booking.id,
        link=link_of_booking(session, booking.id),
        recurrence_wall=booking.recurrence_wall,
        status=booking.status_at(at),
        room_id=booking.room_id,
        starts_at=local(booking.starts_at, timezone=booking.timezone),
        ends_at=local(booking.ends_at, timezone=booking.timezone),
        starts_wall=booking.starts_wall,
        ends_wall=booking.ends_wall,
        timezone=booking.timezone,
        follows_series=of.has_time_of(booking) and of.room_id == booking.room_id,
        version=booking.version,
    )


async def occurrence_views(
    session: AsyncSession, bookings: Sequence[Booking], *, of: Series, at: datetime
) -> list[OccurrenceView]:
    """Of many, in their order."""
    return [
        occurrence_view(session, booking, of=of, at=at)
        async for some in in_turns(bookings)
        for booking in some
    ]


def conflict_views(conflicts: Sequence[Conflict]) -> list[ConflictView]:
    return [ConflictView.model_validate(each.told()) for each in conflicts]


def previewed(occurrences: Sequence[Occurrence], *, timezone: str) -> list[PreviewedView]:
    return [
        PreviewedView(
            recurrence_wall=each.recurrence_wall,
            starts_at=local(each.window.starts_at, timezone=timezone),
            ends_at=local(each.window.ends_at, timezone=timezone),
        )
        for each in occurrences
    ]
