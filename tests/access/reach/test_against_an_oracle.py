"""What the database answers set by set is what a plain reading of the rows says, for all of them.

A seeded park of random rights, groups and ceilings: each person at each point and instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from services.access.ceilings.domain import Ceiling
from services.access.groups.domain import Group, GroupMember
from services.access.rights.domain import Right, RightHolder
from services.access.rights.effective import Standing
from services.access.schedules.domain import Schedule
from tests.access.park import ALICE, ATLAS_ADMIN, BAHIA_ADMIN, BASMA, NINE, SECURITY, Park, Somebody
from tests.access.rights.asking import reach, who, why

PEOPLE = (ALICE, ATLAS_ADMIN, BASMA, BAHIA_ADMIN)
ZONES = {"building": None, "floor": None, "suite a": "atlas", "suite b": "bahia"}
POINTS = {"lobby in": "building", "stairs in": "floor", "door a in": "suite a"}
MORNING, NEVER = uuid4(), uuid4()
GROUPS = ("g1", "g2")
INSTANTS = [NINE + timedelta(hours=hours) for hours in range(-1, 3)]


@dataclass
class World:
    """The rows, as they were written."""

    rights: list[Right]
    ceilings: list[Ceiling]
    members: set[tuple[UUID, UUID]]


async def make_world(park: Park, random: Random) -> World:
    async with park.ground.database.transaction() as session:
        morning = [{"days": ["MO"], "begins": "09:00", "ends": "11:00"}]
        for schedule_id, weekly in ((MORNING, morning), (NEVER, [])):
            code = str(schedule_id)
            session.add(
                Schedule(
                    schedule_id=schedule_id, code=code, name=code, weekly=weekly, listed_at=NINE
                )
            )
        for name in GROUPS:
            group = Group(name=name, formed_at=NINE)
            park.ids[name] = str(group.group_id)
            session.add(group)
        await session.flush()
        members = {
            (park.id(group), park.id(person.email))
            for group in GROUPS
            for person in PEOPLE
            if random.random() < 0.5
        }
        world = World(
            rights=[a_right(park, random) for _ in range(60)],
            ceilings=[a_ceiling(park, random) for _ in range(8)],
            members=members,
        )
        session.add_all([*world.rights, *world.ceilings])
        session.add_all(
            GroupMember(group_id=group, person_id=person, added_by=uuid4(), added_at=NINE)
            for group, person in members
        )
    return world


def a_term(random: Random) -> dict[str, Any]:
    ends = (None, None, *INSTANTS)
    starts, until = random.choice(ends), random.choice(ends)
    if starts and until and until <= starts:
        starts = None
    schedule_id = random.choice([None] * 5 + [MORNING, MORNING, NEVER])
    return {"valid_from": starts, "valid_until": until, "schedule_id": schedule_id}


def a_right(park: Park, random: Random) -> Right:
    holders = [(RightHolder.PERSON, park.id(each.email)) for each in PEOPLE]
    holders += [(RightHolder.GROUP, park.id(name)) for name in GROUPS]
    holders += [(RightHolder.TENANT, park.id(name)) for name in ("atlas", "bahia")]
    kind, holder_id = random.choice(holders)
    by = random.choice(["landlord", "atlas", "bahia"])
    is_for_point = random.random() < 0.3
    return Right(
        holder_kind=kind,
        holder_id=holder_id,
        zone_id=None if is_for_point else park.id(random.choice(list(ZONES))),
        access_point_id=park.id(random.choice(list(POINTS))) if is_for_point else None,
        author_id=uuid4(),
        author_tenant_id=park.id(by),
        is_under_ceiling=by != "landlord",
        granted_at=NINE,
        ended_at=NINE if random.random() < 0.2 else None,
        **a_term(random),
    )


def a_ceiling(park: Park, random: Random) -> Ceiling:
    return Ceiling(
        zone_id=park.id(random.choice(["building", "floor"])),
        tenant_id=park.id(random.choice(["atlas", "bahia"])),
        author_id=park.id(SECURITY.email),
        author_tenant_id=park.id("landlord"),
        set_at=NINE,
        ended_at=NINE if random.random() < 0.5 else None,
        **a_term(random),
    )


def counts(term: Right | Ceiling, at: datetime) -> bool:
    """One schedule of this park is open from nine to eleven, the other never."""
    if term.ended_at is not None:
        return False
    if term.schedule_id is not None and (term.schedule_id != MORNING or at.hour not in {9, 10}):
        return False
    begun = term.valid_from is None or term.valid_from <= at
    return begun and (term.valid_until is None or at < term.valid_until)


def opens(park: Park, world: World, right: Right, at: datetime) -> bool:
    """The sentences of the rule, one after the other, over all rows."""
    if not counts(right, at):
        return False
    if right.author_tenant_id == park.id("landlord"):
        return True
    named = {park.id(name): name for name in ZONES}
    named |= {park.id(point): zone for point, zone in POINTS.items()}
    target = right.zone_id or right.access_point_id
    assert target is not None
    zone = named[target]
    let_to = ZONES[zone]
    if let_to is not None:
        return park.id(let_to) == right.author_tenant_id
    return any(
        counts(each, at)
        and each.zone_id == park.id(zone)
        and each.tenant_id == right.author_tenant_id
        for each in world.ceilings
    )


def rights_of(park: Park, world: World, person: Somebody) -> list[Right]:
    person_id = park.id(person.email)
    _, _, company = person.email.removesuffix(".example").partition("@")
    held = {person_id, park.id(company)}
    held |= {group for group, member in world.members if member == person_id}
    return [right for right in world.rights if right.holder_id in held]


async def test_each_answer_is_what_the_rows_say(park: Park) -> None:
    random = Random(20261125)
    world = await make_world(park, random)
    seen: set[str] = set()
    for at in INSTANTS:
        able: dict[str, set[str]] = {point: set() for point in POINTS}
        for person in PEOPLE:
            held = rights_of(park, world, person)
            open_now = [right for right in held if opens(park, world, right, at)]
            reached = {str(right.zone_id or right.access_point_id) for right in open_now}
            assert await reach(park, person, at=at.isoformat(), limit=3) == reached
            for point, zone in POINTS.items():
                may = not reached.isdisjoint({park.ids[point], park.ids[zone]})
                found = await why(park, person, point, at=at)
                assert found["may_pass"] == may
                counting = {
                    each["right_id"] for each in found["rights"] if each["standing"] == "counts"
                }
                here = {park.id(point), park.id(zone)}
                assert counting == {
                    str(right.right_id)
                    for right in open_now
                    if not here.isdisjoint({right.zone_id, right.access_point_id})
                }
                seen |= {each["standing"] for each in found["rights"]}
                if may:
                    able[point].add(park.ids[person.email])
        for point in POINTS:
            assert await who(park, point, at=at.isoformat(), limit=2) == able[point]
    assert seen == set(Standing) - {Standing.REFUSED}
