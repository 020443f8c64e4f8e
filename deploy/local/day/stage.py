"""What the stories are played on: the park's addresses, its people and its doors."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from deploy.local.callers import Addresses, Caller, Json, Params, Surprise, until
from deploy.local.listing import ListedPark
from deploy.local.park import Employee
from deploy.local.scanner import Invitation
from deploy.local.wiegand import h10301

Rooms = list[tuple[str, str, str]]
Tokens = Callable[[Employee], str]
"""Signs a person in: their bearer token."""
Mailbox = Callable[[str, Caller, str], Awaitable[Invitation | None]]
"""What came for an address: (address, a receptionist, the visit's address); None before it came."""


@dataclass
class Step:
    """One step of the day: who did what, what came of it, how long it took."""

    who: str
    what: str
    outcome: str = ""
    milliseconds: float = 0.0


@dataclass
class Reads:
    """Numbers a controller's reads: ascending, also from one run to the next."""

    last: int = 0

    def next(self) -> int:
        self.last = max(self.last + 1, time.time_ns() // 1_000_000)
        return self.last


@dataclass
class Stage:
    """A listed park, and the means to act in it."""

    at: Addresses
    listed: ListedPark
    keys: Mapping[str, str]
    tokens: Tokens
    mailbox: Mailbox
    client: httpx.AsyncClient
    report: Callable[[Step], None]
    reads: Reads = field(default_factory=Reads)

    def person(self, email: str) -> Caller:
        """Somebody of the park, signed in."""
        employee = self.listed.park.employee(email)
        headers = {"Authorization": f"Bearer {self.tokens(employee)}", "Accept-Language": "en"}
        return Caller(employee.display_name, self.client, headers)

    def badge(self, email: str) -> Json:
        """What a reader sends for somebody's card."""
        park = self.listed.park
        bits = h10301(facility=park.facility, number=park.employee(email).badge)
        return {"kind": "card", "bits": bits}

    async def free_rooms(self, caller: Caller, *, people: int, window: Mapping[str, str]) -> Rooms:
        """The rooms that the caller may have then, the smallest first: (code, id, door)."""
        url = f"{self.at.booking}/v1/rooms/free"
        need: Params = {"people": people, "equipment": "screen", **window}
        found = await caller.get(url, need, patient=True)
        own = set(self.listed.rooms.values())
        return [
            (room["code"], room["room_id"], self.listed.door_of(room["room_id"]))
            for room in found["items"]
            if room["room_id"] in own
        ]

    async def read(self, door: str, direction: str, read: Json) -> Json:
        """A controller asks whether this read may pass; the decision."""
        controller = self.listed.controller_of(door)
        body = {
            "epoch": controller["epoch"],
            "sequence": self.reads.next(),
            "read_at": datetime.now(UTC).isoformat(),
            "read": read,
        }
        url = f"{self.at.access}/v1/access-points/{self.listed.way(door, direction)}/decisions"
        return await self._controller(door).post(url, body)

    async def expect(
        self, door: str, direction: str, read: Json, *, outcome: str, reason: str | None = None
    ) -> Json:
        """Read until it falls as expected: access hears of the others' facts after a moment."""
        seen: list[str] = []

        async def look() -> Json | None:
            decision = await self.read(door, direction, read)
            seen.append(f"{decision['outcome']} ({decision['reason']})")
            is_so = decision["outcome"] == outcome and reason in (None, decision["reason"])
            return decision if is_so else None

        try:
            return await until(look, what=f"{outcome} {reason or ''} at {door}")
        except Surprise as surprise:
            raise Surprise(f"{surprise}; got {seen[-1]}") from None

    async def pass_through(self, door: str, direction: str, read: Json) -> Json:
        """A granted read, and the door is really used."""
        decision = await self.expect(door, direction, read, outcome="granted")
        await self.take(door, direction, decision)
        return decision

    async def take(self, door: str, direction: str, decision: Json) -> None:
        """The door contact saw somebody go through."""
        way = self.listed.way(door, direction)
        decision_id = decision["decision_id"]
        url = f"{self.at.access}/v1/access-points/{way}/decisions/{decision_id}/outcome"
        body = {"taken": True, "occurred_at": datetime.now(UTC).isoformat()}
        await self._controller(door).post(url, body, expect=204)

    def _controller(self, door: str) -> Caller:
        code = self.listed.controller_of(door)["code"]
        return Caller(f"controller {code}", self.client, {"X-Device-Key": self.keys[code]})

    @asynccontextmanager
    async def step(self, who: str, what: str) -> AsyncIterator[Step]:
        """Measures and reports one step; a surprise says during which."""
        step = Step(who, what)
        began = time.perf_counter()
        try:
            yield step
        except Surprise as surprise:
            step.milliseconds = (time.perf_counter() - began) * 1000
            step.outcome = "otherwise than expected"
            self.report(step)
            raise Surprise(f"{who} {what}: {surprise}") from None
        step.milliseconds = (time.perf_counter() - began) * 1000
        self.report(step)


def must(is_so: bool, expected: str) -> None:
    """A surprise, unless it is so."""
    if not is_so:
        raise Surprise(f"expected: {expected}")
