"""Looks up the visit of a link, while the link holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.links.domain import TO_HOST, Link, NoSuchLink, Purpose
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import OVER, Visit
from services.visitors.visits.store import meant_at
from shared.directory import people


async def visit_of_link(
    session: AsyncSession, link: Link, *, at: datetime, lock: bool
) -> tuple[Visit, Visitor]:
    """The visit, by the pass, or for the host or tenant that the link is bound to; of a series the
    next.

    Raises `NoSuchLink`, also where the host has left.
    """
    which = col(Visit.id) == link.visit_id
    if link.purpose is Purpose.SHOW_PASS:
        which = or_(which, col(Visit.series_id) == link.visit_id)
    next_first = (col(Visit.status).in_(OVER), *meant_at(at))
    query = select(Visit).where(which, _holds(link)).order_by(*next_first).limit(1)
    visit = await session.scalar(query.with_for_update() if lock else query)
    if visit is None:
        raise NoSuchLink
    return visit, await session.get_one(Visitor, visit.visitor_id)


def _holds(link: Link) -> ColumnElement[bool]:
    if link.purpose in TO_HOST:
        person_id = UUID(bytes=link.bound_to)
        is_listed = exists().where(people.c.person_id == person_id, people.c.is_listed)
        is_theirs = col(Visit.host_id) == person_id
        if link.purpose is Purpose.COMING:
            is_theirs |= col(Visit.co_host_ids).contains([person_id])
        return is_theirs & is_listed
    if link.purpose is Purpose.SHOW_REQUEST:
        return col(Visit.tenant_id) == UUID(bytes=link.bound_to)
    return col(Visit.pass_rotation) == int.from_bytes(link.bound_to, "big")
