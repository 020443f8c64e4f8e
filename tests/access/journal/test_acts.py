"""Acts in the journal: who did what, on whose behalf, and who may read it."""

import pytest

from services.access.journal.commands import journal_act
from shared.identity.listed import Person, Role
from tests.access.park import ALICE, ATLAS_ADMIN, BAHIA_ADMIN, NINE, OPERATOR, SECURITY, Park


def as_caller(park: Park) -> Person:
    return Person(
        person_id=park.id(SECURITY.email),
        tenant_id=park.id("landlord"),
        display_name="Security",
        email=SECURITY.email,
        language="fr",
        is_landlord=True,
        roles=frozenset({Role.SECURITY}),
    )


@pytest.fixture
async def acted(park: Park) -> Park:
    """An act about Alice, and one about a zone that her company rents."""
    async with park.ground.database.transaction() as session:
        by = as_caller(park)
        await journal_act(
            session,
            "badge_revoked",
            by=by,
            at=NINE,
            on_behalf_of=park.id(ATLAS_ADMIN.email),
            tenant_id=park.id("atlas"),
            person_id=park.id(ALICE.email),
            details={"reason": "lost"},
        )
        await journal_act(
            session,
            "door_mode_changed",
            by=by,
            at=NINE,
            tenant_id=park.id("atlas"),
            zone_id=park.id("suite a"),
            door_id=park.id("door a"),
        )
    return park


async def test_an_act_tells_its_author_and_on_whose_behalf(acted: Park) -> None:
    (entry,) = (await acted.get(OPERATOR, "/journal", reason="badge_revoked")).json()["items"]
    assert (entry["kind"], entry["author_id"]) == ("act", acted.ids[SECURITY.email])
    assert entry["person_id"] == acted.ids[ALICE.email]
    assert entry["details"] == {"reason": "lost", "on_behalf_of": acted.ids[ATLAS_ADMIN.email]}


async def test_an_act_is_found_by_its_zone_and_its_door(acted: Park) -> None:
    for search in ({"zone_id": acted.ids["suite a"]}, {"door_id": acted.ids["door a"]}):
        found = (await acted.get(SECURITY, "/journal", **search)).json()["items"]
        assert [entry["reason"] for entry in found if entry["kind"] == "act"] == [
            "door_mode_changed"
        ]


async def test_an_admin_reads_acts_about_their_own_people_alone(acted: Park) -> None:
    own = (await acted.get(ATLAS_ADMIN, "/journal")).json()["items"]
    assert [entry["reason"] for entry in own] == ["badge_revoked"]
    foreign = (await acted.get(BAHIA_ADMIN, "/journal")).json()["items"]
    assert foreign == []
