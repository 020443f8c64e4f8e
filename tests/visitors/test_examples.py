"""Every example in visitors' document works when it is sent as it stands, but for ids and names."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.visitors.app import create_app
from tests.support.examples import Examples
from tests.visitors.park import ADMIN, AMAL, BADR, DESK, Park
from tests.visitors.webhooks.endpoint import names

BEFORE_ALL_OF_THEM = datetime(2026, 11, 23, 8, tzinfo=UTC)
A_PUBLIC_ONE = "1.1.1.1"  # what names are said to lead to; nobody goes there
THE_ADMIN: dict[str, Any] = {"by": ADMIN, "role": "tenant_admin"}


@pytest.fixture
def examples(park: Park) -> Examples:
    park.now = BEFORE_ALL_OF_THEM
    found = Examples(park, create_app(park.ground), by=AMAL)
    info = park.ground.database.info
    info["surroundings"] = replace(info["surroundings"], guard=names(A_PUBLIC_ONE))
    return found


async def of_visits(park: Park, examples: Examples) -> None:
    visit = await examples.send("POST", "visits", examples.of("NewVisit"))
    path = f"visits/{visit['visit_id']}"
    await examples.send("PATCH", path, examples.of("Changes"))
    await examples.send("POST", f"{path}/reschedule", examples.of("Times"))
    host = examples.of("NewHost", host_id=str(park.person_id(BADR)))
    await examples.send("POST", f"{path}/host", host, by=DESK)
    await examples.send("POST", f"{path}/refuse", examples.of("Why"), by=DESK)


async def of_the_desk(park: Park, examples: Examples) -> None:
    amal = str(park.person_id(AMAL))
    walk_in = examples.of("NewWalkIn", host_id=amal)
    made = await examples.send("POST", "desk/walk-ins", walk_in, by=DESK)
    assert made["visit"]["status"] == "checked_in"
    visit = await examples.send("POST", "visits", examples.of("NewVisit"))
    ids = {"visit_ids": [visit["visit_id"]]}
    await examples.send("POST", "desk/badges", examples.of("WantedBadges", **ids), by=DESK)
    batch = examples.of("NewBatch", **ids)
    outcomes = await examples.send("POST", "desk/batch", batch, by=DESK)
    assert [each["is_done"] for each in outcomes["items"]] == [True]
    scanned = await examples.send("POST", "desk/scan", examples.of("Scan"), by=DESK)
    assert scanned["prefill"]["family_name"] == "Eriksson"
    into = examples.of("Merge", into=visit["visitor"]["visitor_id"])
    other = made["visit"]["visitor"]["visitor_id"]
    await examples.send("POST", f"visitors/{other}/merge", into, by=DESK)


async def of_a_company(park: Park, examples: Examples) -> None:
    path = f"tenants/{park.tenant_id}"
    await examples.send("PUT", f"{path}/visit-policy", examples.of("WantedPolicy"), **THE_ADMIN)
    await examples.send("PUT", f"{path}/badge-template", examples.of("Template"), **THE_ADMIN)
    hook, channel = examples.of("NewWebhook"), examples.of("WantedChannel")
    await examples.send("POST", f"{path}/webhooks", hook, **THE_ADMIN)
    await examples.send("PUT", f"{path}/notice-channels/desk", channel, **THE_ADMIN)
    documents = f"{path}/visit-documents"
    document = examples.of("WantedDocument")
    made = await examples.send("POST", documents, document, **THE_ADMIN)
    visit = await examples.send("POST", "visits", examples.of("NewVisit"))
    accepted = examples.of("NewAcceptance", document_id=made["document_id"])
    await examples.send("POST", f"visits/{visit['visit_id']}/acceptances", accepted, by=DESK)
    await examples.send("PUT", f"{documents}/{made['document_id']}", document, **THE_ADMIN)


async def of_many_at_once(_: Park, examples: Examples) -> None:
    invited = await examples.send("POST", "invitations", examples.of("NewInvitations"))
    assert (invited["done"], invited["refused"]) == (2, 0)
    wanted = examples.of("WantedGroup")
    group = await examples.send("POST", "visitor-groups", wanted)
    await examples.send("PUT", f"visitor-groups/{group['group_id']}", wanted)


async def of_series(park: Park, examples: Examples) -> None:
    wish = examples.of("NewVisitSeries")
    preview = await examples.send("POST", "visit-series/preview", wish)
    series = await examples.send("POST", "visit-series", wish)
    assert len(preview["days"]) == len(series["days"]) == 39, "one of forty is left out"
    path = f"visit-series/{series['series_id']}"
    await examples.send("PATCH", path, examples.of("ChangesOfSeries"))
    await examples.send("POST", f"{path}/reschedule", examples.of("NewTimesOfDay"))
    host = examples.of("NewHostOfSeries", host_id=str(park.person_id(BADR)))
    await examples.send("POST", f"{path}/host", host, by=DESK)
    await examples.send("POST", f"{path}/cancel", examples.of("FromThere"), by=DESK)


async def test_the_examples_work(park: Park, examples: Examples) -> None:
    for of in (of_visits, of_the_desk, of_a_company, of_many_at_once, of_series):
        await of(park, examples)
    assert set(examples.of_bodies()) == examples.sent
