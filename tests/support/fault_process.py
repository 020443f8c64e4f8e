"""One service of the small park as a process of its own, to be killed.

`python -m tests.support.fault_process access|visitors|embedded|tell`, the rest from the
environment: `FAULT_ACCESS`, `FAULT_VISITORS`, `FAULT_AMQP`.
"""

import asyncio
import os
import subprocess
import sys
from uuid import UUID

import psutil

from shared.database import Database
from shared.messaging.bus import Bus, MemoryBus
from shared.messaging.rabbit import RabbitBus
from tests.support.faults import QUICK, Park


class Process:
    """Starts, kills and waits for one."""

    def __init__(
        self, role: str, park: Park, *, amqp: str | None, crash_at: str = "", stop_at: str = ""
    ) -> None:
        env = os.environ | {
            "FAULT_ACCESS": park.access.url,
            "FAULT_VISITORS": park.visitors.url,
            "FAULT_AMQP": amqp or "",
            "PARVIS_CRASH_AT": crash_at or stop_at,
            "PARVIS_CRASH_BY": "SIGSTOP" if stop_at else "SIGKILL",
        }
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fault_process", *role.split()],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    async def ended(self, *, within: float = 20) -> int:
        """Its exit code; -9 where it killed itself."""
        try:
            code = await asyncio.to_thread(self.popen.wait, within)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            said = self.popen.communicate()[1]
            raise AssertionError(f"it did not end: {said[-2000:]}") from None
        self.popen.communicate()
        return code

    def stands_still(self) -> bool:
        """Whether it has stopped itself."""
        return psutil.Process(self.popen.pid).status() == psutil.STATUS_STOPPED

    async def kill(self) -> None:
        self.popen.kill()
        await asyncio.to_thread(self.popen.communicate)


async def main(role: str, *subjects: str) -> None:
    amqp = os.environ["FAULT_AMQP"]
    services = ("access", "visitors") if role == "embedded" else (role,)
    memory = MemoryBus(services=("access", "visitors"))
    bus_of: dict[str, Bus] = {
        each: RabbitBus(amqp, settings=QUICK) if amqp else memory for each in services
    }
    park = Park(
        access=Database(os.environ["FAULT_ACCESS"], name="access"),
        visitors=Database(os.environ["FAULT_VISITORS"], name="visitors"),
        bus_of=bus_of,
    )
    if role == "tell":
        for subject in subjects:
            await park.tell(UUID(subject))
        return
    await park.start(*services)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
