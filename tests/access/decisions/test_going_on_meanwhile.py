"""What happens while a read waits for its decision: it counts, whoever is in the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
import pytest

from services.access.decisions import store
from services.access.decisions.domain import Found, Question, Read, find
from services.access.decisions.held import PinJudged, PolicyWentOn, decide_alone
from services.access.decisions.judged import judge
from services.access.decisions.writer import BATCHES, Writer
from services.access.pins.domain import PinVerdict
from services.access.policy.domain import Policy
from services.access.policy.store import catch_up
from services.access.schedules.domain import SpecialDays
from services.access.surroundings import surround
from shared.database import OVERFLOW, Database, DatabaseAway, Driver
from tests.access.decisions.asking import rule, said, turn
from tests.access.park import ALICE, BASMA, FACILITY, SECURITY, Json, Park, bits_of
from tests.support.eventually import eventually

NUMBER = 4711


@pytest.fixture
async def policy(park: Park) -> Policy:
    """What decides, as it is when the test begins; Alice may pass door a with her badge."""
    await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    await rule(park, "suite a", anti_passback="hard")
    policy = Policy(SpecialDays("Africa/Casablanca"))
    await _learn(policy, park.ground.database)
    return policy


async def _learn(policy: Policy, database: Database) -> None:
    async with _driver(database) as driver:
        await catch_up(policy, driver)


@asynccontextmanager
async def _driver(database: Database) -> AsyncIterator[Driver]:
    async with database.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        yield raw


def a_question(park: Park, point: str = "door a in", sequence: int = 1) -> Question:
    read = Read.of_card(bits_of(FACILITY, NUMBER))
    return Question(park.id(point), 1, sequence, park.now, read)


def found_for(policy: Policy, question: Question, park: Park) -> Found:
    found = find(policy, question, at=park.now)
    assert found is not None
    return found


async def test_what_was_found_is_never_proven_by_a_later_version(
    park: Park, policy: Policy
) -> None:
    question = a_question(park)
    found = found_for(policy, question, park)
    busy = Database(park.ground.database.url, name="busy", pool_size=1)
    async with AsyncExitStack() as taken:
        for _ in range(1 + OVERFLOW):
            await taken.enter_async_context(_driver(busy))
        deciding = asyncio.create_task(_decided(busy, question, found, policy, park))
        await asyncio.sleep(0)
        badge = (await park.get(SECURITY, f"/people/{park.ids[ALICE.email]}/badges")).json()
        path = f"/badges/{badge['items'][0]['badge_id']}/revoke"
        assert (await park.post(SECURITY, path, {"reason": "lost"})).status_code == 200
        await _learn(policy, park.ground.database)
    with pytest.raises(PolicyWentOn):
        await deciding
    await busy.close()


async def _decided(
    database: Database,
    question: Question,
    found: Found,
    policy: Policy,
    park: Park,
    pin: PinJudged | None = None,
) -> str:
    async with database.transaction() as session:
        answer = await decide_alone(session, question, found, policy, pin=pin, at=park.now)
    return answer.reason


async def test_a_pin_counts_for_nobody_but_whose_it_was(park: Park, policy: Policy) -> None:
    await turn(park, "door a", "badge_pin")
    path = f"/v1/people/{park.ids[BASMA.email]}/pin"
    set_pin = await park.http.put(path, headers=park.headers(BASMA), json={"pin": "582039"})
    assert set_pin.status_code == 204
    await _learn(policy, park.ground.database)
    question = a_question(park)
    found = found_for(policy, question, park)
    basma = park.id(BASMA.email)
    pin = PinJudged(basma, policy.pins[basma].digest, PinVerdict.RIGHT)
    answer = await _decided(park.ground.database, question, found, policy, park, pin)
    assert answer == "pin_required"


async def test_a_way_out_under_a_used_number_is_journalled_though_the_policy_goes_on(
    park: Park,
) -> None:
    await park.add_door("back door", "floor", "suite a", evidence="granted")
    first = await park.read_badge("back door out", NUMBER)
    body = park.a_read({"kind": "card", "bits": ""})
    taken = "UPDATE decisions SET sequence = $2 WHERE decision_id = $1"
    async with _elsewhere(park) as connection:
        await connection.execute(taken, first["decision_id"], body["sequence"])
        await connection.execute("UPDATE doors SET strike_ms = strike_ms")
        asked = asyncio.create_task(park.ask("back door out", body))
        await _somebody_waits(park)
    answer = (await asked).json()
    assert said(answer) == ("granted", "way_out")
    known = await park.get(SECURITY, f"/decisions/{answer['decision_id']}")
    assert known.status_code == 200


@asynccontextmanager
async def _elsewhere(park: Park) -> AsyncIterator[asyncpg.Connection]:
    """Another process's transaction, committed at the end."""
    connection = await asyncpg.connect(park.ground.database.url)
    try:
        async with connection.transaction():
            yield connection
    finally:
        await connection.close()


async def _somebody_waits(park: Park, *, how_many: int = 1) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    async def they_wait() -> bool:
        return bool((await park.rows(waiting))[0][0] >= how_many)

    await eventually(they_wait, about="somebody waits for a lock")


async def test_two_processes_asked_the_same_reads_do_not_wait_for_each_other_crosswise(
    park: Park, policy: Policy
) -> None:
    def judged(sequence: int):  # type: ignore[no-untyped-def]
        question = a_question(park, "door b in", sequence)
        found = found_for(policy, question, park)
        return judge(question, found, at=park.now, policy_version=policy.version)

    database, version = park.ground.database, policy.version
    async with _driver(database) as one, _driver(database) as other:
        async with one.transaction():
            await store.write(one, [judged(1)], version=version)
            batch = [judged(2), judged(1)]
            writing = asyncio.create_task(store.write(other, batch, version=version))
            await _somebody_waits(park)
            await store.write(one, [judged(2)], version=version)
        assert (await writing).decision_ids == frozenset()


def impatient(park: Park) -> Writer:
    """A process that answers soon or not at all, and holds one read at a time."""
    around = surround(park.ground)
    return Writer(park.ground.database, around, answer_within=0.3, held_at_once=1)


async def test_a_read_that_nobody_waits_for_any_more_moves_nobody(
    park: Park, policy: Policy
) -> None:
    writer, key = impatient(park), park.keys["floor controller"]
    async with _elsewhere(park) as connection:
        holder = park.id(ALICE.email).int >> 65
        await connection.execute("SELECT pg_advisory_xact_lock($1)", holder)
        reads = [writer.decide(a_question(park, sequence=n), key=key) for n in (1, 2)]
        answers = await asyncio.gather(*reads, return_exceptions=True)
        assert [type(answer) for answer in answers] == [DatabaseAway] * 2
    await eventually(lambda: not writer._held, about="nothing is being decided")
    written = await park.rows("SELECT sequence FROM decisions")
    assert [row["sequence"] for row in written] == [1]


async def test_a_read_that_comes_as_the_last_batch_ends_is_decided(park: Park) -> None:
    writer = impatient(park)
    await writer.learn()
    for _ in range(BATCHES):
        writer._keep(writer._writing, asyncio.sleep(0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [each.done() for each in writer._writing] == [True] * BATCHES
    answer = await writer.decide(a_question(park), key=park.keys["floor controller"])
    assert answer.reason == "unknown_credential"


async def test_a_forced_pin_tells_security_though_the_way_stays_closed(
    park: Park, policy: Policy
) -> None:
    await turn(park, "door a", "badge_pin")
    path = f"/v1/people/{park.ids[ALICE.email]}/pin"
    body = {"pin": "582039", "duress_pin": "7164"}
    assert (await park.http.put(path, headers=park.headers(ALICE), json=body)).status_code == 204

    async def read(pin: str) -> Json:
        card = {"kind": "card", "bits": bits_of(FACILITY, NUMBER), "pin": pin}
        answer: httpx.Response = await park.ask("door a in", park.a_read(card))
        found: Json = answer.json()
        return found

    assert said(await read("582039")) == ("granted", "right")
    assert said(await read("7164")) == ("denied", "passback")
    (alarm,) = (await park.get(SECURITY, "/alarms")).json()["items"]
    assert alarm["kind"] == "duress"
