"""SIGKILL of a real service at every place that matters: each fact has its effect, once."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.day import Stage
from tests.support.eventually import eventually
from tests.support.processes import HANGS_AFTER, ParkOfProcesses, Process

pytestmark = [pytest.mark.rabbit, HANGS_AFTER]

ORGANISER, DESK, SECURITY = "salma@atlas.example", "zineb@atlas.example", "hicham@ewane.example"
PLACES = [
    ("booking", "after_commit"),
    ("booking", "after_confirm"),
    ("visitors", "after_reaction"),
    ("access", "before_ack"),
    *(
        pytest.param(name, place, marks=pytest.mark.long)
        for name, place in (
            ("booking", "before_commit"),
            ("booking", "after_claim"),
            ("booking", "after_publish"),
            ("visitors", "in_reaction"),
            ("visitors", "before_ack"),
            ("access", "in_reaction"),
            ("access", "after_reaction"),
        )
    ),
]
_days = itertools.count(2)


def an_hour() -> Iterator[datetime]:
    """An hour that no other test books."""
    day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=next(_days))
    yield day
    yield day + timedelta(hours=1)


async def book(stage: Stage, guest: str) -> tuple[str, dict[str, Any], dict[str, str]]:
    """What a phone sends, to be sent again with the same key until it is answered."""
    starts_at, ends_at = an_hour()
    body = {
        "room_id": next(iter(stage.listed.rooms.values())),
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "participants": [{"email": guest, "name": "Camille Durand", "language": "fr"}],
    }
    headers = {**stage.person(ORGANISER).headers, "idempotency-key": str(uuid4())}
    return f"{stage.at.booking}/v1/bookings", body, headers


async def answered(stage: Stage, url: str, body: object, headers: dict[str, str]) -> Any:
    """The phone repeats what got no answer."""

    async def ask() -> Any:
        try:
            answer = await stage.client.post(url, json=body, headers=headers, timeout=5)
        except httpx.HTTPError:
            return None
        return answer.json() if answer.status_code == 201 else None

    return await eventually(ask, within=30, about="an answer 201")


async def dies(service: Process) -> None:
    """Returns when the process has killed itself."""
    assert service.running is not None
    assert await asyncio.to_thread(service.running.wait, 30) == -9
    service.running = None


@pytest.mark.parametrize(("name", "place"), PLACES, ids=lambda each: str(each))
async def test_each_fact_has_its_effect_once_wherever_a_service_is_killed(
    park: ParkOfProcesses, stage: Stage, name: str, place: str
) -> None:
    victim = park.services[name]
    victim.stop()
    victim.start(PARVIS_CRASH_AT=place)
    await victim.is_ready()
    guest = f"guest-{uuid4().hex[:8]}@visitor.example"
    url, body, headers = await book(stage, guest)
    phone = asyncio.create_task(answered(stage, url, body, headers))
    await dies(victim)
    victim.start()
    await victim.is_ready()
    booking = await phone
    await _has_one_visit_and_one_invitation(stage, booking["booking_id"])
    await _has_one_right_for_its_organiser(stage, booking["booking_id"])


async def _has_one_visit_and_one_invitation(stage: Stage, booking_id: str) -> None:
    desk, visits = stage.person(DESK), f"{stage.at.visitors}/v1/visits"

    async def found() -> list[Any]:
        return [visit async for visit in desk.every(visits, {"booking_id": booking_id})]

    (visit,) = await eventually(found, within=30, about="the guest's visit")

    async def sent() -> list[Any]:
        notices = (await desk.get(f"{visits}/{visit['visit_id']}/notices"))["items"]
        assert [each["status"] for each in notices] == ["sent"], notices
        return [each for each in notices if each["kind"] == "invitation"]

    assert len(await eventually(sent, within=30)) == 1
    assert len(await found()) == 1


async def _has_one_right_for_its_organiser(stage: Stage, booking_id: str) -> None:
    operator, person_id = stage.person(SECURITY), stage.listed.people[ORGANISER]

    async def rights() -> list[Any]:
        url = f"{stage.at.access}/v1/rights"
        found = [right async for right in operator.every(url, {"person_id": person_id})]
        return [right for right in found if right["source_id"] == booking_id]

    assert len(await eventually(rights, within=30, about="the organiser's right")) == 1
