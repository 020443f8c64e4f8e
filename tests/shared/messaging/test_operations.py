"""One command lists and replays what is parked and what is dead."""

import time
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from shared.events.directory import TenantListed
from shared.messaging.bus import Message
from shared.messaging.inbox import Inbox
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.operations import dead_messages, parked_events, replay, waiting_events
from shared.messaging.receiver import Receiver
from shared.messaging.timers import Timers
from shared.messaging.upkeep import Upkeep
from shared.messaging.wire import message_of
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park, rows_of


async def test_a_parked_event_is_listed_and_its_replay_has_its_effect(park: Park) -> None:
    await park.start()
    await park.tell(one := uuid4(), name="poison")
    parked = await eventually(lambda: parked_events(park.visitors))
    assert (parked[0].name, parked[0].subject) == (TenantListed.name, f"tenant/{one}")
    assert parked[0].reason == "Poison: as I was told"
    park.noting.healed = True
    done = await replay(park.visitors, park.bus_of["visitors"], service="visitors")
    assert (done.parked, done.dead, done.still_dead) == (1, 0, 0)
    await eventually(lambda: park.effects(one))
    assert await parked_events(park.visitors) == []


async def test_only_what_is_asked_for_is_replayed(park: Park) -> None:
    await park.start()
    await park.tell(uuid4(), uuid4(), name="poison")

    async def both_are_parked() -> bool:
        return len(await parked_events(park.visitors)) == 2

    await eventually(both_are_parked)
    first, second = await parked_events(park.visitors)
    park.noting.healed = True
    bus = park.bus_of["visitors"]
    await replay(park.visitors, bus, service="visitors", event_ids=[second.event_id])
    await eventually(lambda: park.effects())
    assert [each.event_id for each in await parked_events(park.visitors)] == [first.event_id]


async def test_what_waits_is_listed_with_the_time_of_its_next_try(park: Park) -> None:
    park.settings = QUICK.model_copy(update={"waiting_ladder": (60.0,)})
    await park.start()
    await park.tell(uuid4(), name="poison")
    waiting = await eventually(lambda: waiting_events(park.visitors))
    assert waiting[0].attempts == 1
    assert waiting[0].next_at is not None
    assert (waiting[0].next_at - waiting[0].received_at).total_seconds() > 50


async def test_a_dead_message_is_listed_and_stays_while_it_cannot_be_read(park: Park) -> None:
    await park.start()
    bus = park.bus_of["visitors"]
    await eventually(lambda: park.running["visitors"].is_ready)
    await bus.publish(Message("access.events", TenantListed.name, str(uuid4()), b"no json"))
    dead = await eventually(lambda: dead_messages(bus, service="visitors"))
    assert dead[0].reason.startswith("unreadable")
    await eventually(lambda: park.shows("visitors", "parvis_inbox_dead_messages", 1))
    done = await replay(park.visitors, bus, service="visitors")
    assert (done.dead, done.still_dead) == (0, 1)

    async def is_still_there() -> bool:
        return len(await dead_messages(bus, service="visitors")) == 1

    await eventually(is_still_there)


async def test_a_worker_shows_while_it_hears_and_when_it_had_its_turn(park: Park) -> None:
    await park.start()
    listening, turn = "parvis_inbox_listening", "parvis_relay_turn_timestamp_seconds"
    await eventually(lambda: park.shows("visitors", listening, 1))

    async def had_its_turn() -> bool:
        return (park.registries["access"].get_sample_value(turn) or 0) > time.time() - 60

    await eventually(had_its_turn)
    await park.stop()
    assert await park.shows("visitors", listening, 0)


async def test_old_memory_goes_and_the_gauges_tell_what_is_there(park: Park) -> None:
    await park.tell(uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    registry = CollectorRegistry()
    metrics = MessagingMetrics("visitors", registry)
    receiver = Receiver(park.visitors, park.noting.inbox(), settings=QUICK, metrics=metrics)
    await receiver.deliver(message_of(row, service="access"))
    upkeep = Upkeep(park.visitors, settings=QUICK, metrics=metrics)
    assert await upkeep.prune() == 0
    await rows_of(
        park.visitors.url, "UPDATE inbox SET received_at = now() - interval '31 days' RETURNING 1"
    )
    assert await upkeep.prune() == 1
    await Upkeep(park.access, settings=QUICK, metrics=metrics).measure()
    assert registry.get_sample_value("parvis_outbox_events") == 1
    assert registry.get_sample_value("parvis_inbox_handled_total", {"outcome": "done"}) == 1


def test_one_service_has_one_reaction_to_an_event_and_to_a_timer() -> None:
    inbox, timers = Inbox("visitors"), Timers("visitors")
    inbox.on(TenantListed)(_nothing)
    assert inbox.names == {TenantListed.name}
    with pytest.raises(TypeError, match="two reactions"):
        inbox.on(TenantListed)(_nothing)
    timers.on("a.timer")(_nothing)
    with pytest.raises(TypeError, match="two reactions"):
        timers.on("a.timer")(_nothing)


async def _nothing(*_: object) -> None:
    """Reacts to anything."""
