"""What can be asked of groups: form one, rename it, change who is in it, disband it.

Whoever is put in or taken out is journalled, with the author: it changes who may pass.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.directory import store as directory
from services.access.groups import store
from services.access.groups.domain import Group, GroupNameTaken
from services.access.journal.commands import journal_act
from shared.database import refuse_as
from shared.errors import Refusal
from shared.identity.listed import Person

_TAKEN: dict[str, type[Refusal]] = {
    "groups_name_key": GroupNameTaken,
    "groups_park_name_key": GroupNameTaken,
}


async def form_group(session: AsyncSession, group: Group, *, by: Person, at: datetime) -> Group:
    """Raises `NoSuchTenant`, `NotYourRole`, `GroupNameTaken`."""
    if group.tenant_id is not None:
        await directory.tenant(session, group.tenant_id, seen_by=by)
    group.must_be_kept_by(by)
    with refuse_as(_TAKEN):
        session.add(group)
        await session.flush()
    await _journal(session, "group_formed", group, by=by, at=at)
    return group


async def rename_group(session: AsyncSession, group: Group, name: str, *, by: Person) -> None:
    """Raises `NotYourRole`, `GroupNameTaken`."""
    group.must_be_kept_by(by)
    group.rename(name)
    with refuse_as(_TAKEN):
        await session.flush()


async def disband_group(session: AsyncSession, group: Group, *, by: Person, at: datetime) -> None:
    """Nobody is in it any more, so its rights open nothing, from this answer on."""
    group.must_be_kept_by(by)
    group.disband(at=at)
    await store.empty(session, group.group_id)
    await _journal(session, "group_disbanded", group, by=by, at=at)


async def change_members(
    session: AsyncSession,
    group: Group,
    *,
    add: Collection[UUID] = (),
    remove: Collection[UUID] = (),
    by: Person,
    at: datetime,
) -> tuple[set[UUID], set[UUID]]:
    """All of it or nothing; who came and who went. Raises `NotYourRole`, `NoSuchPerson`."""
    group.must_be_kept_by(by)
    wanted = set(add)
    tenants = await store.tenants_of_people(session, wanted, of=group, seen_by=by)
    gone = await store.remove(session, group.group_id, set(remove))
    come = await store.add(session, group.group_id, wanted, by=by.person_id, at=at)
    if come or gone:
        group.version += 1
    tenants |= gone
    for verb, people in (("group_member_removed", gone), ("group_member_added", come)):
        for person_id in sorted(people):
            await _journal(
                session, verb, group, by=by, at=at, person=(person_id, tenants[person_id])
            )
    return come, set(gone)


async def _journal(
    session: AsyncSession,
    verb: str,
    group: Group,
    *,
    by: Person,
    at: datetime,
    person: tuple[UUID, UUID] | None = None,
) -> None:
    person_id, tenant_id = person or (None, group.tenant_id)
    await journal_act(
        session,
        verb,
        by=by,
        at=at,
        person_id=person_id,
        tenant_id=tenant_id,
        details={"group_id": str(group.group_id)},
    )
