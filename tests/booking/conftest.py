"""Booking's real application on a real, migrated database, with real tokens and a clock to turn."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.local.issuer import Issuer
from services.booking.app import create_app
from services.booking.service import SERVICE
from services.booking.settings import Settings
from shared.keys import make_key
from shared.migrate import migrate
from tests.booking.park import Park
from tests.support.postgres import FreshDatabase


def migrate_booking(url: str) -> None:
    migrate("booking", url=url)


@pytest.fixture
async def park(
    fresh_database: FreshDatabase, issuer: Issuer, tmp_path: Path
) -> AsyncIterator[Park]:
    """The park on the eve of its first booking: eight o'clock, nothing booked."""
    url = await fresh_database("booking", migrate_booking)
    settings = Settings(
        database_url=url, oidc_issuer=issuer.address, database_pool=30, keys_dir=tmp_path
    )
    for key in SERVICE.keys:
        make_key(settings.keys_dir, key)
    ground = replace(SERVICE.ground(settings), clock=lambda: made.now)
    transport = httpx.ASGITransport(app=create_app(ground))
    async with httpx.AsyncClient(transport=transport, base_url="http://booking") as http:
        made = Park(ground=ground, http=http, issuer=issuer)
        await made.settle()
        yield made
    await ground.database.close()


@pytest.fixture
def rivals() -> int:
    """How many want the same room at the same moment."""
    return 32
