"""Delisting a zone over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from services.access.premises import store as premises
from services.access.premises.commands import MAY_BUILD
from services.access.zone_delisting import commands
from shared.web import IfMatch, Me, Now, Session, must_match

router = APIRouter(tags=["premises"])


@router.post("/zones/{zone_id}/delist", status_code=204)
async def delist_zone(
    zone_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> Response:
    """A zone is no longer a part of the park. Operators and facility managers.

    Refused while doors, listed zones within it, live rights, inputs or an emergency hang on it.
    """
    me.must_have(*MAY_BUILD)
    zone = await premises.zone(session, zone_id, seen_by=me, lock=True)
    must_match(if_match, version=zone.version)
    await commands.delist_zone(session, zone, by=me, at=now)
    return Response(status_code=204)
