"""What a series of visits can be asked: to be made, moved, set right, called off.

One rule: the visitor hears of all of it in one mail, and each visit has its own step and event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.assistants.store import acts_for
from services.visitors.notices.domain import NoticeKind
from services.visitors.policies.store import pass_rules, policy_for
from services.visitors.series.domain import (
    NewParticulars,
    NewTimes,
    NoSuchOccurrence,
    NothingAhead,
    Occurrence,
    SeriesIsNoDraft,
    SeriesWish,
    first_wall,
)
from services.visitors.series.store import Pairs, hosts_who_left
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.commands import know_visitor
from services.visitors.visits import commands
from services.visitors.visits.commands.making import NoSuchZone
from services.visitors.visits.commands.taking import OnlyHostsAndDesk
from services.visitors.visits.domain import (
    Appointment,
    By,
    InSeries,
    Step,
    Terms,
    Visit,
    VisitSeries,
)
from services.visitors.visits.store import are_known_zones
from shared import directory
from shared.events.visits import VisitStatus
from shared.identity.listed import Person, Role


async def expect_series(
    session: AsyncSession, wish: SeriesWish, *, by: Person, at: datetime
) -> tuple[VisitSeries, list[Visit]]:
    """Each visit stands, all with one pass, and the visitor is told once. Raises what
    `appointment_of` and `SeriesWish.occurrences` raise.
    """
    invitation = wish.invitation
    occurrences = wish.occurrences(at=at)
    appointment = await commands.appointment_of(session, invitation, by=by)
    series = wish.series(
        uuid4(),
        tenant_id=appointment.tenant_id,
        desk_code=await commands.free_desk_code(session),
        created_by=by.person_id,
        created_at=at,
    )
    session.add(series)
    await session.flush()
    step = By(at=at, how=commands.how_of(by, invitation.host_id), person_id=by.person_id)
    visits = await _made(session, wish, series, appointment, occurrences, by=step)
    if not invitation.is_draft:
        await commands.tell_of_series(session, series.id, kind=NoticeKind.INVITATION, at=at)
    return series, visits


async def _made(
    session: AsyncSession,
    wish: SeriesWish,
    series: VisitSeries,
    appointment: Appointment,
    occurrences: list[Occurrence],
    *,
    by: By,
) -> list[Visit]:
    tenant_id, key = appointment.tenant_id, surroundings_of(session).pass_keys.newest
    policy = await policy_for(session, tenant_id)
    visitor = await know_visitor(session, wish.invitation.visitor, tenant_id=tenant_id, at=by.at)
    made = [
        Visit.made(
            replace(appointment, starts_at=each.starts_at, ends_at=each.ends_at),
            step=Step.DRAFT if wish.invitation.is_draft else Step.EXPECT,
            more=wish.invitation.more,
            visitor=visitor,
            policy=policy,
            pass_key=key,
            desk_code=series.desk_code,
            by=by,
            place=InSeries(series.id, each.recurrence_wall),
        )
        for each in occurrences
    ]
    session.add_all(visit for visit, _ in made)
    await session.flush()
    for _, taken in made:
        await commands.record(session, taken)
    return [visit for visit, _ in made]


async def must_be_changeable(session: AsyncSession, visits: Pairs, *, by: Person) -> None:
    """By the reception, and by whoever hosts all that is ahead, or acts for those who do.

    Raises `OnlyHostsAndDesk`.
    """
    if by.has(Role.RECEPTIONIST):
        return
    hosts = {
        visit.host_id
        for visit, _ in visits
        if not visit.is_over and by.person_id not in {visit.host_id, *visit.co_host_ids}
    }
    for host_id in hosts:
        if not await acts_for(session, host_id, me=by):
            raise OnlyHostsAndDesk


_TO_COME = frozenset({VisitStatus.EXPECTED, VisitStatus.DRAFT})


def from_there(visits: Pairs, begins: datetime | None) -> Pairs:
    """Those from a wall time of the rule on; all where there is none. Raises `NoSuchOccurrence`."""
    if begins is None:
        return visits
    if all(visit.recurrence_wall != begins for visit, _ in visits):
        raise NoSuchOccurrence
    return [pair for pair in visits if (pair[0].recurrence_wall or begins) >= begins]


def ahead(visits: Pairs, *, begins: datetime | None, at: datetime) -> Pairs:
    """Those for which nobody has come and whose time has not begun, from a wall time of the rule
    on. Raises `NoSuchOccurrence`, `NothingAhead`.
    """
    found = [
        (visit, visitor)
        for visit, visitor in from_there(visits, begins)
        if visit.status in _TO_COME and visit.starts_at > at
    ]
    if not found:
        raise NothingAhead
    return found


async def reschedule_series(
    session: AsyncSession,
    series: VisitSeries,
    visits: Pairs,
    times: NewTimes,
    *,
    begins: datetime | None,
    by: By,
) -> None:
    """Those ahead are at another time of their day; what was moved by itself stays where it is.

    Raises `NoSuchOccurrence`, `NothingAhead`, `VisitInThePast`, `AnotherThatDay`.
    """
    found = ahead(visits, begins=begins, at=by.at)
    following = [pair for pair in found if series.has_time_of(pair[0])]
    series.change_terms(begins or first_wall([visit for visit, _ in found]), times.of)
    rules = await pass_rules(session, series.tenant_id)
    for visit, visitor in following:
        assert visit.recurrence_wall is not None, "it is of a series"
        starts_at, ends_at = series.window_at(visit.recurrence_wall)
        moved = replace(visit.appointment, starts_at=starts_at, ends_at=ends_at)
        moved.must_make_sense(at=by.at)
        if moved != visit.appointment:
            taken = visit.reschedule(moved, visitor=visitor, rules=rules, by=by)
            await commands.record(session, taken)
    in_order = sorted((visit for visit, _ in visits), key=lambda visit: visit.starts_at)
    series.must_all_be_apart(in_order)
    await commands.tell_of_series(session, series.id, kind=NoticeKind.UPDATE, at=by.at)


async def cancel_series(
    session: AsyncSession,
    series: VisitSeries,
    visits: Pairs,
    *,
    begins: datetime | None,
    by: By,
) -> None:
    """Those ahead will not take place. Raises `NoSuchOccurrence`, `NothingAhead`."""
    for visit, visitor in ahead(visits, begins=begins, at=by.at):
        await commands.record(session, visit.cancel(visitor=visitor, by=by))
    series.version += 1
    await commands.tell_of_series(session, series.id, kind=NoticeKind.UPDATE, at=by.at)


async def name_host_of_series(
    session: AsyncSession,
    series: VisitSeries,
    visits: Pairs,
    host_id: UUID,
    *,
    begins: datetime | None,
    by: By,
) -> None:
    """Somebody else of the same tenant receives the visitor, on each day that whoever is host on
    the first of them has, or a leaver; a day that was given another host by itself keeps them.

    Raises `NoSuchHost`, `NoSuchOccurrence`, `NothingAhead`.
    """
    if not await directory.is_held_listed(session, host_id, tenant_id=series.tenant_id):
        raise commands.NoSuchHost
    found = [pair for pair in from_there(visits, begins) if not pair[0].is_over]
    if not found:
        raise NothingAhead
    replaced = {found[0][0].host_id, *await hosts_who_left(session, [each for each, _ in found])}
    for visit, visitor in found:
        if visit.host_id in replaced:
            await commands.name_host(session, visit, visitor, host_id, by=by)
    series.version += 1


async def submit_series(
    session: AsyncSession, series: VisitSeries, visits: Pairs, *, by: By
) -> None:
    """All days of a draft that are still to come are expected from now on, and the visitor is told
    once. Raises `SeriesIsNoDraft`, `NothingAhead`.
    """
    drafts = [pair for pair in visits if pair[0].status is VisitStatus.DRAFT]
    if not drafts:
        raise SeriesIsNoDraft
    found = [(visit, visitor) for visit, visitor in drafts if visit.starts_at > by.at]
    if not found:
        raise NothingAhead
    for visit, visitor in found:
        await commands.record(session, visit.stand(Step.EXPECT, visitor=visitor, by=by))
    series.version += 1
    await session.flush()
    await commands.tell_of_series(session, series.id, kind=NoticeKind.INVITATION, at=by.at)


async def describe_series(
    session: AsyncSession,
    series: VisitSeries,
    visits: Pairs,
    wish: NewParticulars,
    *,
    begins: datetime | None,
    by: By,
) -> None:
    """What else is known of those ahead is other than before; what one has by itself it keeps.

    Raises `NoSuchOccurrence`, `NothingAhead`, `NoSuchHost`, `NoSuchZone`.
    """
    found = ahead(visits, begins=begins, at=by.at)
    people = (*wish.more.get("co_host_ids", ()), *wish.more.get("escort_ids", ()))
    await commands.must_be_colleagues(session, people, tenant_id=series.tenant_id)
    asked = wish.beside.get("zones_asked")
    if asked and not await are_known_zones(session, asked):
        raise NoSuchZone
    zones = await commands.zones_of(session, series.tenant_id, asked=asked, booked=None)
    before = {visit.id: series.terms_at(visit.recurrence_wall or by.at) for visit, _ in found}
    series.change_terms(begins or first_wall([visit for visit, _ in found]), wish.of)
    rules = await pass_rules(session, series.tenant_id)
    for visit, visitor in found:
        appointment = _described(visit, before[visit.id], wish, zones)
        if appointment != visit.appointment:
            moved = visit.reschedule(appointment, visitor=visitor, rules=rules, by=by)
            await commands.record(session, moved)
        taken = visit.describe(wish.more_of(visit, before[visit.id]), visitor=visitor, by=by)
        if taken is not None:
            await commands.record(session, taken)


def _described(
    visit: Visit, before: Terms, wish: NewParticulars, zones: tuple[UUID, ...]
) -> Appointment:
    appointment = visit.appointment
    if "language" in wish.beside and appointment.language == before.language:
        appointment = replace(appointment, language=wish.beside["language"])
    if "zones_asked" in wish.beside and appointment.zones_asked == before.zones_asked:
        asked = wish.beside["zones_asked"]
        appointment = replace(appointment, zones_asked=asked, zone_ids=zones)
    return appointment
