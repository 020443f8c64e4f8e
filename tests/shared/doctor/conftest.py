"""A booking service that lacks nothing, to take one thing after the other away from."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from deploy.local.issuer import Issuer
from services.booking.service import SERVICE
from shared.doctor.findings import Finding
from shared.doctor.shell import findings
from shared.keys import make_key
from shared.migrate import migrate
from tests.support.postgres import FreshDatabase

Examine = Callable[[], Awaitable[list[Finding]]]


def migrate_booking(url: str) -> None:
    migrate("booking", url=url)


@pytest.fixture
async def booking_url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("booking", migrate_booking)


@pytest.fixture
def examine(
    booking_url: str, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Examine:
    """What the doctor finds, in the environment as the test has changed it."""
    for key in SERVICE.keys:
        make_key(tmp_path / "keys", key)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "parvis_database_url").write_text(booking_url)
    monkeypatch.setenv("PARVIS_SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.setenv("PARVIS_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("PARVIS_OIDC_ISSUER", issuer.address)

    async def examine() -> list[Finding]:
        return [finding async for finding in findings(SERVICE)]

    return examine


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def about(found: list[Finding], what: str) -> str:
    """State and sentence of the one finding about it, or all of them in lines."""
    return "\n".join(f"{each.state} {each.says}" for each in found if each.about == what)


def states(found: list[Finding]) -> dict[str, set[str]]:
    """What each thing was found to be like."""
    kinds: dict[str, set[str]] = {}
    for each in found:
        kinds.setdefault(each.about, set()).add(each.state)
    return kinds
