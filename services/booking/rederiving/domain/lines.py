"""Which bookings move in one transaction, and which of them before which.

One rule: whoever could move if all moved at once, does. Those that touch each other (one wants
what another holds, or wants too) are of one batch; where they are too many for that, as in a room
that is booked around the clock, those go first that are in the way of the others.

Only a knot (those that want each other's places, in a ring) cannot be taken apart like that. One
of more than a batch is cut all the same: nobody is to wait for a room while thousands are moved.
Who then finds its place not left yet stays at its instant, and says so, as anybody does.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from uuid import UUID

from services.booking.rederiving.domain.shifts import Shift

BATCH = 100
"""Bookings that move in one transaction at most."""

Stretch = tuple[datetime, datetime, UUID]
"""From when to when a booking holds or wants a space."""


def lines(shifts: Sequence[Shift], *, at_most: int = BATCH) -> Iterator[list[list[Shift]]]:
    """Batches that are to be moved one after the other. What is in other lines may go before or
    after; a line is of one set of spaces, so whoever waits for those waits with one line.
    """
    by_spaces: dict[frozenset[UUID], list[list[Shift]]] = defaultdict(list)
    for group in _groups(shifts):
        spaces = frozenset(held.space_id for shift in group for held in shift.held)
        by_spaces[spaces] += [group] if len(group) <= at_most else _in_order(group)
    for parts in by_spaces.values():
        yield list(_packed(parts, at_most=at_most))


@dataclass
class _Together:
    """Bookings, joined step by step."""

    _next: dict[UUID, UUID] = field(default_factory=dict)

    def leader(self, one: UUID) -> UUID:
        """The same for all that are joined."""
        while (following := self._next.setdefault(one, one)) != one:
            self._next[one] = self._next[following]
            one = following
        return one

    def join(self, ones: Iterable[UUID]) -> None:
        first, *others = ones
        for other in others:
            self._next[self.leader(other)] = self.leader(first)

    def join_those_that_meet(self, stretches: Iterable[Stretch]) -> None:
        """All of one space."""
        until, last = None, None
        for starts, ends, one in sorted(stretches):
            if until is not None and last is not None and starts < until:
                self.join((last, one))
            until, last = ends if until is None else max(until, ends), one

    def sorted_out(self, shifts: Sequence[Shift]) -> dict[UUID, list[Shift]]:
        """By their leaders."""
        found: dict[UUID, list[Shift]] = defaultdict(list)
        for shift in shifts:
            found[self.leader(shift.booking_id)].append(shift)
        return found


def _groups(shifts: Sequence[Shift]) -> list[list[Shift]]:
    """Those that touch each other, directly or by others between them."""
    together, held, wanted = _Together(), _held(shifts), _wanted(shifts)
    for space_id in held:
        together.join_those_that_meet(held[space_id] + wanted[space_id])
    return list(together.sorted_out(shifts).values())


def _in_order(group: Sequence[Shift]) -> list[list[Shift]]:
    """Knots, mostly of one: first those that want what none of the others holds, and so on."""
    waits_for, knots = _waits_for(group), _Together()
    for stretches in _wanted(group).values():
        knots.join_those_that_meet(stretches)
    while True:
        graph: dict[UUID, set[UUID]] = {knots.leader(one): set() for one in waits_for}
        for one, others in waits_for.items():
            graph[knots.leader(one)] |= {knots.leader(other) for other in others}
        for knot, others in graph.items():
            others.discard(knot)
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as ring:
            knots.join(ring.args[1])
        else:
            members = knots.sorted_out(group)
            return [members[knot] for knot in order]


def _waits_for(group: Sequence[Shift]) -> Mapping[UUID, set[UUID]]:
    """Who of them holds what each wants."""
    found: dict[UUID, set[UUID]] = {shift.booking_id: set() for shift in group}
    held = {space_id: sorted(stretches) for space_id, stretches in _held(group).items()}
    for space_id, stretches in _wanted(group).items():
        there = held[space_id]
        for starts, ends, one in stretches:
            nth = bisect_right(there, starts, key=lambda stretch: stretch[1])
            while nth < len(there) and there[nth][0] < ends:
                found[one].add(there[nth][2])
                nth += 1
    return found


def _held(shifts: Iterable[Shift]) -> dict[UUID, list[Stretch]]:
    """Of each space; no two of them overlap."""
    found: dict[UUID, list[Stretch]] = defaultdict(list)
    for shift in shifts:
        for each in shift.held:
            found[each.space_id].append(
                (each.during.starts_at, each.during.ends_at, shift.booking_id)
            )
    return found


def _wanted(shifts: Iterable[Shift]) -> dict[UUID, list[Stretch]]:
    found: dict[UUID, list[Stretch]] = defaultdict(list)
    for shift in shifts:
        for each in shift.wanted:
            for space_id in each.space_ids:
                found[space_id].append(
                    (each.during.starts_at, each.during.ends_at, shift.booking_id)
                )
    return found


def _packed(parts: Iterable[Sequence[Shift]], *, at_most: int) -> Iterator[list[Shift]]:
    batch: list[Shift] = []
    for part in parts:
        for begins in range(0, len(part), at_most):
            piece = part[begins : begins + at_most]
            if len(batch) + len(piece) > at_most:
                yield batch
                batch = []
            batch = [*batch, *piece]
    if batch:
        yield batch
