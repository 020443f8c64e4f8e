"""Acknowledgements that are ready at the same moment go as one: each costs the broker a log entry.

One rule: `multiple` covers only deliveries that are all done.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from aiormq.abc import AbstractChannel


class Acks:
    """What has become of the deliveries of one channel. Their tags count from 1."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._floor = 0
        """Up to here everything is settled."""
        self._settled: set[int] = set()
        """Above the floor."""
        self._done: set[int] = set()
        """To be acknowledged in a moment."""
        self._sending: asyncio.Task[None] | None = None

    async def ack(self, tag: int) -> None:
        """Returns when it is on its way, if there still is a way."""
        self._done.add(tag)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        await asyncio.shield(self._sending)

    async def reject(self, tag: int, *, requeue: bool) -> None:
        """A channel that is gone has given it back already."""
        with suppress(*CONNECTION_EXCEPTIONS):
            # reject, also to have it again: it counts to the delivery limit on every version
            await self._channel.basic_reject(tag, requeue=requeue)
            self._settled.add(tag)

    async def _send(self) -> None:
        """One at a time: what one acknowledges together, another must not acknowledge again."""
        await asyncio.sleep(0)  # a batch that has just committed tells of each of its own
        try:
            while self._done:
                done, self._done = self._done, set()
                with suppress(*CONNECTION_EXCEPTIONS):
                    await self._settle(done)
        finally:
            self._sending = None

    async def _settle(self, done: set[int]) -> None:
        self._settled |= done
        up_to = self._floor
        while up_to + 1 in self._settled:
            up_to += 1
        self._settled.difference_update(range(self._floor + 1, up_to + 1))
        self._floor = up_to
        if together := [tag for tag in done if tag <= up_to]:
            await self._channel.basic_ack(max(together), multiple=True)
        for tag in sorted(done):
            if tag > up_to:
                await self._channel.basic_ack(tag)
