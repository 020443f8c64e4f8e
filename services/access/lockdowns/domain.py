"""A lockdown closes the ways into a zone and into everything within it; a person releases it.

One rule: of several lockdowns that cover a zone the highest rank says who is exempt; among equals
only those whom all of them exempt. Ways out, and evacuations, know nothing of lockdowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, CheckConstraint, Index, Uuid, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from services.access.names import Named
from shared.errors import Conflict, NotFound
from shared.events.access import LockdownEnded, LockdownFacts, LockdownStarted

HIGHEST_RANK = 1000


class NoSuchLockdown(NotFound):
    """There is no such lockdown here."""


class NoSuchPlan(NotFound):
    """There is no such lockdown plan here."""


class LockdownReleased(Conflict):
    """This lockdown has been released already."""


class PlanStandsThere(Conflict):
    """This plan locks that zone down already."""


class PlanHasNoZones(Conflict):
    """None of the zones of this plan is a part of the park any more; change the plan."""


class PlanNotStarted(Conflict):
    """No lockdown of this plan stands."""


@dataclass(frozen=True, slots=True)
class StandingLockdown:
    """A lockdown that nobody has released, as decisions read it."""

    lockdown_id: UUID
    zone_id: UUID
    rank: int
    exempt_person_ids: frozenset[UUID]
    exempt_tenant_ids: frozenset[UUID]

    def exempts(self, person_id: UUID | None, tenant_id: UUID | None) -> bool:
        """Whether it leaves the ways in to a person. A visitor is no person: give None, None."""
        return person_id in self.exempt_person_ids or tenant_id in self.exempt_tenant_ids


@dataclass(frozen=True, slots=True)
class StandingLockdowns:
    """All lockdowns that stand, by their zone."""

    by_zone: Mapping[UUID, tuple[StandingLockdown, ...]]

    @classmethod
    def of(cls, lockdowns: Iterable[StandingLockdown]) -> StandingLockdowns:
        found: dict[UUID, tuple[StandingLockdown, ...]] = {}
        for each in lockdowns:
            found[each.zone_id] = (*found.get(each.zone_id, ()), each)
        return cls(found)

    def closing(
        self, path: Iterable[UUID], *, person_id: UUID | None, tenant_id: UUID | None
    ) -> StandingLockdown | None:
        """What closes to somebody the way into the zone of this path (its ancestors and itself);
        None: nothing, or they are exempt.
        """
        if not self.by_zone:
            return None
        covering = [each for zone_id in path for each in self.by_zone.get(zone_id, ())]
        highest = max((each.rank for each in covering), default=0)
        for each in covering:
            if each.rank == highest and not each.exempts(person_id, tenant_id):
                return each
        return None


class Plan(Named, table=True):
    """Which zones are locked down together, and who may pass in nevertheless."""

    __tablename__ = "lockdown_plans"
    __table_args__ = (CheckConstraint(f"rank BETWEEN 0 AND {HIGHEST_RANK}", name="rank"),)

    plan_id: UUID = Field(default_factory=uuid4, primary_key=True)
    rank: int
    zone_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    exempt_person_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    exempt_tenant_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    is_listed: bool = True
    made_at: datetime = Field(sa_type=UTC_TIME)
    version: int = 1

    def change(self, other: Plan) -> None:
        """It says what the other says; lockdowns that stand stay as they are."""
        for name in ("name_fr", "name_ar", "name_en", "rank", "zone_ids", *_EXEMPT):
            setattr(self, name, getattr(other, name))
        self.version += 1

    def delist(self) -> None:
        """It is started no more; lockdowns that stand stay as they are."""
        self.is_listed = False
        self.version += 1


_EXEMPT = ("exempt_person_ids", "exempt_tenant_ids")


class Lockdown(AccessTable, table=True):
    """The ways into a zone, and into all within it, closed until somebody releases them."""

    __tablename__ = "lockdowns"
    __table_args__ = (
        CheckConstraint(f"rank BETWEEN 0 AND {HIGHEST_RANK}", name="rank"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("lockdowns_started_at_idx", "started_at", "lockdown_id"),
        Index("lockdowns_standing_idx", "zone_id", postgresql_where=text("ended_at IS NULL")),
        Index(
            "lockdowns_plan_key",
            "plan_id",
            "zone_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    lockdown_id: UUID = Field(default_factory=uuid4, primary_key=True)
    zone_id: UUID = Field(foreign_key="zones.zone_id")
    plan_id: UUID | None = Field(default=None, foreign_key="lockdown_plans.plan_id")
    rank: int = 0
    reason: str
    exempt_person_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    exempt_tenant_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    started_at: datetime = Field(sa_type=UTC_TIME)
    started_by: UUID
    on_behalf_of: UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_by: UUID | None = None

    def follow(self, plan: Plan) -> None:
        """It is a part of the plan: of its rank, and whom the plan exempts it exempts too."""
        self.plan_id, self.rank = plan.plan_id, plan.rank
        for name in _EXEMPT:
            setattr(self, name, list(dict.fromkeys([*getattr(plan, name), *getattr(self, name)])))

    def started(self) -> LockdownStarted:
        return LockdownStarted(lockdown=self.facts())

    def release(self, *, by: UUID, at: datetime) -> LockdownEnded:
        """Raises `LockdownReleased`."""
        if self.ended_at is not None:
            raise LockdownReleased
        self.ended_at, self.ended_by = at, by
        return LockdownEnded(lockdown=self.facts())

    def facts(self) -> LockdownFacts:
        return LockdownFacts(
            lockdown_id=self.lockdown_id,
            zone_id=self.zone_id,
            plan_id=self.plan_id,
            started_at=self.started_at,
            ended_at=self.ended_at,
        )
