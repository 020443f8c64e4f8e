"""What groups can be asked: to be kept, to be others, to be gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inviting import store
from services.visitors.inviting.domain import OnlyItsOwner, VisitorGroup
from shared.identity.listed import Person

Members = Sequence[dict[str, str | None]]


def keep_group(
    session: AsyncSession,
    *,
    name: str,
    members: Members,
    is_shared: bool,
    by: Person,
    at: datetime,
) -> VisitorGroup:
    """These visitors are kept under that name."""
    made = VisitorGroup(
        tenant_id=by.tenant_id,
        owner_id=by.person_id,
        name=name,
        is_shared=is_shared,
        members=list(members),
        changed_at=at,
    )
    session.add(made)
    return made


async def group_to_change(session: AsyncSession, group_id: UUID, *, by: Person) -> VisitorGroup:
    """Locked. Raises `NoSuchGroup`, `OnlyItsOwner`."""
    found = await store.group(session, group_id, seen_by=by, lock=True)
    if found.owner_id != by.person_id:
        raise OnlyItsOwner
    return found


def change_group(
    group: VisitorGroup, *, name: str, members: Members, is_shared: bool, at: datetime
) -> None:
    """It is as wished from now on; visits that it made stay as they are."""
    group.name, group.members, group.is_shared = name, list(members), is_shared
    group.changed_at, group.version = at, group.version + 1
