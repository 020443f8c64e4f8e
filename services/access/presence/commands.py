"""What can be asked of presence: forgive somebody an entry that was not what it seemed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.journal.commands import journal_act
from services.access.presence import store
from shared.events.access import HolderKind
from shared.identity.listed import Person, Role

MAY = (Role.SECURITY, Role.OPERATOR)


async def forgive(
    session: AsyncSession,
    kind: HolderKind,
    holder_id: UUID,
    *,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """The next entry is decided as if the holder were outside. Raises `NoSuchHolder`."""
    by.must_have(*MAY)
    await store.forgive(session, kind, holder_id)
    await journal_act(
        session,
        "passback_forgiven",
        by=by,
        at=at,
        person_id=holder_id if kind is HolderKind.PERSON else None,
        details={"kind": kind.value, "holder_id": str(holder_id), "reason": reason},
    )
