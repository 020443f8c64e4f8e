"""The journal: append-only, erasable beside, searched by those who may, and never in secret."""

import asyncio

import asyncpg
import orjson
import pytest

from services.access.journal.domain import Particulars, new_salt
from shared.events.visits import VisitExpected
from tests.access.builders import a_visit
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Park,
)

NUMBER = 31


async def a_passage(park: Park) -> dict[str, str]:
    """Alice walks into her suite."""
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    decision = await park.read_badge("door a in", NUMBER)
    assert (await park.tell("door a in", decision)).status_code == 204
    return decision


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET outcome = 'granted'",
        "DELETE FROM journal_entries",
        "TRUNCATE journal_entries CASCADE",
        "UPDATE journal_particulars SET person_id = NULL",
    ],
)
async def test_no_statement_changes_what_was_written(park: Park, statement: str) -> None:
    await a_passage(park)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await park.rows(statement)


async def test_security_finds_decision_and_passage_by_person_door_zone_and_outcome(
    park: Park,
) -> None:
    decision = await a_passage(park)
    searches = [
        {"person_id": park.ids[ALICE.email]},
        {"door_id": park.ids["door a"]},
        {"zone_id": park.ids["suite a"]},
        {"reason": "right"},
        {"from": "2026-11-23T08:59:00Z", "until": "2026-11-23T09:01:00Z"},
    ]
    for search in searches:
        found = (await park.get(SECURITY, "/journal", **search)).json()["items"]
        at_doors = [e for e in found if e["kind"] not in {"search", "act"}]
        kinds = [(e["kind"], e["outcome"]) for e in at_doors]
        assert kinds == [("passage", "taken"), ("decision", "granted")]
        assert {e["decision_id"] for e in at_doors} == {decision["decision_id"]}
    taken = (await park.get(SECURITY, "/journal", outcome="taken")).json()["items"]
    assert [entry["kind"] for entry in taken] == ["passage"]
    nothing = await park.get(SECURITY, "/journal", until="2026-11-23T09:00:00Z")
    assert nothing.json()["items"] == []


async def test_every_search_is_an_entry_with_its_author(park: Park) -> None:
    await park.get(SECURITY, "/journal", person_id=park.ids[ALICE.email])
    told = (await park.get(OPERATOR, "/journal")).json()["items"]
    (entry,) = [each for each in told if each["kind"] == "search"]
    assert entry["author_id"] == park.ids[SECURITY.email]
    assert entry["details"] == {"person_id": park.ids[ALICE.email]}


async def test_an_admin_sees_the_passages_of_their_own_people_also_at_shared_doors(
    park: Park,
) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.give_badge(BASMA, NUMBER + 1)
    await park.read_badge("lobby in", NUMBER)
    await park.read_badge("lobby in", NUMBER + 1)
    await park.read_badge("lobby in", 999)
    await park.get(SECURITY, "/journal")
    for admin, who in ((ATLAS_ADMIN, ALICE), (BAHIA_ADMIN, BASMA)):
        found = (await park.get(admin, "/journal")).json()["items"]
        assert {entry["person_id"] for entry in found} == {park.ids[who.email]}
        assert [entry["kind"] for entry in found] == ["decision", "act"]
    foreign = await park.get(BAHIA_ADMIN, "/journal", person_id=park.ids[ALICE.email])
    assert foreign.json()["items"] == []
    assert (await park.get(ALICE, "/journal")).status_code == 403


async def test_a_decision_is_seen_by_security_and_by_its_holders_admin(park: Park) -> None:
    decision = await a_passage(park)
    path = f"/decisions/{decision['decision_id']}"
    for who in (SECURITY, OPERATOR, ATLAS_ADMIN):
        seen = (await park.get(who, path)).json()
        assert (seen["taken"], seen["person_id"]) == (True, park.ids[ALICE.email])
    assert (await park.get(BAHIA_ADMIN, path)).status_code == 404
    assert (await park.get(ALICE, path)).status_code == 403


async def test_pages_are_stable_while_others_write(park: Park) -> None:
    for number in range(5):
        await park.read_badge("lobby in", number)
    first = (await park.get(SECURITY, "/journal", limit=2)).json()
    await park.read_badge("lobby in", 99)
    second = (await park.get(SECURITY, "/journal", limit=2, cursor=first["next"])).json()
    numbers = [entry["number"] for entry in first["items"] + second["items"]]
    assert numbers == [4, 3, 2, 1]


async def test_particulars_can_be_erased_and_the_commitment_still_proves_them(park: Park) -> None:
    decision = await a_passage(park)
    query = """
        SELECT e.commitment, p.* FROM journal_entries AS e JOIN journal_particulars AS p
        USING (entry_id) WHERE e.kind = 'decision'
    """
    (kept,) = await park.rows(query)
    await park.rows("DELETE FROM journal_particulars")
    (entry,) = (await park.get(SECURITY, "/journal", outcome="granted")).json()["items"]
    assert entry["is_erased"] is True
    assert entry["person_id"] is None
    known = Particulars(
        person_id=park.id(ALICE.email),
        tenant_id=park.id("atlas"),
        badge_id=kept["badge_id"],
        card_format="H10301",
        facility=77,
        number=NUMBER,
        inputs=orjson.loads(kept["inputs"]),
    )
    assert known.commitment(kept["salt"]).hex() == entry["commitment"]
    assert known.commitment(new_salt()).hex() != entry["commitment"]
    seen = (await park.get(SECURITY, f"/decisions/{decision['decision_id']}")).json()
    assert (seen["is_erased"], seen["outcome"]) == (True, "granted")


async def test_an_outcome_told_again_does_no_harm_and_its_opposite_is_refused(park: Park) -> None:
    decision = await a_passage(park)
    again = await asyncio.gather(*(park.tell("door a in", decision) for _ in range(4)))
    assert {answer.status_code for answer in again} == {204}
    opposite = await park.tell("door a in", decision, taken=False)
    assert (opposite.status_code, opposite.json()["code"]) == (409, "told_otherwise")
    rows = await park.rows("SELECT count(*) FROM journal_entries WHERE kind = 'passage'")
    assert rows[0][0] == 1


async def test_a_denied_way_has_no_outcome_to_tell(park: Park) -> None:
    denied = await park.read_badge("door a in", 5)
    refused = await park.tell("door a in", denied)
    assert (refused.status_code, refused.json()["code"]) == (409, "was_denied")
    foreign = await park.tell("lobby in", denied)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "no_such_decision")


async def test_where_a_door_has_no_contact_a_grant_counts_as_a_passage(park: Park) -> None:
    await park.add_door("gate", None, "building", controller="floor controller", evidence="granted")
    visit = a_visit(tenant_id=park.id("atlas"), zone_ids=(park.id("building"),))
    await park.hear(VisitExpected(visit=visit))
    await park.read_qr("gate in")
    (told,) = await park.announced("access.passage_taken.v1")
    assert told["passage"]["evidence"] == "granted"
    assert (await park.read_qr("gate in"))["reason"] == "pass_already_inside"
