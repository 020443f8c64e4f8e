"""Assistants over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.visitors.assistants import commands, store
from shared.web import Me, Now, Session

router = APIRouter(tags=["assistants"])


class AssistantView(BaseModel):
    """Somebody who acts for you."""

    person_id: UUID
    named_at: datetime


class Assistants(BaseModel):
    """Your assistants, in the order in which you named them; at most 20."""

    items: list[AssistantView]
    next: None = None


@router.get("/me/assistants")
async def assistants(session: Session, me: Me) -> Assistants:
    """Who sees your visitors, and invites and changes visits in your name."""
    rows = await store.assistants_of(session, me.person_id)
    return Assistants(
        items=[AssistantView(person_id=row.assistant_id, named_at=row.named_at) for row in rows]
    )


@router.put("/me/assistants/{person_id}", status_code=204)
async def name_assistant(person_id: UUID, session: Session, me: Me, now: Now) -> None:
    """Let a colleague act for you; once more changes nothing."""
    await commands.name_assistant(session, person_id, by=me, at=now)


@router.delete("/me/assistants/{person_id}", status_code=204)
async def let_assistant_go(person_id: UUID, session: Session, me: Me) -> None:
    """They act for you no more; so it is where they never did."""
    await commands.let_assistant_go(session, person_id, by=me)
