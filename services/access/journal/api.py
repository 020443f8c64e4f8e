"""The journal over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.access.journal import commands
from services.access.journal.domain import EntryKind
from services.access.journal.store import Search
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["journal"])
Word = Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")]


class EntryView(BaseModel):
    """One thing that happened. Where `is_erased`, who it was is known no more."""

    entry_id: UUID
    position: int | None
    """Like `sequence` null for tenant admins: both count what others did."""
    kind: EntryKind
    occurred_at: datetime
    recorded_at: datetime
    decision_id: UUID | None
    controller_id: UUID | None
    epoch: int | None
    sequence: int | None
    access_point_id: UUID | None
    door_id: UUID | None
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    outcome: str | None
    reason: str | None
    flags: list[str]
    evidence: str | None
    is_erased: bool
    person_id: UUID | None
    visitor_id: UUID | None
    visit_id: UUID | None
    tenant_id: UUID | None
    badge_id: UUID | None
    card_format: str | None
    facility: int | None
    number: int | None
    booking_ids: list[UUID]
    author_id: UUID | None
    details: dict[str, Any]
    commitment: str
    """SHA-256 over salt and particulars, in hexadecimal."""

    @classmethod
    def of(cls, row: asyncpg.Record, *, is_counted: bool) -> EntryView:
        values = dict(row)
        if not is_counted:
            values["position"] = values["sequence"] = None
        values["commitment"] = values["commitment"].hex()
        values["booking_ids"] = values["booking_ids"] or []
        values["details"] = values["details"] or {}
        return cls(**values)


def _search(
    person_id: UUID | None = None,
    visit_id: UUID | None = None,
    visitor_id: UUID | None = None,
    door_id: UUID | None = None,
    zone_id: UUID | None = None,
    outcome: Word = None,
    reason: Word = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Instant | None = None,
) -> Search:
    return Search(
        person_id=person_id,
        visit_id=visit_id,
        visitor_id=visitor_id,
        door_id=door_id,
        zone_id=zone_id,
        outcome=outcome,
        reason=reason,
        since=since,
        until=until,
    )


@router.get("/journal")
async def journal(
    search: Annotated[Search, Depends(_search)],
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
) -> Page[EntryView]:
    """Search the journal, the newest first. Your search is an entry too.

    Security, auditors and operators see all of it, tenant admins the passages of their own
    people and visitors, and acts about their own people. `from` and `until` speak of
    `occurred_at`; the interval is half-open.
    """
    scope = commands.scope_of(me)
    bound_to = f"{me.person_id} journal {scope} {search}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await commands.search_journal(
        session,
        search,
        before=after.key[0] if after else None,
        limit=asked.limit + 1,
        by=me,
        at=now,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row["entry_id"],),
        view=lambda row: EntryView.of(row, is_counted=scope is None),
    )
