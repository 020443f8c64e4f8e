"""Live rights and ceilings, loaded as the plain values that `effective` judges.

Whoever asks has decided already whose rights they may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.rights.domain import RightHolder, RightSource
from services.access.rights.effective import Cap, Caps, Claim, Judgement, judge
from services.access.rights.hours import opening_hours
from services.access.terms import IsOpen, named_schedules
from shared.messaging.outbox import driver_in_transaction

_PARTS = {
    "claim": """
        r.right_id, r.holder_kind, r.holder_id, z.zone_id, r.access_point_id, r.source,
        r.source_id, r.schedule_id, r.valid_from, r.valid_until, r.author_id, r.author_tenant_id,
        CASE WHEN r.is_under_ceiling AND z.tenant_id IS NULL THEN r.author_tenant_id END AS under,
        coalesce(r.is_under_ceiling AND z.tenant_id <> r.author_tenant_id, false) AS is_foreign
    """,
    "rights": """
        rights AS r LEFT JOIN access_points AS a ON a.access_point_id = r.access_point_id
        LEFT JOIN zones AS z ON z.zone_id = coalesce(r.zone_id, a.to_zone_id)
    """,
    "is_live": "(r.ended_at IS NULL AND r.status = 'granted')",
    "is_valid": """
        ((r.valid_from IS NULL OR r.valid_from <= $1) AND (r.valid_until > $1) IS NOT FALSE)
    """,
    "target": "coalesce(r.access_point_id, r.zone_id)",
}


def about_rights(query: str) -> str:
    """The query with its `{claim}` (the columns of a `Claim`, in order), `{rights}` and so on
    written out; `{is_valid}` speaks of the instant `$1`.
    """
    return query.format(**_PARTS)


_BY_ID = about_rights("SELECT {claim} FROM {rights} WHERE {is_live} AND r.right_id = ANY($1)")

_CAPS = """
SELECT zone_id, tenant_id, ceiling_id, schedule_id, valid_from, valid_until, author_id,
       author_tenant_id
FROM ceilings WHERE ended_at IS NULL AND zone_id = ANY($1)
ORDER BY ceiling_id
"""


@dataclass(frozen=True)
class Ground:
    """What claims are judged on: the ceilings over their zones, and the hours of schedules."""

    caps: Caps
    is_open: IsOpen

    def judge(self, claim: Claim, *, at: datetime) -> Judgement:
        return judge(claim, claim.caps_among(self.caps), at=at, is_open=self.is_open)


def claim_of(row: Mapping[str, Any]) -> Claim:
    """From a row of `CLAIM`."""
    values = dict(row)
    values["holder_kind"] = RightHolder(values["holder_kind"])
    values["source"] = RightSource(values["source"])
    return Claim(**values)


async def claims(session: AsyncSession, right_ids: Collection[UUID]) -> Sequence[Claim]:
    """Those of these rights that are live."""
    connection = await driver_in_transaction(session)
    return [claim_of(row) for row in await connection.fetch(_BY_ID, list(right_ids))]


async def caps_over(session: AsyncSession, zone_ids: Collection[UUID]) -> Caps:
    """The ceilings on these zones that have not been ended."""
    connection = await driver_in_transaction(session)
    found: dict[tuple[UUID, UUID], tuple[Cap, ...]] = defaultdict(tuple)
    for zone_id, tenant_id, *cap in await connection.fetch(_CAPS, list(zone_ids)):
        found[zone_id, tenant_id] += (Cap(*cap),)
    return dict(found)


async def ground_of(session: AsyncSession, claims: Sequence[Claim]) -> Ground:
    """What these claims are judged on."""
    capped = {each.zone_id for each in claims if each.under is not None and each.zone_id}
    caps = await caps_over(session, capped) if capped else {}
    named = named_schedules(chain(claims, chain.from_iterable(caps.values())))
    return Ground(caps, await opening_hours(session, named))
