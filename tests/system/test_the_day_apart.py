"""The stories on three processes, three databases and RabbitMQ: the same day as embedded."""

import re

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.day import Stage, Step, play
from deploy.local.park import THE_PARK
from deploy.monitoring.metrics import shown_by
from shared.log_fields import FIELDS
from tests.support.processes import HANGS_AFTER, ParkOfProcesses

pytestmark = [pytest.mark.rabbit, HANGS_AFTER]

SAYS_WHO = re.compile(r"@|[0-9a-f]{8}-[0-9a-f]{4}|\d{4,}")
"""An address, an id, or a long number."""


async def test_a_working_day_goes_as_it_does_embedded(stage: Stage) -> None:
    steps: list[Step] = []
    stage.report = steps.append
    await play(stage)
    assert len(steps) > 10


async def test_the_day_can_be_played_again_on_the_same_park(stage: Stage) -> None:
    steps: list[Step] = []
    stage.report = steps.append
    await play(stage)
    assert len(steps) > 10


async def test_what_the_services_show_of_the_day_names_nobody(
    stage: Stage, park: ParkOfProcesses
) -> None:
    for name, service in park.services.items():
        text = (await park.client.get(f"{service.url}/metrics")).text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name.endswith("_created"):  # when counting began
                    continue
                listed = shown_by(name)[metric_of(sample.name)]
                assert set(sample.labels) - {"le"} == set(listed), sample
                assert not any(map(SAYS_WHO.search, sample.labels.values())), sample


async def test_what_the_services_log_of_the_day_names_nobody(
    stage: Stage, park: ParkOfProcesses
) -> None:
    names = "|".join(each.family_name for each in THE_PARK.examples.values())
    for service in park.services.values():
        lines = service.log.read_text().splitlines()
        assert len(lines) > 50
        for line in lines:
            assert set(orjson.loads(line)) <= set(FIELDS) - {"left_out"}, line
            assert not re.search(f"@|{names}", line), line


def metric_of(sample: str) -> str:
    """A histogram's samples are several."""
    return re.sub("_(bucket|sum|count)$", "", sample)
