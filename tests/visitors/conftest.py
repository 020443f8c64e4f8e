"""The real application of visitors on a real database, with real tokens and mail files."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.local.issuer import Issuer
from services.visitors.service import SERVICE
from services.visitors.settings import VisitorsSettings
from shared.keys import make_key
from shared.migrate import migrate
from tests.support.postgres import FreshDatabase
from tests.visitors.park import Park


def migrate_visitors(url: str) -> None:
    migrate("visitors", url=url)


@pytest.fixture
async def park(
    fresh_database: FreshDatabase, issuer: Issuer, tmp_path: Path
) -> AsyncIterator[Park]:
    """The park at eight o'clock, nobody expected yet."""
    url = await fresh_database("visitors", migrate_visitors)
    settings = VisitorsSettings(
        database_url=url,
        oidc_issuer=issuer.address,
        keys_dir=tmp_path / "keys",
        mail_dir=tmp_path / "mail",
    )
    for name in SERVICE.keys:
        make_key(settings.keys_dir, name)
    ground = replace(SERVICE.ground(settings), clock=lambda: made.now)
    transport = httpx.ASGITransport(app=SERVICE.create_app(ground))
    async with httpx.AsyncClient(transport=transport, base_url="http://visitors") as http:
        made = Park(ground=ground, http=http, issuer=issuer)
        await made.settle()
        yield made
    await ground.database.close()
