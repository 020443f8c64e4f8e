"""Whom a lockdown leaves in, among several."""

from uuid import UUID, uuid4

import pytest

from services.access.lockdowns.domain import StandingLockdown, StandingLockdowns

PARK, FLOOR, ROOM, OTHER = uuid4(), uuid4(), uuid4(), uuid4()
PATH = (PARK, FLOOR, ROOM)
ALICE, BASMA, ATLAS = uuid4(), uuid4(), uuid4()


def a_lockdown(
    zone_id: UUID, *people: UUID, rank: int = 0, tenants: tuple[UUID, ...] = ()
) -> StandingLockdown:
    return StandingLockdown(uuid4(), zone_id, rank, frozenset(people), frozenset(tenants))


def closing(
    *lockdowns: StandingLockdown, person: UUID | None = ALICE, tenant: UUID | None = ATLAS
) -> StandingLockdown | None:
    stand = StandingLockdowns.of(lockdowns)
    return stand.closing(PATH, person_id=person, tenant_id=tenant)


@pytest.mark.parametrize("zone_id", PATH)
def test_a_lockdown_covers_its_zone_and_everything_within(zone_id: UUID) -> None:
    lockdown = a_lockdown(zone_id)
    assert closing(lockdown) is lockdown
    assert closing(a_lockdown(OTHER)) is None
    assert closing() is None


def test_people_and_tenants_may_be_exempt() -> None:
    assert closing(a_lockdown(FLOOR, ALICE)) is None
    assert closing(a_lockdown(FLOOR, tenants=(ATLAS,))) is None
    assert closing(a_lockdown(FLOOR, ALICE), person=BASMA) is not None


def test_a_visitor_is_never_exempt() -> None:
    lockdown = a_lockdown(FLOOR, ALICE, tenants=(ATLAS,))
    assert closing(lockdown, person=None, tenant=None) is lockdown


def test_the_highest_rank_says_who_is_exempt() -> None:
    low, high = a_lockdown(PARK), a_lockdown(ROOM, ALICE, rank=5)
    assert closing(low, high) is None
    assert closing(high, low) is None
    strict = a_lockdown(PARK, rank=9)
    assert closing(low, high, strict) is strict


def test_among_equals_all_must_exempt() -> None:
    one, other = a_lockdown(PARK, ALICE, rank=5), a_lockdown(ROOM, BASMA, rank=5)
    assert closing(one, other) is other
    assert closing(other, one) is other
