"""Replays: reads of the past, judged anew with and without a change that somebody proposes.

Pure rules. One rule: the rights of people, groups and tenants, who is in which group, and the
ceilings are taken as they stand today, since today's is what would be changed; the rights of
bookings as they stood at each read. A read counts as lost or won only where the two answers differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import NamedTuple, TypeAlias
from uuid import UUID

from services.access.ceilings.domain import Ceiling
from services.access.rights.domain import Right, RightHolder
from services.access.rights.effective import Answer, Cap, Caps, Claim, judge
from services.access.terms import IsOpen, named_schedules
from shared.errors import NotFound

MOST_DAYS = 30

DECIDED_BY_RIGHTS = tuple(str(word) for word in Answer)
"""Reads with another reason would have been answered the same, whatever the rights."""


class NoSuchMember(NotFound):
    """There is no such person in this group."""


class Effect(StrEnum):
    """What the change would have done to a read."""

    LOCKED_OUT = "locked_out"
    LET_IN = "let_in"


@dataclass(frozen=True)
class GrantRight:
    right: Right


@dataclass(frozen=True)
class EndRight:
    right_id: UUID


@dataclass(frozen=True)
class SetCeiling:
    ceiling: Ceiling


@dataclass(frozen=True)
class EndCeiling:
    ceiling_id: UUID


@dataclass(frozen=True)
class RemoveMember:
    group_id: UUID
    person_id: UUID


Change: TypeAlias = GrantRight | EndRight | SetCeiling | EndCeiling | RemoveMember


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reads a change can touch: into these zones, by anybody of these."""

    zone_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    tenant_ids: tuple[UUID, ...] = ()

    @property
    def whose(self) -> tuple[tuple[UUID, ...], ...]:
        """People, those of tenants, those of groups."""
        return self.person_ids, self.tenant_ids, self.group_ids

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Scope:
        """All reads that these rights may decide."""
        held = {kind: set[UUID]() for kind in RightHolder}
        zones: set[UUID] = set()
        for claim in claims:
            held[claim.holder_kind].add(claim.holder_id)
            if claim.zone_id is not None:
                zones.add(claim.zone_id)
        return cls(
            tuple(zones),
            person_ids=tuple(held[RightHolder.PERSON]),
            group_ids=tuple(held[RightHolder.GROUP]),
            tenant_ids=tuple(held[RightHolder.TENANT]),
        )


class Read(NamedTuple):
    """A read that rights decided, whatever the answer was."""

    at: datetime
    access_point_id: UUID
    zone_id: UUID
    person_id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class Rules:
    """All rights that may open the zones in question, and what they hang by."""

    claims: Mapping[UUID, tuple[Claim, ...]]
    """By holder."""
    groups: Mapping[UUID, frozenset[UUID]]
    """By person."""
    caps: Caps

    @property
    def schedule_ids(self) -> set[UUID]:
        """Whatever names hours of its own names them here."""
        held = chain.from_iterable(self.claims.values())
        return named_schedules(chain(held, chain.from_iterable(self.caps.values())))

    def grounds(self, read: Read) -> list[tuple[Claim, tuple[Cap, ...]]]:
        """The rights that may let the reader pass there, each with the ceilings over it."""
        holders = (read.person_id, read.tenant_id, *self.groups.get(read.person_id, ()))
        return [
            (claim, claim.caps_among(self.caps))
            for holder_id in holders
            for claim in self.claims.get(holder_id, ())
            if claim.leads_through(read.access_point_id, to_zone_id=read.zone_id)
        ]

    def with_claim(self, claim: Claim) -> Rules:
        held = (*self.claims.get(claim.holder_id, ()), claim)
        return replace(self, claims={**self.claims, claim.holder_id: held})

    def without_right(self, right_id: UUID, *, of: UUID) -> Rules:
        left = tuple(each for each in self.claims.get(of, ()) if each.right_id != right_id)
        return replace(self, claims={**self.claims, of: left})

    def with_cap(self, cap: Cap, *, zone_id: UUID, tenant_id: UUID) -> Rules:
        over = (*self.caps.get((zone_id, tenant_id), ()), cap)
        return replace(self, caps={**self.caps, (zone_id, tenant_id): over})

    def without_cap(self, ceiling_id: UUID) -> Rules:
        left = {
            where: tuple(each for each in over if each.ceiling_id != ceiling_id)
            for where, over in self.caps.items()
        }
        return replace(self, caps=left)

    def without_member(self, group_id: UUID, person_id: UUID) -> Rules:
        left = self.groups.get(person_id, frozenset()) - {group_id}
        return replace(self, groups={**self.groups, person_id: left})


@dataclass(slots=True)
class Seen:
    """How often somebody would have been answered otherwise at one access point, and when."""

    reads: int
    first_at: datetime
    last_at: datetime

    def add(self, at: datetime) -> None:
        self.reads += 1
        self.first_at, self.last_at = min(self.first_at, at), max(self.last_at, at)


_Grounds: TypeAlias = list[tuple[Claim, tuple[Cap, ...]]]


@dataclass(slots=True)
class Replay:
    """Reads, judged one by one with and without the change."""

    before: Rules
    after: Rules
    is_open: IsOpen
    judged: int = 0
    found: dict[tuple[Effect, UUID, UUID], Seen] = field(default_factory=dict)
    """By effect, person and access point."""
    _known: dict[tuple[UUID, UUID], tuple[_Grounds, _Grounds] | None] = field(default_factory=dict)

    def judge(self, read: Read) -> None:
        self.judged += 1
        grounds = self._grounds(read)
        if grounds is None:
            return
        was, would = (self._opens(each, at=read.at) for each in grounds)
        if was == would:
            return
        effect = Effect.LOCKED_OUT if was else Effect.LET_IN
        key = (effect, read.person_id, read.access_point_id)
        seen = self.found.setdefault(key, Seen(0, read.at, read.at))
        seen.add(read.at)

    def _grounds(self, read: Read) -> tuple[_Grounds, _Grounds] | None:
        """None: the change touches nothing of this person's there."""
        key = (read.person_id, read.access_point_id)
        if key not in self._known:
            was, would = self.before.grounds(read), self.after.grounds(read)
            self._known[key] = None if was == would else (was, would)
        return self._known[key]

    def _opens(self, grounds: _Grounds, *, at: datetime) -> bool:
        return any(
            judge(claim, caps, at=at, is_open=self.is_open).counts for claim, caps in grounds
        )
