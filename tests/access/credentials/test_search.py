"""Badges are found by number by those who look after people; collisions the landlord alone sees."""

import pytest

from services.access.card_formats import CardFormat
from tests.access.credentials.frames import frame_of
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Park,
    Somebody,
)

AUDITOR = Somebody("auditor@landlord.example", ("auditor",))


async def found(park: Park, who: Somebody, **query: object) -> list[str]:
    answer = await park.get(who, "/badges", **query)
    assert answer.status_code == 200, answer.text
    return [badge["badge_id"] for badge in answer.json()["items"]]


async def test_a_number_is_found_among_those_one_may_see(park: Park) -> None:
    await park.list_person(AUDITOR)
    alices = (await park.give_badge(ALICE, 11))["badge_id"]
    basmas = (await park.give_badge(BASMA, 11))["badge_id"]
    await park.give_badge(BASMA, 12)
    for who in (SECURITY, OPERATOR, AUDITOR):
        assert set(await found(park, who, number=11, facility=77)) == {alices, basmas}
    assert await found(park, ATLAS_ADMIN, number=11) == [alices]
    assert await found(park, BAHIA_ADMIN, number=11, format="H10301") == [basmas]
    assert await found(park, ATLAS_ADMIN, number=12) == []
    assert await found(park, ATLAS_ADMIN, tenant_id=park.ids["bahia"]) == []
    assert await found(park, ATLAS_ADMIN, person_id=park.ids[BASMA.email]) == []
    assert await found(park, SECURITY, number=11, format="INDALA26") == []
    assert (await park.get(ALICE, "/badges", number=11)).status_code == 403


async def test_all_pages_together_hold_each_badge_once(park: Park) -> None:
    for number in range(5):
        await park.give_badge(ALICE, number)
        park.pass_time(seconds=number % 2)
    seen, cursor = [], None
    while True:
        query = {"limit": 2, "kind": "own"} | ({"cursor": cursor} if cursor else {})
        page = (await park.get(ATLAS_ADMIN, "/badges", **query)).json()
        seen += [badge["number"] for badge in page["items"]]
        if cursor := page["next"]:
            stolen = await park.get(SECURITY, "/badges", **query | {"cursor": cursor})
            assert stolen.status_code == 422
            continue
        break
    assert sorted(seen) == list(range(5))


async def test_one_badge_is_seen_by_its_holder_and_those_who_look_after_them(park: Park) -> None:
    path = f"/badges/{(await park.give_badge(ALICE, 11))['badge_id']}"
    for who, status in (
        (ALICE, 200),
        (ATLAS_ADMIN, 200),
        (SECURITY, 200),
        (BASMA, 404),
        (BAHIA_ADMIN, 404),
    ):
        assert (await park.get(who, path)).status_code == status, who


async def test_collisions_name_badges_and_tenants_to_the_landlord_alone(park: Park) -> None:
    alices = await park.give_badge(ALICE, 11)
    basmas = await park.give_badge(BASMA, 11)
    await park.give_badge(ALICE, 12)
    await park.give_badge(BASMA, 12, format="H10306")
    for who in (OPERATOR, SECURITY):
        (collision,) = (await park.get(who, "/badges/collisions")).json()["items"]
        assert (collision["format"], collision["facility"], collision["number"]) == (
            "H10301",
            77,
            11,
        )
        assert {(b["badge_id"], b["tenant_name"]) for b in collision["badges"]} == {
            (alices["badge_id"], "Atlas"),
            (basmas["badge_id"], "Bahia"),
        }
    for who in (ATLAS_ADMIN, BAHIA_ADMIN, ALICE):
        assert (await park.get(who, "/badges/collisions")).status_code == 403


@pytest.mark.parametrize("end", ["revoke", "delist"])
async def test_a_collision_is_over_with_the_badge_or_its_holder(park: Park, end: str) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.give_badge(BASMA, 11)
    if end == "revoke":
        await park.post(OPERATOR, f"/badges/{badge['badge_id']}/revoke", {"reason": "lost"})
    else:
        await park.post(OPERATOR, f"/people/{park.ids[ALICE.email]}/delist", {})
    assert (await park.get(SECURITY, "/badges/collisions")).json()["items"] == []


async def test_many_collisions_come_page_by_page(park: Park) -> None:
    for number in (3, 1, 2):
        await park.give_badge(ALICE, number)
        await park.give_badge(BASMA, number)
    first = (await park.get(SECURITY, "/badges/collisions", limit=2)).json()
    assert [each["number"] for each in first["items"]] == [1, 2]
    rest = (await park.get(SECURITY, "/badges/collisions", cursor=first["next"])).json()
    assert ([each["number"] for each in rest["items"]], rest["next"]) == ([3], None)


async def test_a_reader_for_several_tenants_reads_each_ones_own_format(park: Park) -> None:
    await park.add_door("shared", None, "building", card_format=None, controller="floor controller")
    path = f"/tenants/{park.ids['bahia']}/card-format"
    assert (await park.put(BAHIA_ADMIN, path, {"format": "INDALA26"})).status_code == 200
    await park.give_badge(ALICE, 4097)
    indala = await park.give_badge(BASMA, 9, facility=300)
    assert indala["format"] == "INDALA26"
    for who in (ALICE, BASMA):
        await park.let_in(who, "building")
    of_alice = frame_of(CardFormat.H10301, 77, 4097)
    of_basma = frame_of(CardFormat.INDALA26, 300, 9)
    assert (await park.read_bits("shared in", of_alice))["outcome"] == "granted"
    assert (await park.read_bits("shared in", of_basma))["reason"] == "right"
    assert (await park.read_bits("lobby in", of_basma))["reason"] == "unknown_credential"
    unknown = frame_of(CardFormat.H10301, 1, 1)
    assert (await park.read_bits("shared in", unknown))["reason"] == "unknown_credential"
    assert (await park.read_bits("shared in", "0" * 26))["reason"] == "bad_read"


async def test_at_a_shared_reader_a_card_counts_in_its_tenants_format_alone(park: Park) -> None:
    """The very bits of Alice's card may be another number of a tenant with another format."""
    await park.add_door("shared", None, "building", card_format=None, controller="floor controller")
    of_alice = frame_of(CardFormat.H10301, 77, 4097)
    assert of_alice == frame_of(CardFormat.INDALA26, 0x4D1, 1)
    await park.give_badge(ALICE, 4097)
    await park.give_badge(ALICE, 1, facility=0x4D1, format="INDALA26")
    await park.give_badge(BASMA, 1, facility=0x4D1, format="INDALA26")
    await park.let_in(ALICE, "building")
    assert (await park.read_bits("shared in", of_alice))["reason"] == "right"
    path = f"/tenants/{park.ids['bahia']}/card-format"
    await park.put(OPERATOR, path, {"format": "INDALA26"})
    assert (await park.read_bits("shared in", of_alice))["reason"] == "ambiguous_credential"
    await park.put(OPERATOR, path, {"format": "H10306"})
    assert (await park.read_bits("shared in", of_alice))["reason"] == "right"


async def test_a_day_badge_has_the_format_of_its_pool_at_a_shared_reader_too(park: Park) -> None:
    await park.add_door("shared", None, "building", card_format=None, controller="floor controller")
    await park.put(OPERATOR, f"/tenants/{park.ids['bahia']}/card-format", {"format": "H10306"})
    await park.let_in(BASMA, "building")
    card = {"format": "H10304", "facility": 9, "number": 300_000}
    await park.post(SECURITY, "/day-cards", card)
    lent = await park.post(SECURITY, f"/people/{park.ids[BASMA.email]}/day-badges", card)
    assert lent.status_code == 201, lent.text
    frame = frame_of(CardFormat.H10304, 9, 300_000)
    assert (await park.read_bits("shared in", frame))["reason"] == "right"


async def test_a_tenants_format_is_nobody_elses_business(park: Park) -> None:
    path = f"/tenants/{park.ids['bahia']}/card-format"
    assert (await park.get(BAHIA_ADMIN, path)).json() == {"format": "H10301"}
    for who, status in ((ATLAS_ADMIN, 404), (BASMA, 403)):
        assert (await park.put(who, path, {"format": "H10304"})).status_code == status
    assert (await park.put(OPERATOR, path, {"format": "H10304"})).json() == {"format": "H10304"}
    badge = await park.post(
        BAHIA_ADMIN, f"/people/{park.ids[BASMA.email]}/badges", {"facility": 5, "number": 400_000}
    )
    assert badge.json()["format"] == "H10304"
