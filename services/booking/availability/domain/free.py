"""When a room can be had: while it is open, and nobody holds its spaces.

One rule, from which every answer of this slice follows: a booking can be made exactly where its
window lies within one free stretch and begins no earlier than `earliest_start`. The room's own
buffers lie around the window, and may lie outside its hours: so what others hold counts as wider
by them, and a window that meets none of it can be had.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeAlias
from uuid import UUID

from services.booking.rooms.domain import AT_ONCE, BookableRoom, Stretch
from services.booking.window import GRACE

Held: TypeAlias = Mapping[UUID, Sequence[Stretch]]
"""What is held of each space, buffers included, in order."""


def held_of(room: BookableRoom, held: Held) -> list[Stretch]:
    """When any of its spaces is held, in order; of a room of several spaces they may overlap."""
    if len(room.space_ids) == 1:
        return list(held.get(room.space_ids[0], ()))
    return sorted(chain.from_iterable(held.get(space_id, ()) for space_id in room.space_ids))


def barred(room: BookableRoom, held: Held) -> Iterator[Stretch]:
    """What no window of a booking of this room may meet, in order."""
    before, after = room.buffer_before, room.buffer_after
    return ((begins - after, ends + before) for begins, ends in held_of(room, held))


def free_stretches(
    room: BookableRoom, held: Held, *, starts: datetime, ends: datetime
) -> list[Stretch]:
    """When it can be had between two instants, in order. A closure counts, whoever overrides it."""
    return list(_left(room.open_stretches(starts, ends), barred(room, held)))


def earliest_start(room: BookableRoom, *, at: datetime, lead: timedelta = timedelta()) -> datetime:
    """When a booking that is made now may begin; `lead` is what its extras take."""
    notice = max(room.minimum_notice, lead, timedelta() if room.emergency is None else AT_ONCE)
    return at + notice if notice else at - GRACE


def _left(stretches: Iterable[Stretch], taken: Iterator[Stretch]) -> Iterator[Stretch]:
    """What is left of these without the others, which may overlap; one way through both."""
    met = next(taken, None)
    for begins, ends in stretches:
        while met is not None and met[0] < ends:
            if begins < met[0]:
                yield begins, met[0]
            begins = max(begins, met[1])
            if met[1] > ends:
                break  # it reaches into the next stretch
            met = next(taken, None)
        if begins < ends:
            yield begins, ends
