"""Rights as callers see them: with what they are worth, and by whose words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.access.rights.domain import Right, RightHolder, RightSource, RightStatus
from services.access.rights.effective import Claim, Judgement, Standing


class Holder(BaseModel):
    """A person, a group, or a tenant with all its people; of visits' own rights a visit."""

    model_config = ConfigDict(extra="forbid")

    kind: RightHolder
    id: UUID


class CapView(BaseModel):
    """The landlord's ceiling under which a tenant's right counts, and whose word it is."""

    model_config = ConfigDict(from_attributes=True)

    ceiling_id: UUID
    schedule_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None
    author_id: UUID
    author_tenant_id: UUID


class JudgedView(BaseModel):
    """A right and what it is worth. `standing` says whether it counts, and if not, why;
    `ceiling` is the landlord's part, where one is needed and there.
    """

    right_id: UUID
    holder: Holder
    zone_id: UUID | None
    access_point_id: UUID | None
    schedule_id: UUID | None
    valid_from: datetime | None
    valid_until: datetime | None
    source: RightSource
    source_id: UUID | None
    author_id: UUID | None
    author_tenant_id: UUID | None
    standing: Standing
    ceiling: CapView | None

    @classmethod
    def of(cls, right: Right | Claim, judgement: Judgement) -> JudgedView:
        cap = judgement.cap
        return cls(
            **_shown(right),
            zone_id=None if right.access_point_id else right.zone_id,
            standing=judgement.standing,
            ceiling=None if cap is None else CapView.model_validate(cap),
        )


class RightView(JudgedView):
    """Who, into where, when, from what, by whom. A refused one opens nothing; on a shared zone a
    tenant's opens nothing without the landlord's ceiling: `standing` is `outside_ceiling` then.
    """

    status: RightStatus

    @classmethod
    def of_right(cls, right: Right, judgement: Judgement) -> RightView:
        return cls(**JudgedView.of(right, judgement).model_dump(), status=RightStatus(right.status))


_SAME = (
    "right_id",
    "access_point_id",
    "schedule_id",
    "valid_from",
    "valid_until",
    "source_id",
    "author_id",
    "author_tenant_id",
)


def _shown(right: Right | Claim) -> dict[str, object]:
    holder = Holder(kind=RightHolder(right.holder_kind), id=right.holder_id)
    same = {name: getattr(right, name) for name in _SAME}
    return {**same, "holder": holder, "source": RightSource(right.source)}
