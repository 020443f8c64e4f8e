"""Booking is set back to an earlier moment while access and visitors have moved on; then all agree.

Everything is real but the broker: three services, their databases, a base backup and its WAL.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from deploy.local.issuer import Issuer
from deploy.services import service
from services.access.cli import Bootstrap, bootstrap
from shared.keys import make_key
from shared.messaging.bus import MemoryBus
from shared.migrate import migrate
from shared.service import Service
from shared.web.ground import Ground
from shared.worker import working
from tests.support.eventually import eventually
from tests.support.postgres import FreshDatabase
from tests.support.restoring import (
    archive_all,
    archiving_server,
    base_backup,
    name_this_moment,
    restored,
)

SERVICES = ("access", "visitors", "booking")
OPERATOR = "operator@landlord.example"
ROLES = ["operator", "facility_manager", "reception", "tenant_admin"]
Json = dict[str, Any]


@dataclass
class Park:
    """Three services in one process; each can be stopped, and started on another database."""

    issuer: Issuer
    home: Path
    bus: MemoryBus = field(default_factory=lambda: MemoryBus(services=SERVICES))
    running: dict[str, AsyncExitStack] = field(default_factory=dict)
    http: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    grounds: dict[str, Ground] = field(default_factory=dict)

    def ground(self, name: str, url: str) -> Ground:
        """On that database, not started yet."""
        made: Service[Any] = service(name)
        settings = made.settings(
            database_url=url,
            oidc_issuer=self.issuer.address,
            keys_dir=self.home / "keys",
            **({"mail_dir": self.home / "mail"} if name == "visitors" else {}),
        )
        for key in made.keys:
            make_key(settings.keys_dir, key)
        self.grounds[name] = made.ground(settings)
        return self.grounds[name]

    async def start(self, name: str, ground: Ground) -> None:
        made, stack = service(name), AsyncExitStack()
        app = made.create_app(ground)
        stack.push_async_callback(ground.database.close)
        await stack.enter_async_context(app.router.lifespan_context(app))
        await stack.enter_async_context(
            working(
                ground,
                self.bus,
                inbox=made.inbox,
                timers=made.timers,
                loops=made.loops(ground),
            )
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=f"http://{name}", timeout=30)
        self.http[name] = await stack.enter_async_context(client)
        self.running[name] = stack

    async def stop(self, name: str) -> None:
        self.bus.subscriptions.pop(name, None)
        await self.running.pop(name).aclose()

    async def ask(self, name: str, method: str, path: str, body: object = None) -> Any:
        """As the operator, who may do everything here; patient with what has not been heard yet."""
        token = self.issuer.token(OPERATOR, roles=ROLES)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

        async def answer() -> httpx.Response:
            found = await self.http[name].request(method, path, json=body, headers=headers)
            assert found.is_success, f"{method} {path}: {found.text}"
            return found

        found = await eventually(answer)
        return found.json() if found.content else None

    async def rows(self, name: str, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.grounds[name].database.url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def quiet(self) -> None:
        """Everything that was said has been heard."""

        async def nothing_is_left() -> bool:
            for name in self.running:
                left = "SELECT count(*) FROM outbox UNION ALL SELECT count(*) FROM inbox"
                left += " WHERE status <> 'done'"
                if any(count for (count,) in await self.rows(name, left)):
                    return False
            return True

        await eventually(nothing_is_left)

    async def rebuild(self, name: str, *options: str) -> None:
        command = next(each for each in service(name).commands if each.name == "rebuild")
        await command.asked(dry_run="--dry-run" in options, patience=15)(self.grounds[name])

    async def announce_again(self, name: str) -> None:
        await service(name).announce_again(self.grounds[name].database)

    async def a_room(self) -> Json:
        names = {"fr": "Salle", "ar": "قاعة", "en": "Room"}
        zone = {"names": names, "tenant_id": None, "is_bookable": False}
        whole = {**zone, "code": "P", "kind": "park", "parent_id": None}
        parent = await self.ask("access", "POST", "/v1/zones", whole)
        part = {**zone, "code": "P1", "kind": "room", "parent_id": parent["zone_id"]}
        listed = await self.ask("access", "POST", "/v1/zones", part | {"is_bookable": True})
        room = {
            "code": "R1",
            "names": names,
            "zone_id": listed["zone_id"],
            "capacity": 8,
            "equipment": [],
            "opening": "always",
        }
        made: Json = await self.ask("booking", "POST", "/v1/rooms", room)
        return made

    async def book(self, room: Json, *, hour: int, guest: str) -> str:
        day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
        starts_at = day.replace(hour=hour)
        wish = {
            "room_id": room["room_id"],
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
            "participants": [{"email": guest, "name": "Guest", "language": "fr"}],
        }
        made = await self.ask("booking", "POST", "/v1/bookings", wish)
        return str(made["booking_id"])

    async def list_person(self, email: str) -> str:
        tenants = await self.ask("access", "GET", "/v1/tenants")
        person = {
            "tenant_id": tenants["items"][0]["tenant_id"],
            "given_name": "P",
            "family_name": "Q",
            "email": email,
            "language": "fr",
        }
        return str((await self.ask("access", "POST", "/v1/people", person))["person_id"])


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where also the database's own user can write."""
    made = Path(tempfile.mkdtemp(prefix="parvis-restoring-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@asynccontextmanager
async def a_park(urls: dict[str, str], issuer: Issuer, folder: Path) -> AsyncIterator[Park]:
    """With a landlord and an operator, and with who is kept of them."""
    park = Park(issuer, folder)
    try:
        for name, url in urls.items():
            await asyncio.to_thread(migrate, name, url=url)
            await park.start(name, park.ground(name, url))
        await bootstrap(
            park.grounds["access"],
            Bootstrap(
                tenant="Park", language="fr", email=OPERATOR, given_name="O", family_name="P"
            ),
        )
        yield park
    finally:
        for name in list(park.running):
            await park.stop(name)


async def must_agree(park: Park) -> None:
    """Every read model shows what its owner holds, and nothing beside."""
    await park.quiet()
    standing = await park.rows(
        "booking",
        "SELECT id, starts_at FROM bookings WHERE status IN ('confirmed', 'checked_in') ORDER BY 1",
    )
    at_doors = await park.rows(
        "access",
        "SELECT booking_id, starts_at FROM known_bookings "
        "WHERE status IN ('confirmed', 'checked_in') ORDER BY 1",
    )
    assert at_doors == standing
    open_doors = await park.rows(
        "access",
        "SELECT DISTINCT source_id FROM rights "
        "WHERE source = 'booking' AND ended_at IS NULL ORDER BY 1",
    )
    assert open_doors == [(booking_id,) for booking_id, _ in standing]
    expected = await park.rows(
        "visitors",
        "SELECT booking_id, starts_at FROM visits WHERE status = 'expected' ORDER BY 1",
    )
    assert expected == standing, "one guest each"
    passes = await park.rows(
        "access", "SELECT visit_id FROM known_visits WHERE status = 'expected' ORDER BY 1"
    )
    visits = await park.rows(
        "visitors", "SELECT id FROM visits WHERE status = 'expected' ORDER BY 1"
    )
    shown = await park.rows(
        "booking", "SELECT visit_id FROM guest_visits WHERE status = 'expected' ORDER BY 1"
    )
    assert passes == visits == shown
    people = await park.rows(
        "access", "SELECT person_id FROM people WHERE delisted_at IS NULL ORDER BY 1"
    )
    for reader in ("booking", "visitors"):
        known = await park.rows(
            reader, "SELECT person_id FROM known_people WHERE is_listed ORDER BY 1"
        )
        assert known == people, reader


async def test_one_service_is_restored_to_an_earlier_moment_and_all_agree_again(
    fresh_database: FreshDatabase, issuer: Issuer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, backup = folder / "wal", folder / "backup"
    archive.mkdir()
    with archiving_server(archive) as server:
        urls = {name: await fresh_database(name) for name in ("access", "visitors")}
        urls["booking"] = server.url()
        async with a_park(urls, issuer, folder) as park:
            room = await park.a_room()
            leaver = await park.list_person("leaver@landlord.example")
            moved = await park.book(room, hour=8, guest="moved@else.example")
            await asyncio.to_thread(base_backup, server, backup)
            stays = await park.book(room, hour=10, guest="stays@else.example")
            cancelled = await park.book(room, hour=12, guest="cancelled@else.example")
            await park.quiet()
            await name_this_moment(server)

            # What is lost with booking's database, and the others have heard of:
            later = datetime.now(UTC).replace(minute=30, second=0, microsecond=0)
            later += timedelta(days=3)
            for _ in range(2):
                later += timedelta(hours=1)
                await park.ask(
                    "booking",
                    "POST",
                    f"/v1/bookings/{moved}/move",
                    {"starts_at": later.isoformat()},
                )
            await park.ask("booking", "POST", f"/v1/bookings/{cancelled}/cancel")
            lost = await park.book(room, hour=14, guest="lost@else.example")
            # What access did meanwhile, and booking has heard of and will have forgotten:
            await park.ask("access", "POST", f"/v1/people/{leaver}/delist", {"reason": "left"})
            await park.list_person("new@landlord.example")
            await must_agree(park)
            await archive_all(server)
            await park.stop("booking")
            server.stop_immediately()

            with restored(backup, archive, like=server) as again:
                ground = park.ground("booking", again.url())
                found = await park.rows("booking", "SELECT id FROM bookings")
                assert {str(each) for (each,) in found} == {moved, stays, cancelled}
                await park.announce_again("booking")
                await park.start("booking", ground)
                await park.quiet()
                ghosts = await park.rows(
                    "access",
                    "SELECT booking_id FROM known_bookings WHERE status = 'confirmed' "
                    f"AND booking_id = '{lost}'",
                )
                assert ghosts, "nothing ends by being announced again alone"
                await park.announce_again("access")
                await park.announce_again("visitors")
                await park.quiet()
                await park.rebuild("access", "--dry-run")
                assert "booking: 1 bookings would end" in capsys.readouterr().out
                for name in ("access", "visitors", "booking"):
                    await park.rebuild(name)
                printed = capsys.readouterr().out
                assert "booking: 1 bookings ended" in printed
                assert "access: 1 people ended" in printed
                await must_agree(park)
                after = await park.book(room, hour=16, guest="after@else.example")
                await park.ask("booking", "POST", f"/v1/bookings/{stays}/cancel")
                await must_agree(park)
                known = await park.rows("access", "SELECT booking_id FROM known_bookings")
                assert after in {str(each) for (each,) in known}
                for name in list(park.running):
                    await park.stop(name)
