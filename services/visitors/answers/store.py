"""Looks up the visit of a link, while the link holds."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.links.domain import TO_HOST, Link, NoSuchLink
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from shared.directory import people


async def visit_of_link(session: AsyncSession, link: Link, *, lock: bool) -> tuple[Visit, Visitor]:
    """The visit, by the pass or for the host that the link is bound to.

    Raises `NoSuchLink`, also where the host has left.
    """
    query = select(Visit).where(col(Visit.id) == link.visit_id, _holds(link))
    visit = await session.scalar(query.with_for_update() if lock else query)
    if visit is None:
        raise NoSuchLink
    return visit, await session.get_one(Visitor, visit.visitor_id)


def _holds(link: Link) -> ColumnElement[bool]:
    if link.purpose in TO_HOST:
        host_id = UUID(bytes=link.bound_to)
        listed = select(people.c.person_id).where(people.c.is_listed)
        return (col(Visit.host_id) == host_id) & col(Visit.host_id).in_(
            listed.where(people.c.person_id == host_id)
        )
    return col(Visit.pass_rotation) == int.from_bytes(link.bound_to, "big")
