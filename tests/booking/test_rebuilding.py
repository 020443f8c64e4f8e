"""What the others no longer tell of ends, once all they told again is heard; not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.booking.service import SERVICE
from shared.events.access import ControllerFacts, ControllerSilenced, LockdownStarted
from shared.events.premises import SpecialDayConfirmed
from shared.events.visits import VisitExpected, VisitorCheckedIn, VisitStatus
from shared.leaving import LEAVING
from tests.booking.park import NINE, Park, a_person, a_zone, heard
from tests.booking.rooms.test_reactions import a_lockdown, a_special_day
from tests.booking.visits import a_visit

FLOOR = 1_000


async def run(park: Park, *, dry_run: bool = False) -> None:
    command = next(each for each in SERVICE.commands if each.name == "rebuild")
    await command.asked(dry_run=dry_run, patience=0)(park.ground)


async def told_again(park: Park, *owners: str, told: str = "{}", **ago: float) -> None:
    """The end of a retelling was heard."""
    async with park.ground.database.transaction() as session:
        for owner in owners:
            await session.execute(
                text("INSERT INTO retellings VALUES (:owner, :run, :floor, :told, :at)"),
                {
                    "owner": owner,
                    "run": UUID(int=uuid4().int >> 32 << 32),
                    "floor": FLOOR,
                    "told": told,
                    "at": park.now - timedelta(**ago),
                },
            )


async def count(park: Park, what: str) -> int:
    async with park.ground.database.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {what}")) or 0)


STANDING = {
    "known_tenants WHERE is_listed": 3,
    "known_zones WHERE is_listed": 1,
    "known_special_days WHERE is_confirmed": 1,
    "known_emergencies WHERE ended_at IS NULL": 1,
    "known_controllers WHERE silent_since IS NOT NULL": 1,
    "guest_visits WHERE status = 'expected'": 1,
    "guest_visits WHERE status = 'checked_in'": 1,
}


@pytest.fixture
async def full(park: Park) -> Park:
    """The park, knowing something of each kind."""
    zone = a_zone()
    await park.list_zone(zone)
    controller = ControllerFacts(
        controller_id=uuid4(), code="C", zone_ids=(zone.zone_id,), silent_since=NINE, heard_at=NINE
    )
    here = a_visit(str(uuid4()), str(uuid4()), status=VisitStatus.CHECKED_IN)
    for event in (
        SpecialDayConfirmed(special_day=a_special_day(NINE.date())),
        LockdownStarted(lockdown=a_lockdown(zone.zone_id)),
        ControllerSilenced(controller=controller),
        VisitExpected(visit=a_visit(str(uuid4()), str(uuid4()), status=VisitStatus.EXPECTED)),
        VisitorCheckedIn(visit=here),
    ):
        await park.hear(heard(event))
    return park


async def test_what_is_not_told_again_ends(full: Park) -> None:
    kept = await full.list_person(a_person(full.tenant_id, email="kept@x.example"), sequence=FLOOR)
    await told_again(full, "access", "visitors")
    assert {what: await count(full, what) for what in STANDING} == STANDING
    await run(full, dry_run=True)
    assert {what: await count(full, what) for what in STANDING} == STANDING, "it only looked"
    await run(full)
    assert {what: await count(full, what) for what in STANDING} == dict.fromkeys(STANDING, 0)
    assert await count(full, f"known_people WHERE is_listed AND person_id = '{kept.person_id}'")
    assert await count(full, "known_people WHERE is_listed") == 1
    assert await count(full, f"timers WHERE name = '{LEAVING}'") == 5, (
        "whoever is gone is let go of"
    )
    assert await count(full, "guest_visits WHERE status = 'left_unseen'") == 1
    await run(full)


async def test_older_news_brings_nothing_back_and_newer_does(full: Park) -> None:
    await told_again(full, "access", "visitors")
    await run(full)
    amal = full.people["amal@acme.example"]
    await full.list_person(amal, sequence=FLOOR)
    assert await count(full, "known_people WHERE is_listed") == 0
    await full.list_person(amal, sequence=FLOOR + 1)
    assert await count(full, "known_people WHERE is_listed") == 1


@pytest.mark.parametrize(
    ("owners", "more", "said"),
    [
        (("access",), {}, "visitors has not told all again: run `python -m services.visitors"),
        (("access", "visitors"), {"hours": 25}, "too long ago"),
        (
            ("access", "visitors"),
            {"told": '{"premises.zone_listed.v1": 2, "access.alarm_raised.v1": 7}'},
            "Of 2 facts that access told again, 0 were heard",
        ),
    ],
)
async def test_nothing_ends_before_all_is_heard(
    full: Park, owners: tuple[str, ...], more: dict[str, Any], said: str
) -> None:
    await told_again(full, *owners, **more)
    with pytest.raises(SystemExit, match=said):
        await run(full)
    assert {what: await count(full, what) for what in STANDING} == STANDING
