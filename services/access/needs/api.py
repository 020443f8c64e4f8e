"""People's needs over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from services.access.needs import commands
from shared.web import Me, Now, Session

router = APIRouter(tags=["directory"])


class Needs(BaseModel):
    """What a person needs at doors and in an evacuation."""

    model_config = ConfigDict(
        extra="forbid",
        from_attributes=True,
        json_schema_extra={"example": {"needs_extended_time": True, "needs_help": False}},
    )

    needs_extended_time: bool
    """Doors stay released and open for longer."""
    needs_help: bool
    """In an evacuation somebody looks after them first."""


@router.get("/people/{person_id}/needs")
async def needs(person_id: UUID, session: Session, me: Me) -> Needs:
    """What somebody needs: for themself, security, and their own tenant's admin."""
    return Needs.model_validate(await commands.person_to_know(session, person_id, by=me))


@router.put("/people/{person_id}/needs")
async def set_needs(person_id: UUID, body: Needs, session: Session, me: Me, now: Now) -> Needs:
    """Say what somebody needs: for themself, security, and their own tenant's admin."""
    return Needs.model_validate(
        await commands.set_needs(session, person_id, **body.model_dump(), by=me, at=now)
    )
