"""What the wall times of a visit mean by today's rules of its zone, and who moves with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.clock import span_kept

BATCH = 100
"""Visits that move in one transaction at most; those of a series move together."""


@dataclass(frozen=True)
class Kept:
    """When a visit is, by the wall and as the instants that this meant once."""

    visit_id: UUID
    series_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    starts_wall: datetime
    ends_wall: datetime
    timezone: str

    def meant(self) -> tuple[datetime, datetime]:
        """The instants that it means now."""
        kept, walls = (self.starts_at, self.ends_at), (self.starts_wall, self.ends_wall)
        return span_kept(kept, walls, timezone=self.timezone)

    @property
    def is_to_move(self) -> bool:
        return self.meant() != (self.starts_at, self.ends_at)


def together(
    moving: Sequence[Kept], *, most: int = BATCH
) -> Iterator[tuple[UUID | None, list[UUID]]]:
    """Those that move in one transaction, and the series whose they are; of others not more than
    `most`.
    """
    of_series: dict[UUID, list[UUID]] = {}
    alone: list[UUID] = []
    for each in moving:
        if each.series_id is None:
            alone.append(each.visit_id)
        else:
            of_series.setdefault(each.series_id, []).append(each.visit_id)
    yield from of_series.items()
    for begins in range(0, len(alone), most):
        yield None, alone[begins : begins + most]
