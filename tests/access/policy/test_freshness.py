"""What decides is never older than what was committed, on whatever process decides."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from deploy.local.issuer import Issuer
from services.access.policy.domain import Policy
from services.access.policy.store import catch_up
from services.access.policy.watched import WATCHED
from services.access.schedules.domain import SpecialDays
from shared.events.visits import VisitExpected
from tests.access.builders import a_visit
from tests.access.conftest import opened
from tests.access.park import ALICE, ATLAS_ADMIN, BASMA, OPERATOR, SECURITY, Park
from tests.support.eventually import eventually

NUMBER = 500


@pytest.fixture
async def twin(park: Park, issuer: Issuer) -> AsyncIterator[Park]:
    """A second process on the same database."""
    async with opened(park.ground.database.url, issuer) as twin:
        twin.ids, twin.keys = park.ids, park.keys
        yield twin


async def test_a_revocation_counts_for_the_very_next_decision_of_another_process(
    park: Park, twin: Park
) -> None:
    await park.let_in(ALICE, "suite a")
    for number in range(NUMBER, NUMBER + 20):
        badge = await park.give_badge(ALICE, number)
        assert (await twin.read_badge("door a in", number, epoch=1))["outcome"] == "granted"
        path = f"/badges/{badge['badge_id']}/revoke"
        assert (await park.post(SECURITY, path, {"reason": "lost"})).status_code == 200
        twin.pass_time(seconds=1)
        assert (await twin.read_badge("door a in", number))["outcome"] == "denied"


async def test_no_read_that_is_asked_after_a_revocation_is_granted_under_load(
    park: Park, twin: Park
) -> None:
    await park.let_in(ALICE, "suite a")
    badges = [await park.give_badge(ALICE, NUMBER + n) for n in range(10)]
    revoked: set[int] = set()
    stale: list[int] = []

    async def read_on() -> None:
        while len(revoked) < len(badges):
            number = NUMBER + random.randrange(len(badges))
            was_revoked = number in revoked
            answer = await twin.read_badge("door a in", number)
            if was_revoked and answer["outcome"] == "granted":
                stale.append(number)

    async def revoke_all() -> None:
        for badge in badges:
            path = f"/badges/{badge['badge_id']}/revoke"
            assert (await park.post(SECURITY, path, {"reason": "lost"})).status_code == 200
            revoked.add(badge["number"])

    await asyncio.gather(*(read_on() for _ in range(6)), revoke_all())
    assert stale == []


async def test_what_is_refused_is_refused_by_what_is_committed(park: Park, twin: Park) -> None:
    await twin.read_badge("door a in", 1)
    await park.add_door("new door", "floor", "suite a")
    assert (await twin.read_badge("new door in", 1))["reason"] == "unknown_credential"
    path = f"/controllers/{park.ids['floor controller']}/keys"
    key = (await park.post(OPERATOR, path)).json()["key"]
    body = twin.a_read({"kind": "card", "bits": ""})
    assert (await twin.ask("door a in", body, key=key)).status_code == 200


async def test_what_is_learned_bit_by_bit_is_what_is_loaded_at_once(park: Park) -> None:
    learned = Policy(SpecialDays("Africa/Casablanca"))
    database = park.ground.database
    for change in await _changes(park):
        await change
        await _catch_up(park, learned)
    loaded = Policy(SpecialDays("Africa/Casablanca"))
    await _catch_up(park, loaded)
    assert learned == loaded
    assert loaded.badges
    assert loaded.passes
    assert database.name == "access"


async def _changes(park: Park):  # type: ignore[no-untyped-def]
    visit = a_visit(tenant_id=park.id("atlas"), zone_ids=(park.id("suite a"),))
    moved = visit.model_copy(update={"zone_ids": (park.id("building"),), "visitor_pass": None})
    return [
        park.give_badge(ALICE, NUMBER),
        park.let_in(ALICE, "suite a"),
        park.hear(VisitExpected(visit=visit)),
        park.give_badge(BASMA, NUMBER),
        park.give_badge(ATLAS_ADMIN, NUMBER + 1),
        park.post(OPERATOR, f"/people/{park.ids[BASMA.email]}/delist", {"reason": "left"}),
        park.add_door("late door", "building", "suite a"),
        park.hear(VisitExpected(visit=moved)),
        park.post(OPERATOR, f"/controllers/{park.ids['floor controller']}/epochs"),
        park.hear(VisitExpected(visit=a_visit(visit_id=uuid4(), tenant_id=park.id("atlas")))),
    ]


async def _catch_up(park: Park, policy: Policy) -> None:
    async with park.ground.database.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await catch_up(policy, raw)


async def test_one_transaction_is_one_version_whatever_it_changes(park: Park) -> None:
    query = "SELECT version FROM policy_version"
    before = (await park.rows(query))[0]["version"]
    await park.rows(
        "WITH p AS (UPDATE people SET phone = '1'), d AS (UPDATE doors SET strike_ms = 4000)"
        " UPDATE zones SET is_bookable = is_bookable"
    )
    assert (await park.rows(query))[0]["version"] == before + 1
    changes = await park.rows("SELECT part, version FROM policy_changes ORDER BY change_id DESC")
    assert {row["part"] for row in changes[:3]} == {"person", "premises"}
    assert {row["version"] for row in changes[:3]} == {before + 1}


async def test_every_table_of_the_policy_is_watched(park: Park) -> None:
    rows = await park.rows(
        "SELECT tgrelid::regclass::text AS on_table, count(*) AS many FROM pg_trigger"
        " WHERE tgname LIKE 'policy_notes_%' GROUP BY tgrelid"
    )
    assert {row["on_table"]: row["many"] for row in rows} == {
        watched.table: 3 for watched in WATCHED
    }


async def test_a_process_that_nobody_asks_hears_of_a_revocation(park: Park, twin: Park) -> None:
    app = twin.http._transport.app  # type: ignore[attr-defined]
    async with app.router.lifespan_context(app):
        writer = app.state.writer
        await eventually(lambda: writer.policy.version > 0)
        badge = await park.give_badge(ALICE, NUMBER)
        path = f"/badges/{badge['badge_id']}/revoke"
        assert (await park.post(SECURITY, path, {"reason": "lost"})).status_code == 200
        now = (await park.rows("SELECT version FROM policy_version"))[0]["version"]
        await eventually(lambda: writer.policy.version == now)
        assert f"\nparvis_policy_version {now}.0\n" in (await twin.http.get("/metrics")).text
