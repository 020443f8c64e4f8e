"""What a visit asks for is clipped to what the host's tenant may grant under the ceiling."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from services.access.premises.domain import Zone
from services.access.rights.domain import RightStatus, rights_of_visit
from services.access.rights.known import KnownVisit
from shared.events.premises import ZoneKind
from shared.events.visits import VisitExpected, VisitRescheduled
from tests.access.builders import a_visit
from tests.access.park import NINE, OPERATOR, Park
from tests.access.rights.asking import cap

HOST, OTHER = uuid4(), uuid4()


def a_zone(kind: ZoneKind, parent: Zone | None = None, **more: object) -> Zone:
    named = {"name_fr": "z", "name_ar": "z", "name_en": "z", "code": str(uuid4())}
    zone = Zone(kind=kind, listed_at=NINE, **named, **more)  # type: ignore[arg-type]
    zone.lie_within(parent)
    return zone


PARK = a_zone(ZoneKind.PARK)
BUILDING = a_zone(ZoneKind.BUILDING, PARK)
TERRACE = a_zone(ZoneKind.FLOOR, BUILDING)
SUITE = a_zone(ZoneKind.SUITE, TERRACE, tenant_id=HOST)
FOREIGN = a_zone(ZoneKind.SUITE, TERRACE, tenant_id=OTHER)
ROOM = a_zone(ZoneKind.ROOM, BUILDING, is_bookable=True)
ZONES = {zone.zone_id: zone for zone in (PARK, BUILDING, TERRACE, SUITE, FOREIGN, ROOM)}


def asked(*zones: Zone, capped: set[UUID] | None) -> dict[UUID, tuple[RightStatus, bool]]:
    """Of each zone: whether it is granted, and whether under a ceiling."""
    facts = a_visit(tenant_id=HOST, zone_ids=tuple(zone.zone_id for zone in zones))
    event = VisitExpected(visit=facts)
    visit = KnownVisit(
        visit_id=facts.visit_id,
        sequence=1,
        status=facts.status,
        tenant_id=HOST,
        visitor_id=uuid4(),
        host_id=event.visit.host_id,
        zone_ids=list(facts.zone_ids),
        pass_valid_from=NINE,
        pass_valid_until=NINE + timedelta(hours=1),
    )
    found = rights_of_visit(visit, zones=ZONES, capped=capped)
    return {each.zone_id: (each.status, each.is_under_ceiling) for each in found}


GRANTED = (RightStatus.GRANTED, False)
UNDER = (RightStatus.GRANTED, True)
REFUSED = (RightStatus.REFUSED, False)


def test_where_visits_need_no_ceilings_shared_zones_are_granted() -> None:
    found = asked(TERRACE, FOREIGN, capped=None)
    assert found[TERRACE.zone_id] == GRANTED
    assert found[FOREIGN.zone_id] == REFUSED


def test_where_they_do_a_shared_destination_hangs_by_the_tenants_ceiling() -> None:
    assert asked(TERRACE, capped=set())[TERRACE.zone_id] == REFUSED
    under = asked(TERRACE, capped={TERRACE.zone_id})
    assert under[TERRACE.zone_id] == UNDER
    assert {under[zone.zone_id] for zone in (PARK, BUILDING)} == {GRANTED}


def test_the_way_to_a_suite_needs_no_ceiling() -> None:
    for zones in ((SUITE,), (SUITE, TERRACE), (TERRACE, SUITE)):
        found = asked(*zones, capped=set())
        assert set(found) == {zone.zone_id for zone in (PARK, BUILDING, TERRACE, SUITE)}
        assert set(found.values()) == {GRANTED}


def test_a_room_that_anybody_may_book_needs_no_ceiling() -> None:
    assert asked(ROOM, capped=set())[ROOM.zone_id] == GRANTED


async def test_a_park_may_ask_for_ceilings_over_visits(park: Park) -> None:
    park.ground.database.info["surroundings"] = replace(
        park.ground.database.info["surroundings"], visits_need_ceilings=True
    )
    facts = a_visit(tenant_id=park.id("atlas"), zone_ids=(park.id("floor"),))
    await park.hear(VisitExpected(visit=facts))
    (alarm,) = (await park.get(OPERATOR, "/alarms")).json()["items"]
    assert (alarm["kind"], alarm["zone_id"]) == ("right_refused", park.ids["floor"])
    await park.loops["alarms.count"].round()
    count = park.ground.registry.get_sample_value
    assert count("parvis_alarms_open", {"kind": "right_refused"}) == 1
    assert count("parvis_alarms_open", {"kind": "duress"}) == 0
    await cap(park, "atlas", "floor")
    await park.hear(VisitRescheduled(visit=facts))
    query = "SELECT zone_id, is_under_ceiling FROM rights WHERE ended_at IS NULL"
    found = {row["zone_id"]: row["is_under_ceiling"] for row in await park.rows(query)}
    assert found == {
        park.id("park"): False,
        park.id("building"): False,
        park.id("floor"): True,
    }
