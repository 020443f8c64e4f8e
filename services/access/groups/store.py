"""What can be looked up about groups. A tenant's admin sees its own; the park's staff all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.directory.domain import NoSuchPerson, Person
from services.access.groups.domain import Group, GroupMember, NoSuchGroup
from shared.identity.listed import PARK_WIDE, Role
from shared.identity.listed import Person as Caller


def _is_seen_by(me: Caller) -> ColumnElement[bool]:
    """Of a group: whether it stands and this caller may see it."""
    stands = col(Group.disbanded_at).is_(None)
    if me.has(*PARK_WIDE):
        return stands
    if me.has(Role.TENANT_ADMIN):
        return stands & (col(Group.tenant_id) == me.tenant_id)
    return false()


async def group(
    session: AsyncSession, group_id: UUID, *, seen_by: Caller, lock: bool = False
) -> Group:
    """Raises `NoSuchGroup`, also for one that the caller may not see, or that was disbanded."""
    query = select(Group).where(col(Group.group_id) == group_id, _is_seen_by(seen_by))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchGroup
    return found


async def groups(
    session: AsyncSession, *, seen_by: Caller, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Group]:
    """By name; several tenants may have the same one."""
    order = tuple_(col(Group.name), col(Group.group_id))
    query = select(Group).where(_is_seen_by(seen_by)).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(order > after)
    return (await session.scalars(query)).all()


async def members(
    session: AsyncSession, group_id: UUID, *, after: tuple[UUID] | None, limit: int
) -> Sequence[GroupMember]:
    query = select(GroupMember).where(col(GroupMember.group_id) == group_id)
    if after is not None:
        query = query.where(col(GroupMember.person_id) > after[0])
    return (await session.scalars(query.order_by(col(GroupMember.person_id)).limit(limit))).all()


async def tenants_of_people(
    session: AsyncSession, person_ids: Collection[UUID], *, of: Group, seen_by: Caller
) -> dict[UUID, UUID]:
    """Each person's tenant. Raises `NoSuchPerson` for one who is not listed, whom the caller may
    not see, or who is not of the group's tenant.
    """
    query = select(col(Person.person_id), col(Person.tenant_id)).where(
        col(Person.person_id).in_(person_ids), col(Person.is_listed)
    )
    if of.tenant_id is not None:
        query = query.where(col(Person.tenant_id) == of.tenant_id)
    if not seen_by.has(*PARK_WIDE):
        query = query.where(col(Person.tenant_id) == seen_by.tenant_id)
    found = {row.person_id: row.tenant_id for row in await session.execute(query)}
    if len(found) < len(person_ids):
        raise NoSuchPerson
    return found


async def add(
    session: AsyncSession, group_id: UUID, person_ids: Collection[UUID], *, by: UUID, at: datetime
) -> set[UUID]:
    """Those who were not in it before."""
    if not person_ids:
        return set()
    rows = [
        {"group_id": group_id, "person_id": each, "added_by": by, "added_at": at}
        for each in sorted(person_ids)
    ]
    statement = insert(GroupMember).values(rows).on_conflict_do_nothing()
    return set(await session.scalars(statement.returning(col(GroupMember.person_id))))


async def remove(
    session: AsyncSession, group_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """Those who were in it, and their tenants."""
    statement = (
        delete(GroupMember)
        .where(
            col(GroupMember.group_id) == group_id,
            col(GroupMember.person_id).in_(person_ids),
            col(Person.person_id) == col(GroupMember.person_id),
        )
        .returning(col(GroupMember.person_id), col(Person.tenant_id))
    )
    return {row.person_id: row.tenant_id for row in await session.execute(statement)}


async def empty(session: AsyncSession, group_id: UUID) -> None:
    await session.execute(delete(GroupMember).where(col(GroupMember.group_id) == group_id))


async def is_member(session: AsyncSession, group_id: UUID, person_id: UUID) -> bool:
    return await session.get(GroupMember, (group_id, person_id)) is not None
