"""The statements of a search; who may see which visit is decided in them, as for every list.

One rule: each is built once for all who have the same roles, and is given who asks, when, and what
was typed: to build one anew takes longer than to be answered.

Visits of the day, and those around it, are brought together with all words near to what was typed,
so none of them is missed; of all others those whose words fit best, as many as a screen can use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Select,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlmodel import col

from services.visitors.names.domain import FoundBy, SearchWord
from services.visitors.names.matching import (
    MOST_OWNERS,
    best_as,
    best_of_owners,
    fit_others,
    is_between,
    owners_of,
    words_near,
)
from services.visitors.names.terms import Closeness
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from services.visitors.visits.domain.columns import IS_HERE, OVER_NIGHT, TO_SWEEP
from services.visitors.visits.store import is_of_their_reception, may_see
from shared.directory import people, tenants
from shared.identity.listed import Person, Role

MOST_OF_DAY = 100
"""More visits of the day than are shown at once."""
MOST_TO_COME, MOST_BEFORE = 3_000, 1_000
"""As many visits around the day are looked through: a day's visits of the whole park, or so."""
LATEST, NEXT = 3, 5
"""As many visits of somebody whose visits are all on other days."""
_PLATE: ColumnElement[str] = literal_column("upper(translate(visits.plate, ' -./|', ''))")
"""As its index says it."""
_ME, _MY_TENANT = (bindparam(name, type_=Uuid()) for name in ("me", "my_tenant"))
_BEGINS_AT, _ENDS_AT, _AT = (
    bindparam(name, type_=DateTime(timezone=True)) for name in ("begins_at", "ends_at", "at")
)
_LOW, _HIGH = (bindparam(name, type_=Text()) for name in ("low", "high"))
SHOWN = (
    select(Visit, Visitor, func.concat_ws(" ", people.c.given_name, people.c.family_name))
    .join(Visitor, col(Visit.visitor_id) == col(Visitor.id))
    .outerjoin(people, people.c.person_id == col(Visit.host_id))
    .where(col(Visit.id) == any_(bindparam("visit_ids", type_=ARRAY(Uuid()))))
)
"""Given `visit_ids`: visits with their visitors and the names of their hosts."""

Look: TypeAlias = Callable[[Person], Select[Any]]
"""Finds `id`, `starts_at`, `is_of_day` and `best` of visits that somebody may see."""


def statement(look: Look, *, seen_by: Person) -> Select[Any]:
    """The look of whoever has their roles; to be executed with `given`, and with what was typed."""
    return _kept(look, seen_by.is_landlord, seen_by.roles)


@lru_cache
def _kept(look: Look, is_landlord: bool, roles: frozenset[Role]) -> Select[Any]:
    me, my_tenant = cast("UUID", _ME), cast("UUID", _MY_TENANT)
    return look(Person(me, my_tenant, "", "", "", is_landlord=is_landlord, roles=roles))


def given(seen_by: Person) -> dict[str, Any]:
    """Who it is that asks."""
    return {_ME.key: seen_by.person_id, _MY_TENANT.key: seen_by.tenant_id}


def of_the_day(seen_by: Person) -> Select[Any]:
    """Given `ways`: visits of that day, as its board has them."""
    return _of_whom(_visits_of_the_day(seen_by))


def around(seen_by: Person) -> Select[Any]:
    """Given `ways`: those, the next visits after that day, and the last before it."""
    return _of_whom([*_visits_of_the_day(seen_by), *_visits_around(seen_by)])


def of_anybody(seen_by: Person) -> Select[Any]:
    """Given `ways`: the latest and the next visits of those whose words fit best."""
    theirs = col(SearchWord.tenant_id) == seen_by.tenant_id
    if seen_by.is_landlords_receptionist:
        every = select(tenants.c.tenant_id).scalar_subquery()
        theirs = col(SearchWord.tenant_id) == any_(func.array(every))
    owners = owners_of(theirs).subquery("owners")
    before, ahead = col(Visit.starts_at) < _BEGINS_AT, col(Visit.starts_at) >= _ENDS_AT
    latest, soonest = col(Visit.starts_at).desc(), col(Visit.starts_at)
    parts: list[Any] = [
        select(col(Visit.id), col(Visit.starts_at))
        .where(whose == owners.c.owner_id, may_see(seen_by), when)
        .order_by(order)
        .limit(most)
        .correlate(owners)
        for whose in (col(Visit.visitor_id), col(Visit.host_id))
        for when, order, most in ((before, latest, LATEST), (ahead, soonest, NEXT))
    ]
    visits = union_all(*(select(part.subquery()) for part in parts)).lateral("theirs")
    return select(visits, false(), owners.c.best).select_from(owners.join(visits, true()))


def by_code(seen_by: Person) -> Select[Any]:
    """Given `low` and `high`: those whose code is between."""
    return _nearest(is_between(col(Visit.desk_code), _LOW, _HIGH), FoundBy.CODE, seen_by)


def by_plate(seen_by: Person) -> Select[Any]:
    """Given `low` and `high`: those whose plate is between."""
    has_plate = and_(col(Visit.plate).is_not(None), is_between(_PLATE, _LOW, _HIGH))
    return _nearest(has_plate, FoundBy.PLATE, seen_by)


def _nearest(which: ColumnElement[bool], found_by: FoundBy, seen_by: Person) -> Select[Any]:
    """Those nearest to now first: a series has one code."""
    best = literal(best_as(Closeness.BEGINS, found_by))
    query: Any = select(col(Visit.id), col(Visit.starts_at), false(), best)
    nearest: Select[Any] = query.where(which, may_see(seen_by))
    return nearest.order_by(_away(col(Visit.starts_at))).limit(MOST_OWNERS)


def _away(starts_at: Any) -> ColumnElement[Any]:
    return func.abs(func.extract("epoch", starts_at - _AT))


def _of_whom(visits: Sequence[Select[Any]]) -> Select[Any]:
    """Those of the visits of whose visitor or host a word fits, for each term."""
    whose = _whose_words_fit(union_all(*visits).cte("those").prefix_with("MATERIALIZED"))
    visit = whose.c.id, whose.c.starts_at, whose.c.visitor_id, whose.c.host_id
    is_of_day, best = func.bool_or(whose.c.is_of_day), func.min(whose.c.best)
    each = select(*visit, is_of_day.label("is_of_day"), best.label("best")).group_by(*visit)
    found = each.subquery("found")
    theirs = col(SearchWord.owner_id) == any_(array([found.c.visitor_id, found.c.host_id]))
    hits = select(found.c.id, found.c.starts_at, found.c.is_of_day, found.c.best)
    best_first = found.c.is_of_day.desc(), found.c.best, _away(found.c.starts_at)
    return hits.where(fit_others(theirs)).order_by(*best_first).limit(MOST_OF_DAY)


def _whose_words_fit(those: CTE) -> Subquery:
    """Those of whose visitor or host a word fits the first term, with the `best` of each."""
    # Only of the tenants of these visits, by the index: few, where few are seen.
    tenant_ids = func.array(select(those.c.tenant_id).distinct().scalar_subquery())
    near = words_near(col(SearchWord.tenant_id) == any_(tenant_ids)).subquery("near")
    owners = union_all(select(those.c.visitor_id), select(those.c.host_id))
    met = select(near).where(near.c.term == 0, near.c.owner_id.in_(owners))
    fits = best_of_owners(met).cte("fits").prefix_with("MATERIALIZED")
    return union_all(
        *(
            select(those, fits.c.best).join(fits, fits.c.owner_id == owner_id)
            for owner_id in (those.c.visitor_id, those.c.host_id)
        )
    ).subquery("whose")


def _visits_of_the_day(seen_by: Person) -> list[Select[Any]]:
    """As the board has them; each part by an index of its own."""
    starts_at = col(Visit.starts_at)
    begins_then = (starts_at >= _BEGINS_AT) & (starts_at < _ENDS_AT)
    lasts_into = and_(text(OVER_NIGHT), col(Visit.ends_at) > _BEGINS_AT, starts_at < _BEGINS_AT)
    parts = (begins_then, lasts_into, text(IS_HERE))
    return [_visits(may_see(seen_by), is_of_day=True).where(part) for part in parts]


def _visits_around(seen_by: Person) -> list[Select[Any]]:
    """What is to come, by its end, which an index has; and what began last."""
    starts_at, ends_at = col(Visit.starts_at), col(Visit.pass_valid_until)
    to_come = _visits(may_see(seen_by)).where(text(TO_SWEEP), starts_at >= _ENDS_AT)
    to_come = to_come.where(ends_at > _ENDS_AT).order_by(ends_at).limit(MOST_TO_COME)
    before = _visits(is_of_their_reception(seen_by)).where(starts_at < _BEGINS_AT)
    before = before.order_by(starts_at.desc()).limit(MOST_BEFORE)
    return [select(to_come.subquery("to_come")), select(before.subquery("before"))]


def _visits(which: ColumnElement[bool], *, is_of_day: bool = False) -> Select[Any]:
    columns: Any = (col(Visit.id), col(Visit.starts_at), col(Visit.visitor_id), col(Visit.host_id))
    of_day = (true() if is_of_day else false()).label("is_of_day")
    return select(*columns, of_day, col(Visit.tenant_id)).where(which)
