"""The promises of messaging, on RabbitMQ and in memory alike."""

import asyncio
import dataclasses
import random
from contextlib import suppress
from uuid import UUID, uuid4

import orjson
import pytest
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.directory import TenantListed
from shared.events.premises import Names, ZoneFacts, ZoneKind, ZoneListed
from shared.messaging.bus import Message, Unroutable
from shared.messaging.outbox import announce, announce_again
from shared.messaging.wire import message_of
from tests.support.eventually import eventually, remains
from tests.support.faults import Park, ids, judge, rows_of, tenant

LISTED, DELISTED = "tenant_listed", "tenant_delisted"


async def settled(park: Park, *, facts: int) -> None:
    await eventually(lambda: _has_effects(park, facts))
    await eventually(lambda: _outbox_is_empty(park))


async def _has_effects(park: Park, number: int) -> bool:
    return len(await park.effects()) >= number


async def _outbox_is_empty(park: Park) -> bool:
    return await park.outbox() == 0


async def test_what_is_committed_has_its_effect_once(park: Park) -> None:
    await park.start()
    tenants = ids(20)
    for each in tenants:
        await park.tell(each)
    await settled(park, facts=20)
    assert (await judge(park.access.url, park.visitors.url))["effects"] == 20


async def test_a_repeated_message_is_known_by_its_sequence_once_its_memory_is_gone(
    park: Park,
) -> None:
    await park.tell(one := uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    park.noting.by_sequence = True
    await park.start()
    await settled(park, facts=1)
    await park.tell(one)
    await settled(park, facts=2)
    await rows_of(park.visitors.url, "DELETE FROM inbox RETURNING 1")
    await park.bus_of["access"].publish(message_of(row, service="access"))
    await park.tell(one)
    await settled(park, facts=3)
    assert await park.effects(one) == [(LISTED, 1), (LISTED, 2), (LISTED, 3)]
    assert len(park.noting.heard) == 4, "it was heard a second time, and told by its sequence"


async def test_what_is_rolled_back_is_never_heard_of(park: Park) -> None:
    await park.start()

    async def change_their_mind() -> None:
        async with park.access.transaction() as session:
            announce(session, TenantListed(tenant=tenant(uuid4())))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_their_mind()
    await park.tell(kept := uuid4())
    await settled(park, facts=1)
    assert await park.effects() == await park.effects(kept) == [(LISTED, 1)]


async def test_what_is_said_in_a_savepoint_goes_with_it(park: Park) -> None:
    await park.start()
    kept, released, undone, within_undone = ids(4)

    async def say_and_undo(session: AsyncSession) -> None:
        async with session.begin_nested():
            announce(session, TenantListed(tenant=tenant(undone)))
            async with session.begin_nested():
                announce(session, TenantListed(tenant=tenant(within_undone)))
            raise ZeroDivisionError

    async with park.access.transaction() as session:
        announce(session, TenantListed(tenant=tenant(kept)))
        with suppress(ZeroDivisionError):
            await say_and_undo(session)
        async with session.begin_nested():
            announce(session, TenantListed(tenant=tenant(released)))
    await park.tell(kept)
    await settled(park, facts=3)
    assert len(await park.effects()) == 3
    assert await park.effects(kept) == [(LISTED, 1), (LISTED, 2)]
    assert await park.effects(released) == [(LISTED, 1)]


async def test_each_subject_is_heard_in_the_order_of_its_commits(park: Park) -> None:
    await park.start()
    tenants = ids(8)

    async def a_life(subject: int) -> None:
        for _ in range(6):
            await park.tell(tenants[subject])

    await asyncio.gather(*(a_life(subject) for subject in range(8)), a_life(0))
    await settled(park, facts=54)
    assert (await judge(park.access.url, park.visitors.url))["effects"] == 54
    assert await park.effects(tenants[0]) == [(LISTED, n) for n in range(1, 13)]


async def test_one_transaction_tells_of_many_in_the_order_it_said(park: Park) -> None:
    await park.start()
    one, other = ids(2)
    await park.tell(one, other, one, one, other)
    await settled(park, facts=5)
    assert await park.effects(one) == [(LISTED, 1), (LISTED, 2), (LISTED, 3)]
    assert await park.effects(other) == [(LISTED, 1), (LISTED, 2)]


async def test_a_repeated_message_has_no_second_effect(park: Park) -> None:
    await park.tell(uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    message = message_of(row, service="access")
    await park.start()
    await settled(park, facts=1)
    for _ in range(5):
        await park.bus_of["access"].publish(message)
    await park.tell(uuid4())
    await settled(park, facts=2)
    assert (await judge(park.access.url, park.visitors.url))["effects"] == 2


async def test_a_history_left_to_chance_has_each_effect_once_and_in_order(
    park: Park, round_: int
) -> None:
    chance, tenants = random.Random(round_), ids(6)
    await park.start()
    for _ in range(12):
        await asyncio.gather(
            *(
                park.tell(
                    *sorted(chance.sample(tenants, 2)), name=chance.choice(("ok", "fails once"))
                )
                for _ in range(chance.randint(1, 6))
            )
        )
        if chance.random() < 0.3:
            service = chance.choice(("access", "visitors"))
            await park.stop(service)
            await park.start(service)
    await eventually(lambda: judge(park.access.url, park.visitors.url))
    verdict = await judge(park.access.url, park.visitors.url)
    assert verdict["facts"] == verdict["effects"]


async def test_what_a_newer_writer_adds_is_no_hindrance(park: Park) -> None:
    await park.tell(one := uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    message = message_of(row, service="access")
    said = orjson.loads(message.body) | {"id": str(uuid4()), "colour": "grey"}
    said["data"]["mood"] = "new"
    said["data"]["tenant"]["colour"] = {"name": "grey"}
    await park.start("visitors")
    await eventually(lambda: park.running["visitors"].is_ready)
    newer = dataclasses.replace(message, message_id=said["id"], body=orjson.dumps(said))
    await park.bus_of["access"].publish(newer)
    await eventually(lambda: park.effects(one))
    assert await park.inbox("parked") == await park.inbox("waiting") == []


async def test_facts_told_again_keep_their_sequence(park: Park) -> None:
    await park.start()
    await park.tell(one := uuid4())
    await park.tell(one)
    async with park.access.transaction() as session:
        announce_again(session, TenantListed(tenant=tenant(one)))
    await park.tell(one)
    await settled(park, facts=4)
    assert await park.effects(one) == [(LISTED, 1), (LISTED, 2), (LISTED, 2), (LISTED, 3)]


async def test_facts_never_told_before_are_told_again_as_the_first(park: Park) -> None:
    await park.start()
    one = uuid4()
    async with park.access.transaction() as session:
        announce_again(session, TenantListed(tenant=tenant(one)))
    await park.tell(one)
    await settled(park, facts=2)
    assert await park.effects(one) == [(LISTED, 1), (LISTED, 2)]


async def test_a_reaction_that_fails_once_is_tried_again_and_its_followers_wait(
    park: Park,
) -> None:
    await park.start()
    one, other = ids(2)
    await park.tell(one, name="fails once")
    await park.tell(one)
    await park.tell(one)
    await park.tell(other)
    await eventually(lambda: park.effects(other))
    await settled(park, facts=4)
    assert await park.effects(one) == [(LISTED, 1), (LISTED, 2), (LISTED, 3)]
    assert (await judge(park.access.url, park.visitors.url))["effects"] == 4


async def test_poison_is_parked_with_its_reason_while_the_others_go_on(park: Park) -> None:
    await park.start()
    bad, good = ids(2)
    await park.tell(bad, name="poison")
    await park.tell(bad)
    await park.tell(good)
    await eventually(lambda: park.effects(good), within=2)
    parked = await eventually(lambda: park.inbox("parked"))
    assert parked[0]["reason"] == "Poison: as I was told"
    assert parked[0]["attempts"] == 4
    assert parked[0]["body"] is not None
    await eventually(lambda: park.effects(bad))
    assert await park.effects(bad) == [(LISTED, 2)], "its followers flow on"


async def test_a_reaction_that_never_ends_holds_up_nobody_for_long(park: Park) -> None:
    await park.start()
    stuck, good = ids(2)
    await park.tell(stuck, name="never ends")
    await park.tell(good)
    await eventually(lambda: park.effects(good), within=3)
    parked = await eventually(lambda: park.inbox("parked"))
    assert parked[0]["reason"].startswith("TooSlow")
    await park.tell(good)
    await eventually(lambda: _has_effects(park, 2))


async def test_a_delisting_never_waits_behind_an_earlier_event(park: Park) -> None:
    park.settings = park.settings.model_copy(update={"waiting_ladder": (60.0,)})
    await park.start()
    one = uuid4()
    await park.tell(one, name="poison")
    await eventually(lambda: park.inbox("waiting"))
    await park.tell(one)
    await park.tell(one, gone=True)
    await eventually(lambda: park.effects(one))
    assert await park.effects(one) == [(DELISTED, 3)]
    assert [row["sequence"] for row in await park.inbox("waiting")] == [1, 2]


async def test_an_event_nobody_reacts_to_is_parked_at_once(park: Park) -> None:
    await park.start()
    zone = ZoneFacts(
        zone_id=uuid4(),
        parent_id=None,
        kind=ZoneKind.PARK,
        names=Names(fr="p", ar="p", en="p"),
        tenant_id=None,
        is_bookable=False,
        is_listed=True,
    )
    async with park.access.transaction() as session:
        announce(session, ZoneListed(zone=zone))
    parked = await eventually(lambda: park.inbox("parked"))
    assert parked[0]["reason"] == "UnknownEvent: premises.zone_listed.v1"


def an_envelope(*, subject: str = "tenant/1", sequence: int = 1) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(UUID(int=7)),
            "source": "/parvis/access",
            "type": TenantListed.name,
            "subject": subject,
            "time": "2026-11-25T09:00:00Z",
            "sequence": sequence,
            "data": {},
        }
    )


BROKEN = {
    "is no JSON": b"\xff not json",
    "is no envelope": b'{"hello": 1}',
    "has no end": b'{"specversion": "1.0"' * 20_000,
    "has a subject that no row can hold": an_envelope(subject="tenant/\x00"),
    "has a subject that no index can hold": an_envelope(subject="tenant/" + "x" * 9000),
    "has a sequence that no row can hold": an_envelope(sequence=2**63),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=list(BROKEN))
async def test_what_cannot_be_read_is_put_with_the_dead(park: Park, body: bytes) -> None:
    await park.start()
    bus = park.bus_of["visitors"]
    await eventually(lambda: park.running["visitors"].is_ready)
    await bus.publish(Message("access.events", TenantListed.name, str(uuid4()), body))
    await park.tell(good := uuid4())
    await eventually(lambda: park.effects(good))

    async def has_died() -> bool:
        async with bus.dead("visitors") as dead:
            return [each.message.body for each in dead] == [body]

    await eventually(has_died)


async def test_nobody_speaks_in_the_name_of_another(park: Park) -> None:
    await park.tell(one := uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    false = message_of(row, service="access").body.replace(b"/parvis/access", b"/parvis/booking")
    await park.start()
    await settled(park, facts=1)
    bus = park.bus_of["visitors"]
    await bus.publish(Message("access.events", TenantListed.name, str(uuid4()), false))

    async def has_died() -> bool:
        async with bus.dead("visitors") as dead:
            return len(dead) == 1

    await eventually(has_died)
    assert await park.effects(one) == [(LISTED, 1)]


async def test_a_name_that_no_queue_takes_is_unroutable(park: Park) -> None:
    await park.start()
    await eventually(lambda: park.running["visitors"].is_ready)
    with pytest.raises(Unroutable):
        await park.bus_of["access"].publish(
            Message("access.events", "access.nobody_cares.v1", str(uuid4()), b"{}")
        )


async def test_a_reader_that_comes_late_hears_everything(park: Park) -> None:
    await park.start("access")
    for each in (tenants := ids(5)):
        await park.tell(each)
    await remains(lambda: _nothing_happened(park))
    await park.start("visitors")
    await settled(park, facts=5)
    assert len(tenants) == (await judge(park.access.url, park.visitors.url))["effects"]


async def _nothing_happened(park: Park) -> bool:
    return not await park.effects()


async def test_what_is_being_worked_on_is_done_before_the_worker_stops(park: Park) -> None:
    park.noting.gate = asyncio.Event()
    park.settings = park.settings.model_copy(update={"reaction_timeout": 5.0})
    await park.start()
    await park.tell(one := uuid4(), name="slow")
    await asyncio.wait_for(park.noting.inside.wait(), 10)
    stopping = asyncio.create_task(park.stop("visitors"))
    asyncio.get_running_loop().call_later(0.2, park.noting.gate.set)
    await stopping
    assert await park.effects(one) == [(LISTED, 1)]
    await park.start("visitors")
    await settled(park, facts=1)
    assert (await judge(park.access.url, park.visitors.url))["effects"] == 1


async def test_the_body_carries_the_trace_in_which_it_was_announced(park: Park) -> None:
    await park.start()
    with TracerProvider().get_tracer("test").start_as_current_span("a request") as span:
        await park.tell(uuid4())
    heard = await eventually(lambda: park.noting.heard)
    context = span.get_span_context()
    ours = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    assert [envelope.traceparent for envelope in heard] == [ours]
