"""Evacuations over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from services.access.evacuations import commands, store
from services.access.evacuations.domain import Evacuation
from shared.web import Line, Me, Now, Once, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["evacuations"])


class NewEvacuation(BaseModel):
    """Everybody leaves a zone, and everything within it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "zone_id": "0198c0de-0000-7000-8000-000000000003",
                "reason": "Smoke on the second floor",
            }
        },
    )

    zone_id: UUID
    reason: Line
    on_behalf_of: UUID | None = None


class End(BaseModel):
    """The end of an evacuation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"on_behalf_of": "0198c0de-0000-7000-8000-000000000007"}},
    )

    on_behalf_of: UUID | None = None


class EvacuationView(BaseModel):
    """An evacuation; without `ended_at` it stands. Without `started_by` a controller's input
    started it.
    """

    model_config = ConfigDict(from_attributes=True)

    evacuation_id: UUID
    zone_id: UUID
    reason: str | None
    started_at: datetime
    started_by: UUID | None
    on_behalf_of: UUID | None
    controller_id: UUID | None
    input: str | None
    ended_at: datetime | None
    ended_by: UUID | None


@router.post("/evacuations", status_code=201, response_model=EvacuationView)
async def start_evacuation(
    body: NewEvacuation, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Release the doors of a zone, from the very next decision. Security and operators.

    It outranks lockdowns and all other rules. It ends when somebody ends it.
    """
    me.must_have(*commands.MAY)

    async def start() -> tuple[BaseModel, None]:
        evacuation = Evacuation(**body.model_dump(), started_at=now, started_by=me.person_id)
        await commands.start_evacuation(session, evacuation, by=me)
        return EvacuationView.model_validate(evacuation), None

    return await once(start)


@router.get("/evacuations")
async def evacuations(
    session: Session,
    me: Me,
    asked: AskedPage,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
) -> Page[EvacuationView]:
    """Evacuations, the newest first; with `open` those that stand, or those that do not."""
    me.must_have(*commands.MAY_SEE)
    bound_to = f"{me.person_id} evacuations {is_open}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.evacuations(
        session,
        is_open=is_open,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.started_at, row.evacuation_id),
        view=EvacuationView.model_validate,
    )


@router.post("/evacuations/{evacuation_id}/end")
async def end_evacuation(
    evacuation_id: UUID, body: End, session: Session, me: Me, now: Now
) -> EvacuationView:
    """Say that an evacuation is over. Security and operators."""
    me.must_have(*commands.MAY)
    ended = await commands.end_evacuation(
        session, evacuation_id, on_behalf_of=body.on_behalf_of, by=me, at=now
    )
    return EvacuationView.model_validate(ended)
