"""Threads for heavy work: so many calls have room, and the loop goes on meanwhile."""

import asyncio
import threading

import pytest

from shared.threads import Threads, TooBusy


async def test_one_call_too_many_is_refused_at_once_and_room_comes_back() -> None:
    threads, gate = Threads(1, waiting=3, name="test"), threading.Event()
    calls = [asyncio.ensure_future(threads.run(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await threads.run(gate.wait)
    gate.set()
    assert await asyncio.gather(*calls) == [True, True, True]
    assert await threads.run(lambda: "room") == "room"


async def test_the_loop_goes_on_while_a_thread_works() -> None:
    threads, gate = Threads(1, waiting=1, name="test"), threading.Event()
    call = asyncio.ensure_future(threads.run(gate.wait))
    await asyncio.sleep(0)
    gate.set()  # reached only because the loop was not held up
    assert await call


async def test_whoever_gives_up_waiting_gives_back_their_room() -> None:
    threads, gate = Threads(1, waiting=2, name="test"), threading.Event()
    first = asyncio.ensure_future(threads.run(gate.wait))
    second = asyncio.ensure_future(threads.run(gate.wait))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    third = asyncio.ensure_future(threads.run(gate.wait))
    await asyncio.sleep(0)
    gate.set()
    assert await first
    assert await third


async def test_what_the_work_raises_is_raised() -> None:
    threads = Threads(1, waiting=1, name="test")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
