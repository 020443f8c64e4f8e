"""Who may pass where, and why, over HTTP. It is about rights: what doors say is not weighed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.directory import store as directory
from services.access.directory.domain import Person
from services.access.reach import store
from services.access.reach.domain import EverybodyMayLeave, Judged, Why, why
from services.access.rights.views import JudgedView
from shared.identity.listed import PARK_WIDE, Role
from shared.identity.listed import Person as Caller
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["rights"])

MOST_CONSIDERED = 200


class ReachedView(BaseModel):
    """A zone or an access point that somebody may enter, and the rights by which."""

    zone_id: UUID | None
    access_point_id: UUID | None
    rights: list[JudgedView]


class AbleView(BaseModel):
    """Somebody who may pass, and the rights by which."""

    person_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    rights: list[JudgedView]


class WhyView(BaseModel):
    """Whether rights let somebody pass, and each right that was considered. Where there are more
    than are shown, `is_complete` is false; those that count are always among them.
    """

    person_id: UUID
    access_point_id: UUID
    to_zone_id: UUID | None
    at: datetime
    may_pass: bool
    reason: Why
    rights: list[JudgedView]
    is_complete: bool


@router.get("/people/{person_id}/reach")
async def reach(
    person_id: UUID,
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    at: Instant | None = None,
) -> Page[ReachedView]:
    """The zones and access points that a person may enter, by the rights that stand now, at `at`
    (now, if not given). A page may hold fewer than were asked for; only `next` says whether it is
    the last one.
    """
    person = await _person(session, person_id, seen_by=me)
    bound_to = f"{me.person_id} reach {person_id} {at}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    targets, found = [], defaultdict[UUID, list[Judged]](list)
    if await store.is_listed(session, person):
        holders = await store.holders_of(session, person)
        targets = await store.targets(
            session,
            holders,
            at=at or now,
            after=after.key if after else None,
            limit=asked.limit + 1,
        )
        for each in await store.counting_at(session, holders, targets, at=at or now):
            target = each.claim.access_point_id or each.claim.zone_id
            assert target is not None
            found[target].append(each)
    page = page_of(
        targets,
        asked=asked,
        bound_to=bound_to,
        key=lambda target: (target,),
        view=lambda target: _reached(found[target]),
    )
    page.items = [each for each in page.items if each.rights]
    return page


def _reached(judged: list[Judged]) -> ReachedView:
    rights = _views(judged)
    first = rights[0] if rights else None
    return ReachedView(
        zone_id=first and first.zone_id,
        access_point_id=first and first.access_point_id,
        rights=rights,
    )


@router.get("/people/{person_id}/why")
async def why_may_they_pass(
    person_id: UUID,
    access_point_id: UUID,
    session: Session,
    me: Me,
    now: Now,
    at: Instant | None = None,
) -> WhyView:
    """Why a person may pass at an access point, or may not: each of their rights that stand now,
    and at `at` (now, if not given) whether it counts there, or why not.
    """
    person = await _person(session, person_id, seen_by=me)
    point = await store.access_point(session, access_point_id, seen_by=me)
    judged = await store.considered(
        session,
        await store.holders_of(session, person),
        point,
        at=at or now,
        limit=MOST_CONSIDERED + 1,
    )
    reason = why(
        judged,
        is_way_out=point.is_way_out,
        is_listed=await store.is_listed(session, person),
    )
    return WhyView(
        person_id=person_id,
        access_point_id=access_point_id,
        to_zone_id=point.to_zone_id,
        at=at or now,
        may_pass=reason in {Why.RIGHT, Why.WAY_OUT},
        reason=reason,
        rights=_views(judged[:MOST_CONSIDERED]),
        is_complete=len(judged) <= MOST_CONSIDERED,
    )


@router.get("/access-points/{access_point_id}/who")
async def who_may_pass(
    access_point_id: UUID,
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
    at: Instant | None = None,
) -> Page[AbleView]:
    """The people who may pass there, by the rights that stand now, at `at` (now, if not given).
    Tenant admins see their own people alone.
    """
    me.must_have(*PARK_WIDE, Role.TENANT_ADMIN)
    point = await store.access_point(session, access_point_id, seen_by=me)
    if point.is_way_out:
        raise EverybodyMayLeave
    tenant_id = None if me.has(*PARK_WIDE) else me.tenant_id
    bound_to = f"{me.person_id} who {access_point_id} {at} {tenant_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.who(
        session,
        point,
        at=at or now,
        tenant_id=tenant_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    used = {right_id for row in rows for right_id in row.right_ids}
    judged = await store.rights_judged(session, used, at=at or now)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.person_id,),
        view=lambda row: AbleView(
            person_id=row.person_id,
            tenant_id=row.tenant_id,
            given_name=row.given_name,
            family_name=row.family_name,
            rights=_views([judged[right_id] for right_id in row.right_ids]),
        ),
    )


async def _person(session: AsyncSession, person_id: UUID, *, seen_by: Caller) -> Person:
    """Raises `NoSuchPerson`, `NotYourRole`: others than oneself one must look after."""
    person = await directory.person(session, person_id, seen_by=seen_by)
    if person_id != seen_by.person_id:
        must_look_after(seen_by, person.tenant_id, park_wide=tuple(PARK_WIDE))
    return person


def _views(judged: list[Judged]) -> list[JudgedView]:
    return [JudgedView.of(each.claim, each.judgement) for each in judged]
