"""What somebody needs is known to themself, to security and to their own admin."""

from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Park,
)

NEEDS = {"needs_extended_time": True, "needs_help": True}


async def test_whoever_must_know_sees_and_sets_them(park: Park) -> None:
    path = f"/people/{park.ids[ALICE.email]}/needs"
    for n, who in enumerate((ALICE, SECURITY, ATLAS_ADMIN)):
        needs = NEEDS | {"needs_help": n % 2 == 0}
        assert (await park.put(who, path, needs)).json() == needs
        for reader in (ALICE, SECURITY, ATLAS_ADMIN):
            assert (await park.get(reader, path)).json() == needs


async def test_nobody_else_sees_them_anywhere(park: Park) -> None:
    path = f"/people/{park.ids[ALICE.email]}"
    await park.put(ALICE, f"{path}/needs", NEEDS)
    for who, status in ((BAHIA_ADMIN, 404), (BASMA, 404), (OPERATOR, 403)):
        assert (await park.get(who, f"{path}/needs")).status_code == status
        assert (await park.put(who, f"{path}/needs", NEEDS)).status_code == status
    other = f"/people/{park.ids[ATLAS_ADMIN.email]}/needs"
    assert (await park.get(ALICE, other)).status_code == 403
    assert "needs_help" not in (await park.get(OPERATOR, path)).json()


async def test_the_journal_says_that_they_were_set_and_not_which(park: Park) -> None:
    await park.put(ATLAS_ADMIN, f"/people/{park.ids[ALICE.email]}/needs", NEEDS)
    (act,) = await park.journalled("needs_set")
    assert act["author_id"] == park.ids[ATLAS_ADMIN.email]
    assert (act["person_id"], act["details"]) == (park.ids[ALICE.email], {})
    assert not any("needs" in row["body"] for row in await park.rows("SELECT body FROM outbox"))
