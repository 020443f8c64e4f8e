"""What a right is worth at an instant: the tenant's word and, on a shared zone, the landlord's.

Pure rules over plain values. One rule: on a shared zone the effective right is the tenant's grant
within the landlord's ceiling on exactly that zone; the landlord's own word needs none. Over several
rights, and over several ceilings, the union counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from services.access.ceilings.domain import Ceiling
from services.access.premises.domain import Zone
from services.access.rights.domain import Right, RightHolder, RightSource
from services.access.terms import IsOpen, Timing, timing


class Standing(StrEnum):
    """Whether a right counts, and if not, why; the further down, the nearer it comes."""

    REFUSED = "refused"
    """What a visit or a booking asked for in vain."""
    OTHER_ZONE = "other_zone"
    """It leads elsewhere."""
    FOREIGN_ZONE = "foreign_zone"
    """The zone is let to another tenant than whose word this is."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    OUTSIDE_CEILING = "outside_ceiling"
    OUTSIDE_SCHEDULE = "outside_schedule"
    COUNTS = "counts"


_NEARNESS = {standing: rank for rank, standing in enumerate(Standing)}

_STANDINGS = {
    Timing.NOW: Standing.COUNTS,
    Timing.NOT_YET: Standing.NOT_YET_VALID,
    Timing.OVER: Standing.EXPIRED,
    Timing.OFF_HOURS: Standing.OUTSIDE_SCHEDULE,
}


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling as a plain value."""

    ceiling_id: UUID
    schedule_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None
    author_id: UUID
    author_tenant_id: UUID

    @classmethod
    def of(cls, ceiling: Ceiling) -> Cap:
        return cls(**{name: getattr(ceiling, name) for name in cls.__dataclass_fields__})


Caps: TypeAlias = Mapping[tuple[UUID, UUID], tuple[Cap, ...]]
"""(zone, tenant) -> the ceilings of that tenant on exactly that zone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A live right as a plain value."""

    right_id: UUID
    holder_kind: RightHolder
    holder_id: UUID
    zone_id: UUID | None
    """The zone that it leads into, also where it is for one access point."""
    access_point_id: UUID | None
    """None: every access point into the zone."""
    source: RightSource
    source_id: UUID | None
    schedule_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None
    author_id: UUID | None
    author_tenant_id: UUID | None
    under: UUID | None = None
    """The tenant under whose ceilings on the zone it counts; None: it needs none."""
    is_foreign: bool = False
    """A tenant's word on a zone that is let to another one."""

    @classmethod
    def of(cls, right: Right, zone: Zone | None) -> Claim:
        """What is granted, or would be, into that zone."""
        let_to = None if zone is None else zone.tenant_id
        made = ("holder_kind", "zone_id", "source", "under", "is_foreign")
        same = [name for name in cls.__dataclass_fields__ if name not in made]
        return cls(
            **{name: getattr(right, name) for name in same},
            holder_kind=RightHolder(right.holder_kind),
            zone_id=None if zone is None else zone.zone_id,
            source=RightSource(right.source),
            under=right.author_tenant_id if right.is_under_ceiling and let_to is None else None,
            is_foreign=right.is_under_ceiling and let_to not in {None, right.author_tenant_id},
        )

    def leads_through(self, access_point_id: UUID, *, to_zone_id: UUID | None) -> bool:
        if self.access_point_id is not None:
            return self.access_point_id == access_point_id
        return to_zone_id is not None and self.zone_id == to_zone_id

    def caps_among(self, caps: Caps) -> tuple[Cap, ...]:
        """The ceilings it hangs by."""
        if self.under is None or self.zone_id is None:
            return ()
        return caps.get((self.zone_id, self.under), ())


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a right is worth at an instant; the pair of authors is the claim's and the cap's."""

    standing: Standing
    cap: Cap | None = None
    """The ceiling under which it counts; None where it needs none, or has none."""

    @property
    def counts(self) -> bool:
        return self.standing is Standing.COUNTS


def judge(claim: Claim, caps: Iterable[Cap], *, at: datetime, is_open: IsOpen) -> Judgement:
    """What the claim is worth; `caps` are the ceilings of its tenant on its zone."""
    if claim.is_foreign:
        return Judgement(Standing.FOREIGN_ZONE)
    standing = _STANDINGS[timing(claim, at=at, is_open=is_open)]
    if standing is not Standing.COUNTS or claim.under is None:
        return Judgement(standing)
    for cap in caps:
        if timing(cap, at=at, is_open=is_open) is Timing.NOW:
            return Judgement(Standing.COUNTS, cap)
    return Judgement(Standing.OUTSIDE_CEILING)


class Answer(StrEnum):
    """What is said of all of somebody's rights at a door together, in a decision's words."""

    RIGHT = "right"
    NO_RIGHT = "no_right"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    OUTSIDE_CEILING = "outside_ceiling"
    OUTSIDE_SCHEDULE = "outside_schedule"


_ANSWERS = {
    Standing.COUNTS: Answer.RIGHT,
    Standing.EXPIRED: Answer.EXPIRED,
    Standing.NOT_YET_VALID: Answer.NOT_YET_VALID,
    Standing.OUTSIDE_CEILING: Answer.OUTSIDE_CEILING,
    Standing.OUTSIDE_SCHEDULE: Answer.OUTSIDE_SCHEDULE,
}


def answer(standings: Iterable[Standing]) -> Answer:
    """That one counts, or else what the nearest to counting lacks."""
    nearest = max(standings, key=_NEARNESS.__getitem__, default=Standing.REFUSED)
    return _ANSWERS.get(nearest, Answer.NO_RIGHT)
