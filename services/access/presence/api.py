"""Presence over HTTP: forgiveness, where somebody is not where they seem to be."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.access.presence import commands
from shared.events.access import HolderKind
from shared.web import Line, Me, Now, Session

router = APIRouter(tags=["presence"])


class Forgiveness(BaseModel):
    """Whom, and why. Of a visitor the id is the visit's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "person",
                "holder_id": "0198c0de-0000-7000-8000-000000000002",
                "reason": "left through the garage behind a colleague",
            }
        },
    )

    kind: HolderKind
    holder_id: UUID
    reason: Line


@router.post("/forgiveness", status_code=204)
async def forgive(body: Forgiveness, session: Session, me: Me, now: Now) -> Response:
    """Let somebody in once who seems to be inside already. Security and operators; journalled."""
    await commands.forgive(session, body.kind, body.holder_id, reason=body.reason, by=me, at=now)
    return Response(status_code=204)
