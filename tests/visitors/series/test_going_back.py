"""What becomes of series where the schema goes back to one that has none."""

import asyncio

from alembic import command

from shared.migrate import config_of
from tests.visitors.park import Park
from tests.visitors.series.test_series import a_series


async def test_days_of_series_become_visits_with_codes_of_their_own(park: Park) -> None:
    await a_series(park)
    config = config_of("visitors", url=park.ground.database.url)
    await asyncio.to_thread(command.downgrade, config, "0016")
    await asyncio.to_thread(command.upgrade, config, "head")
    rows = await park.query("SELECT desk_code, pass_digest, series_id FROM visits")
    assert len({row.desk_code for row in rows}) == len({row.pass_digest for row in rows}) == 6
    assert {row.series_id for row in rows} == {None}
