"""The service as a whole: its schema, its readers, its facts announced again, its OpenAPI."""

import orjson

from services.visitors.service import SERVICE
from shared.events.access import Boundary
from shared.messaging.topology import names_read_by
from shared.migrate import differences
from tests.visitors.park import AMAL, NINE, Park


async def test_the_migrations_make_what_the_models_say(park: Park) -> None:
    assert await differences(SERVICE.metadata, url=park.ground.database.url) == []


def test_it_reacts_to_exactly_what_it_is_said_to_read() -> None:
    assert SERVICE.inbox.names == frozenset(names_read_by("visitors"))


async def test_live_facts_are_announced_again_as_newer_than_all_before(park: Park) -> None:
    live, inside, over = await park.a_visit(), await park.a_visit(), await park.a_visit()
    await park.pass_door(inside, Boundary.ENTERED_PARK, at=NINE)
    await park.do(over, "cancel", by=AMAL)
    before = len(await park.announced())
    assert await SERVICE.announce_again(park.ground.database) == 2
    rows = await park.query(
        "SELECT name, subject, sequence, is_replay, body FROM outbox ORDER BY position OFFSET :n",
        n=before,
    )
    *told, end = rows
    assert all(row.is_replay for row in told)
    assert {row.subject for row in told} == {f"visit/{each['visit_id']}" for each in (live, inside)}
    assert len({row.sequence for row in told}) == 1, "the floor, above all that was said before"
    (came,) = [row for row in told if row.subject.endswith(inside["visit_id"])]
    assert came.name == "visit.checked_in.v1"
    assert orjson.loads(came.body)["visit"]["status"] == "checked_in"
    assert end.name == "visit.announced_again.v1"
    assert orjson.loads(end.body)["retelling"]["floor"] == came.sequence


async def test_every_endpoint_is_described(park: Park) -> None:
    document = (await park.http.get("/openapi.json")).json()
    operations = [
        operation
        for path, methods in document["paths"].items()
        if path.startswith("/v1")
        for operation in methods.values()
    ]
    assert operations
    assert all(operation.get("description") for operation in operations)
