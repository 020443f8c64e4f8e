"""The process that moves visits to their wall times is killed in the midst of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.postgres import free_port
from services.visitors.settings import VisitorsSettings
from tests.support.processes import Process
from tests.support.zone_rules import CASABLANCA, a_day_that_differs, old_rules
from tests.visitors.park import Park
from tests.visitors.rederiving.test_rederiving import MAIL, hours, rederived, shown
from tests.visitors.series.test_series import a_series

REDERIVE = "visits-rederive"
SERIES = 3


def a_process(park: Park, home: Path) -> Process:
    settings = park.ground.settings
    assert isinstance(settings, VisitorsSettings)
    environment = {
        "PARVIS_DATABASE_URL": park.ground.database.url,
        "PARVIS_OIDC_ISSUER": park.issuer.address,
        "PARVIS_KEYS_DIR": str(settings.keys_dir),
        "PARVIS_MAIL_DIR": str(settings.mail_dir),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }
    return Process("visitors", environment, home / "visitors.log")


@pytest.mark.parametrize(
    ("place", "left"),
    [("before_commit:2", 4), pytest.param("after_commit:2", 2, marks=pytest.mark.long)],
)
async def test_whoever_runs_it_again_finishes_what_was_killed(
    park: Park, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, left: int
) -> None:
    """A series moves at once, or not at all; each visitor is told once."""
    park.now = datetime.now(UTC)
    wall = a_day_that_differs(after=park.now).replace(hour=9, tzinfo=None).isoformat()
    with old_rules():
        made = [
            await a_series(park, starts_wall=wall, timezone=CASABLANCA, rrule="FREQ=DAILY;COUNT=2")
            for _ in range(SERIES)
        ]
        await park.send_notices()
    process = a_process(park, tmp_path)
    process.start(REDERIVE, PARVIS_CRASH_AT=place)
    assert process.running is not None
    assert await asyncio.to_thread(process.running.wait, 40) == -9
    park.now = datetime.now(UTC)
    assert await rederived(park, capsys) == f"{left} visits moved"
    assert await rederived(park, capsys) == "0 visits moved"
    for series in made:
        assert hours(await shown(park, series)) == [9, 9]
        for day in series["days"]:
            assert await park.announced(day) == ["expected", "rescheduled"]
        told = [kind for kind, _ in await park.notices(series["days"][0])]
        assert told == ["invitation", "update"]
    await park.send_notices()
    assert len(park.mails(to=MAIL)) == 2 * SERIES
