"""A small park behind access's real application: two tenants, a lobby, two suites, a room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson

from deploy.local.issuer import Issuer
from services.access.cli import Bootstrap, bootstrap
from services.access.inbox import inbox
from services.access.worker import loops
from shared.events.base import Envelope, Event, owner_of
from shared.web import Ground
from shared.worker import Loop
from tests.support.eventually import eventually

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
FACILITY = 77
TOKEN = "JBSWY3DPEHPK3PXP"

Json = dict[str, Any]


def bits_of(facility: int, number: int) -> str:
    """What a reader sends for an H10301 card."""
    middle = f"{facility:08b}{number:016b}"
    left, right = middle[:12], middle[12:]
    return f"{left.count('1') % 2}{middle}{1 - right.count('1') % 2}"


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@dataclass
class Somebody:
    """A person of the park and the roles in their token."""

    email: str
    roles: tuple[str, ...] = ()


OPERATOR = Somebody("operator@landlord.example", ("operator",))
SECURITY = Somebody("security@landlord.example", ("security",))
ALICE = Somebody("alice@atlas.example")
ATLAS_ADMIN = Somebody("admin@atlas.example", ("tenant_admin",))
BASMA = Somebody("basma@bahia.example")
BAHIA_ADMIN = Somebody("admin@bahia.example", ("tenant_admin",))


@dataclass
class Park:
    """The application, the ids of what is in it, and its clock."""

    ground: Ground
    http: httpx.AsyncClient
    issuer: Issuer
    now: datetime = NINE
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _numbers: int = 0
    _sequences: dict[str, int] = field(default_factory=dict)

    @cached_property
    def loops(self) -> dict[str, Loop]:
        """What the worker does beside, by name."""
        return {loop.name: loop for loop in loops(self.ground)}

    def pass_time(self, **much: float) -> None:
        self.now += timedelta(**much)

    def headers(self, who: Somebody) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(who.email, roles=who.roles)}"}

    async def get(self, who: Somebody, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(f"/v1{path}", headers=self.headers(who), params=query)

    async def post(self, who: Somebody, path: str, body: Json | None = None) -> httpx.Response:
        return await self.http.post(f"/v1{path}", headers=self.headers(who), json=body or {})

    async def put(
        self, who: Somebody, path: str, body: Json, *, if_match: str | None = None
    ) -> httpx.Response:
        headers = self.headers(who) | ({"If-Match": if_match} if if_match else {})
        return await self.http.put(f"/v1{path}", headers=headers, json=body)

    async def delete(self, who: Somebody, path: str) -> httpx.Response:
        return await self.http.delete(f"/v1{path}", headers=self.headers(who))

    async def acts(self) -> list[Json]:
        """What the journal says that people did, but to controllers; the oldest first."""
        query = """
            SELECT e.reason, p.author_id, p.person_id, p.badge_id, p.tenant_id, p.details
            FROM journal_entries AS e JOIN journal_particulars AS p USING (entry_id)
            WHERE e.kind = 'act' AND e.controller_id IS NULL ORDER BY e.position"""
        rows = [dict(row) for row in await self.rows(query)]
        found: list[Json] = orjson.loads(orjson.dumps(rows, default=str))
        for row in found:
            if isinstance(row["details"], str):
                row["details"] = orjson.loads(row["details"])
        return found

    async def journalled(self, verb: str) -> list[Json]:
        """What the journal tells security of acts of that kind, the newest first."""
        found: list[Json] = (await self.get(SECURITY, "/journal", reason=verb)).json()["items"]
        return [entry for entry in found if entry["kind"] == "act"]

    async def made(self, path: str, body: Json) -> Json:
        """What the operator makes."""
        answer = await self.post(OPERATOR, path, body)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def settle(self) -> None:
        """Landlord, two tenants, their people; the tree of zones; doors behind two controllers."""
        await bootstrap(
            self.ground, Bootstrap("Landlord", "fr", OPERATOR.email, "Omar", "Operator")
        )
        tenants = (await self.get(OPERATOR, "/tenants")).json()["items"]
        self.ids["landlord"] = tenants[0]["tenant_id"]
        self.ids[OPERATOR.email] = (await self.get(OPERATOR, "/me")).json()["person_id"]
        for name in ("atlas", "bahia"):
            made = await self.made("/tenants", {"name": name.title(), "language": "fr"})
            self.ids[name] = made["tenant_id"]
        for somebody in (SECURITY, ALICE, ATLAS_ADMIN, BASMA, BAHIA_ADMIN):
            await self.list_person(somebody)
        await self._zones()
        await self._doors()

    async def list_person(self, who: Somebody) -> str:
        name, _, company = who.email.removesuffix(".example").partition("@")
        body = {
            "tenant_id": self.ids[company],
            "given_name": name.title(),
            "family_name": "Example",
            "email": who.email,
        }
        self.ids[who.email] = (await self.made("/people", body))["person_id"]
        return self.ids[who.email]

    async def _zones(self) -> None:
        tree = [
            ("park", None, "park", None, False),
            ("building", "park", "building", None, False),
            ("floor", "building", "floor", None, False),
            ("suite a", "floor", "suite", "atlas", False),
            ("suite b", "floor", "suite", "bahia", False),
            ("room", "floor", "room", None, True),
        ]
        for code, parent, kind, tenant, is_bookable in tree:
            body = {
                "code": code,
                "parent_id": self.ids[parent] if parent else None,
                "kind": kind,
                "names": {"fr": code, "ar": code, "en": code},
                "tenant_id": self.ids[tenant] if tenant else None,
                "is_bookable": is_bookable,
            }
            self.ids[code] = (await self.made("/zones", body))["zone_id"]

    async def _doors(self) -> None:
        for code in ("lobby controller", "floor controller"):
            made = await self.made("/controllers", {"code": code})
            self.ids[code], self.keys[code] = made["controller_id"], made["key"]
        await self.add_door("lobby", None, "building", controller="lobby controller")
        await self.add_door("stairs", "building", "floor")
        await self.add_door("door a", "floor", "suite a")
        await self.add_door("door b", "floor", "suite b")
        await self.add_door("room door", "floor", "room")
        await self.add_door("between", "suite a", "suite b")

    async def add_door(
        self,
        code: str,
        source: str | None,
        target: str,
        *,
        controller: str = "floor controller",
        **more: Any,
    ) -> Json:
        body = {
            "code": code,
            "names": {"fr": code, "ar": code, "en": code},
            "from_zone_id": self.ids[source] if source else None,
            "to_zone_id": self.ids[target],
            "controller_id": self.ids[controller],
            **more,
        }
        made = await self.made("/doors", body)
        self.ids[code] = made["door_id"]
        for point in made["access_points"]:
            self.ids[f"{code} {point['direction']}"] = point["access_point_id"]
        return made

    async def give_badge(self, who: Somebody, number: int, **more: Any) -> Json:
        path = f"/people/{self.ids[who.email]}/badges"
        return await self.made(path, {"facility": FACILITY, "number": number, **more})

    async def let_in(self, who: Somebody, zone: str, **more: Any) -> Json:
        holder = {"kind": "person", "id": self.ids[who.email]}
        return await self.made("/rights", {"holder": holder, "zone_id": self.ids[zone], **more})

    def a_read(self, read: Json, **changes: Any) -> Json:
        """The next read of a controller, by its own count."""
        self._numbers += 1
        at = self.now.isoformat()
        return {"epoch": 1, "sequence": self._numbers, "read_at": at, "read": read, **changes}

    async def ask(self, point: str, body: Json, *, key: str | None = None) -> httpx.Response:
        given = (
            key
            or self.keys["lobby controller" if point.startswith("lobby") else "floor controller"]
        )
        path = f"/v1/access-points/{self.ids.get(point, point)}/decisions"
        return await self.http.post(path, headers={"X-Device-Key": given}, json=body)

    async def read_badge(self, point: str, number: int, **changes: Any) -> Json:
        """The answer to a badge at an access point."""
        return await self.read_bits(point, bits_of(FACILITY, number), **changes)

    async def read_bits(self, point: str, bits: str, **changes: Any) -> Json:
        answer = await self.ask(point, self.a_read({"kind": "card", "bits": bits}, **changes))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def read_qr(self, point: str, token: str = TOKEN) -> Json:
        answer = await self.ask(point, self.a_read({"kind": "qr", "text": token}))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def tell(self, point: str, decision: Json, *, taken: bool = True) -> httpx.Response:
        """What the door's contact says."""
        key = self.keys["lobby controller" if point.startswith("lobby") else "floor controller"]
        return await self.http.post(
            f"/v1/access-points/{self.ids[point]}/decisions/{decision['decision_id']}/outcome",
            headers={"X-Device-Key": key},
            json={"taken": taken, "occurred_at": self.now.isoformat()},
        )

    async def walk(self, point: str, token: str = TOKEN) -> Json:
        """A pass is granted and the way is taken."""
        decision = await self.read_qr(point, token)
        assert decision["outcome"] == "granted", decision
        assert (await self.tell(point, decision)).status_code == 204
        return decision

    async def queue(
        self, row: str, *asks: Callable[[], Awaitable[httpx.Response]]
    ) -> list[httpx.Response]:
        """The answers to requests that have all begun before the first can go on: one after the
        other they come to wait for that row (`zones WHERE …`), or behind each other. Whoever asks
        has signed in before, or they wait for that.
        """
        waiting = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        connection = await asyncpg.connect(self.ground.database.url)
        asked: list[asyncio.Future[httpx.Response]] = []

        async def all_wait() -> bool:
            return bool((await self.rows(waiting))[0][0] == len(asked))

        try:
            async with connection.transaction():
                await connection.execute(f"SELECT FROM {row} FOR UPDATE")
                for ask in asks:
                    asked.append(asyncio.ensure_future(ask()))
                    await eventually(all_wait, about=f"{len(asked)} wait for {row}")
            return await asyncio.gather(*asked)
        finally:
            await connection.close()

    async def hear(self, event: Event, *, sequence: int | None = None) -> None:
        """The reaction to an event of another service."""
        if sequence is None:
            sequence = self._sequences.get(event.subject, 0) + 1
            self._sequences[event.subject] = sequence
        heard = Event.from_envelope(
            Envelope(
                id=uuid4(),
                source=f"/parvis/{owner_of(event.name)}",
                type=event.name,
                subject=event.subject,
                time=self.now,
                sequence=sequence,
                data=event.model_dump(mode="json"),
            )
        )
        reaction = inbox.reaction_to(event.name)
        assert reaction is not None
        async with self.ground.database.transaction() as session:
            await reaction(heard, session)

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.ground.database.url)
        try:
            found: list[asyncpg.Record] = await connection.fetch(query, *values)
            return found
        finally:
            await connection.close()

    async def announced(self, name: str) -> list[Json]:
        """What was announced under that name, in order."""
        query = "SELECT body::jsonb FROM outbox WHERE name = $1 ORDER BY position"
        return [orjson.loads(row[0]) for row in await self.rows(query, name)]

    async def forget_announcements(self) -> None:
        await self.rows("DELETE FROM outbox")

    def id(self, name: str) -> UUID:
        return UUID(self.ids[name])
