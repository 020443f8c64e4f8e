"""What each service shows of itself has the names that alerts and dashboards ask for."""

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.monitoring.metrics import shown_by
from deploy.services import all_services
from shared.messaging.metrics import MessagingMetrics
from tests.contracts.test_openapi import app_of


@pytest.fixture(params=["access", "visitors", "booking"])
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def shown(name: str, *, keys: Path) -> str:
    """By a process that serves and works, before anything has happened; its database is away."""
    app = app_of(name, keys=keys)
    MessagingMetrics(name, app.state.ground.registry)
    next(each for each in all_services() if each.name == name).loops(app.state.ground)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return (await http.get("/metrics")).text


async def test_a_service_shows_what_is_listed_and_nothing_else(
    service: str, tmp_path: Path
) -> None:
    families = text_string_to_metric_families(await shown(service, keys=tmp_path))
    names = {each.name + ("_total" if each.type == "counter" else "") for each in families}
    names = {name for name in names if not name.endswith("_created")}
    assert names == set(shown_by(service))


@pytest.mark.parametrize(
    "series",
    [
        'parvis_outbox_published_total{event="access.alarm_raised.v1",replay="false"}',
        'parvis_outbox_troubles_total{why="unroutable"}',
        'parvis_inbox_handled_total{outcome="parked"}',
        'parvis_timers_total{outcome="failed"}',
        'parvis_decisions_total{outcome="denied",reason="no_right"}',
        'parvis_decisions_total{outcome="granted",reason="right"}',
    ],
)
async def test_the_first_of_a_kind_is_an_increase(series: str, tmp_path: Path) -> None:
    assert f"\n{series} 0.0\n" in await shown("access", keys=tmp_path)


async def test_a_database_that_is_away_is_shown(service: str, tmp_path: Path) -> None:
    assert "\nparvis_database_answers 0.0\n" in await shown(service, keys=tmp_path)
