"""The stories on three processes, three databases and RabbitMQ: the same day as embedded."""

import pytest

from deploy.local.day import Stage, Step, play

pytestmark = [pytest.mark.rabbit, pytest.mark.timeout(180)]


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
