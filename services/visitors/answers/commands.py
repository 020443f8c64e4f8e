"""What a link can be asked: to say that one is late or not coming, to show the pass, to move, to
decide.

One rule: a link does its one thing for its one visit, while that is still to come; to whoever has
no such link, there is no visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.answers import store
from services.visitors.links.domain import Link, NoSuchLink, Purpose, read_link
from services.visitors.notices.commands import tell_host
from services.visitors.notices.domain import NoticeKind
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands
from services.visitors.visits.commands.deciding import NotYoursToDecide
from services.visitors.visits.domain import ApprovalBy, By, Says, Visit
from services.visitors.visits.domain.saying import has_said, say
from shared.clock import instant
from shared.errors import Conflict, Malformed, TryLater
from shared.events.visits import How, VisitStatus

LATE_MINUTES = (15, 30, 60)
OF_REQUEST = frozenset({Purpose.DECIDE, Purpose.SHOW_REQUEST})
"""These show what was decided, once it is."""
SAID_AGAIN_AFTER = timedelta(minutes=1)


class YouAreHere(Conflict):
    """You have arrived already; please turn to the desk."""


class AskedTooOften(TryLater):
    """That was very often; please wait a minute and try again."""


class ChooseDecision(Malformed):
    """Choose whether the visitor may come."""


@dataclass(frozen=True)
class Asked:
    """What a link is about."""

    link: Link
    visit: Visit
    visitor: Visitor

    @property
    def is_done(self) -> bool:
        """They have said by it that they are not coming."""
        return self.link.purpose is Purpose.SAY_NOT_COMING and has_said(self.visit, Says.NOT_COMING)


async def asked_by(session: AsyncSession, token: str, *, at: datetime, lock: bool = False) -> Asked:
    """What the link is about. Raises `NoSuchLink` for what was altered, is over or was taken back;
    `YouAreHere` for what is to be said before one has come.
    """
    link = read_link(token, surroundings_of(session).link_keys.keys)
    asked = Asked(link, *await store.visit_of_link(session, link, at=at, lock=lock))
    visit = asked.visit
    if at >= visit.pass_valid_until:
        raise NoSuchLink
    if link.purpose in OF_REQUEST and visit.status is not VisitStatus.CANCELLED:
        return asked
    is_for_who_is_here = link.purpose is Purpose.COMING
    if asked.is_done or (visit.status is VisitStatus.EXPECTED and not is_for_who_is_here):
        return asked
    if not visit.is_here:
        raise NoSuchLink
    if link.purpose is not Purpose.SHOW_PASS and not is_for_who_is_here:
        raise YouAreHere
    return asked


async def say_late(session: AsyncSession, asked: Asked, *, minutes: int, at: datetime) -> None:
    """The desk sees it and the host is told, once for each thing said. Raises `AskedTooOften`."""
    visit = asked.visit
    if has_said(visit, Says.LATE, late_minutes=minutes):
        return
    if visit.says_at is not None and at - visit.says_at < SAID_AGAIN_AFTER:
        raise AskedTooOften
    say(visit, Says.LATE, at=at, late_minutes=minutes)
    says = commands.particulars(visit, asked.visitor).model_copy(update={"late_minutes": minutes})
    await tell_host(session, says, at=at, kind=NoticeKind.VISITOR_LATE)


async def say_not_coming(session: AsyncSession, asked: Asked, *, at: datetime) -> None:
    """The visit is cancelled by the visitor, and the host is told; said again, it is no news."""
    if asked.is_done:
        return
    visit, visitor = asked.visit, asked.visitor
    await commands.cancel_visit(session, visit, visitor, by=By(at=at, how=How.SELF))
    say(visit, Says.NOT_COMING, at=at)
    says = commands.particulars(visit, visitor)
    await tell_host(session, says, at=at, kind=NoticeKind.VISITOR_NOT_COMING)


async def say_coming(session: AsyncSession, asked: Asked, *, at: datetime) -> None:
    """A host goes to meet the visitor, and nobody else is called any more."""
    person_id = UUID(bytes=asked.link.bound_to)
    await commands.acknowledge(session, asked.visit, person_id=person_id, at=at)


async def decide(session: AsyncSession, asked: Asked, *, decision: str, at: datetime) -> None:
    """The host lets the visitor come, or not; said again, it is no news. Raises `ChooseDecision`,
    `VisitNotToBeDecided`, and `NotYoursToDecide` where it is not the host's word.
    """
    visit, visitor = asked.visit, asked.visitor
    by = By(at=at, how=How.HOST, person_id=visit.host_id)
    if visit.approval_by is not ApprovalBy.HOST:
        raise NotYoursToDecide
    match decision:
        case "approve" if visit.status is not VisitStatus.EXPECTED:
            await commands.let_come(session, visit, visitor, by=by)
        case "refuse" if visit.status is not VisitStatus.REFUSED:
            await commands.turn_away(session, visit, visitor, by=by)
        case "approve" | "refuse":
            pass
        case _:
            raise ChooseDecision


async def move_visit(
    session: AsyncSession, asked: Asked, *, starts: datetime, ends: datetime, at: datetime
) -> None:
    """The host moves the visit to these wall times. Raises what `reschedule_visit` raises."""
    visit = asked.visit
    await commands.reschedule_visit(
        session,
        visit,
        asked.visitor,
        starts_at=instant(starts, timezone=visit.timezone),
        ends_at=instant(ends, timezone=visit.timezone),
        timezone=visit.timezone,
        by=By(at=at, how=How.HOST, person_id=visit.host_id),
    )
