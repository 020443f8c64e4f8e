"""The visit of an address, for the reception."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.visitors.desk import commands
from services.visitors.visits.api import Found
from shared.web import Me, Session


async def _at_desk(visit_id: UUID, session: Session, me: Me) -> Found:
    return await commands.visit_at_desk(session, visit_id, by=me)


ForDesk = Annotated[Found, Depends(_at_desk, scope="function")]
"""The visit of the address, locked, for the reception."""
