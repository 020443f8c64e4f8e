"""A tenant reads of its visitors in a chat or by SMS too, where it has set so, and nobody else."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import orjson
import pytest

from services.visitors.attempts import LOST_AFTER, Attempts
from services.visitors.notices.domain.notices import MESSAGE_STALE_AFTER, Became
from services.visitors.notices.messages import MESSAGES_AT_ONCE, Messages, Spoken
from services.visitors.notices.speaking import Speaker
from shared.log import CHATTY
from tests.visitors.notices.test_calling import a_visitor_who_is_here
from tests.visitors.notices.vendors import TEAMS_HOST, the_vendors
from tests.visitors.park import ADMIN, AMAL, BADR, DESK, DRISS, FATIMA, OTHER_DESK, Park, work
from tests.visitors.webhooks.endpoint import Endpoint

SLACK = "https://hooks.slack.com/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1"
TEAMS = (
    f"https://{TEAMS_HOST}:443/workflows/6c0ffee/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=Zr7-Lk1_q8Xw2"
)
TWILIO = "twilio://AC00112233445566778899aabbccddeeff:s3cretT0ken@+15005550006/+212600112233"
INFOBIP = "infobip://s3cret-key@x1y2z3.api.infobip.com/+212600112233?from=Parvis"
KINDS = ["approval_asked", "co_host_told", "desk_told", "host_told"]
CAMILLE = "Camille Durand (Durand SA)"


@pytest.fixture
async def vendors(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Endpoint]:
    async with the_vendors(monkeypatch) as endpoint:
        yield endpoint


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What a service that logs as much as it can writes of its libraries."""
    root, stream = logging.getLogger(), StringIO()
    handler, level = logging.StreamHandler(stream), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def path_of(park: Park, name: str = "") -> str:
    return f"/v1/tenants/{park.tenant_id}/notice-channels" + (f"/{name}" if name else "")


def admin(park: Park) -> dict[str, str]:
    return park.as_(ADMIN, "tenant_admin")


async def put(
    park: Park, name: str = "desk", *, headers: dict[str, str] | None = None, **body: Any
) -> httpx.Response:
    sent = {"address": SLACK, "kinds": KINDS} | body
    given = admin(park) | (headers or {})
    return await park.http.put(path_of(park, name), json=sent, headers=given)


async def a_channel(park: Park, name: str = "desk", **body: Any) -> Any:
    answer = await put(park, name, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def shown(park: Park, name: str = "desk") -> Any:
    return (await park.http.get(path_of(park, name), headers=admin(park))).json()


def a_worker(park: Park) -> Attempts[Spoken, Became]:
    messages = Messages(Speaker(at_once=MESSAGES_AT_ONCE), park.ground.catalogue)
    clock = lambda: park.now  # noqa: E731 - as the worker has it
    return Attempts(messages, park.ground.database, clock, at_once=MESSAGES_AT_ONCE)


async def messages_of(park: Park, visit: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """(kind, status, reason) of what goes by a channel."""
    path = f"/v1/visits/{visit['visit_id']}/notices"
    items = (await park.http.get(path, headers=park.as_(DESK))).json()["items"]
    return [(each["kind"], each["status"], each["reason"]) for each in items if each["channel"]]


@pytest.mark.parametrize(
    ("address", "vendor", "path"),
    [
        (SLACK, "slack", "/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1"),
        (TEAMS, "teams", "/workflows/6c0ffee/triggers/manual/paths/invoke?"),
        (TWILIO, "twilio", "/2010-04-01/Accounts/AC00112233445566778899aabbccddeeff/Messages.json"),
        (INFOBIP, "infobip", "/sms/3/messages"),
    ],
)
async def test_each_vendor_is_told_in_its_own_way(
    park: Park, vendors: Endpoint, address: str, vendor: str, path: str
) -> None:
    assert (await a_channel(park, address=address))["vendor"] == vendor
    visit = await a_visitor_who_is_here(park)
    await park.run("notices.message")
    ((headers, body),) = vendors.requests
    assert headers["path"].startswith(path)
    assert b"Durand" in body
    assert b"accueil" in body
    assert await messages_of(park, visit) == [("host_told", "sent", None)]


async def test_the_channel_hears_each_step_once_and_the_mails_stay(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park)
    others = [str(park.person_id(BADR)), str(park.person_id(ADMIN))]
    visit = await a_visitor_who_is_here(park, co_host_ids=others)
    for _ in range(3):
        await park.run("notices.message")
        await park.let_time_pass(minutes=5)
    told = [orjson.loads(body)["attachments"][0]["text"] for _, body in vendors.requests]
    assert len(told) == 3
    assert told[1].startswith(f"{CAMILLE} est sur place pour Amal Test, qui n'a pas réagi en 5 min")
    assert told[2].startswith(f"Personne n'est venu chercher {CAMILLE}")
    assert [kind for kind, _, _ in await messages_of(park, visit)] == [
        "host_told",
        "co_host_told",
        "desk_told",
    ]
    await park.send_notices()
    assert {BADR, ADMIN, AMAL} <= {mail["To"].addresses[0].addr_spec for mail in park.mails()}


async def test_only_what_was_chosen_is_told(park: Park, vendors: Endpoint) -> None:
    await a_channel(park, kinds=["desk_told"])
    visit = await a_visitor_who_is_here(park)
    await park.run("notices.message")
    assert vendors.requests == []
    await park.let_time_pass(minutes=5)
    await park.run("notices.message")
    assert await messages_of(park, visit) == [("desk_told", "sent", None)]


async def test_another_companys_visitors_are_not_told_of(park: Park, vendors: Endpoint) -> None:
    await a_channel(park)
    visit = await park.a_visit(by=DRISS)
    await park.do(visit, "check-in", by=OTHER_DESK)
    await park.run("notices.message")
    assert vendors.requests == []


async def test_a_refusal_is_shown_with_its_reason_and_repeated_until_it_is_taken(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park)
    vendors.status, vendors.answer = 404, b"no_service"
    visit = await a_visitor_who_is_here(park)
    await park.run("notices.message")
    ((_, status, reason),) = await messages_of(park, visit)
    assert (status, reason) == ("queued", "Failed to send to Slack: Page not found., error=404.")
    failing = await shown(park)
    assert (failing["failing_since"], failing["reason"]) == ("2027-03-01T09:00:00Z", reason)
    vendors.status, vendors.answer = 200, b"ok"
    for _ in range(4):
        park.now += timedelta(minutes=5)
        await park.run("notices.message")
    assert len(vendors.requests) == 2
    assert await messages_of(park, visit) == [("host_told", "sent", None)]
    assert (await shown(park))["reason"] is None
    rows = await park.query("SELECT outcome, reply FROM notice_attempts ORDER BY number")
    assert [tuple(row) for row in rows] == [("deferred", reason), ("accepted", "taken")]


async def test_what_is_old_news_is_not_said_any_more(park: Park, vendors: Endpoint) -> None:
    await a_channel(park)
    vendors.status = 503
    tried = await a_visitor_who_is_here(park)
    while (await messages_of(park, tried))[0][1] == "queued":
        await park.run("notices.message")
        park.now += timedelta(minutes=2)
    assert (await messages_of(park, tried))[0][1] == "failed"
    assert len(vendors.requests) < 12
    waiting = await a_visitor_who_is_here(park)
    park.now += MESSAGE_STALE_AFTER + timedelta(seconds=1)
    await park.run("notices.message")
    assert (await messages_of(park, waiting))[0][1] == "superseded"


async def test_a_vendor_that_does_not_answer_holds_up_neither_the_worker_nor_another_visit(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park, "chat")
    await a_channel(park, "phone", address=INFOBIP)
    vendors.is_slow_at = "/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1"
    visit = await a_visitor_who_is_here(park)
    await work(replace(a_worker(park), longest_attempt=timedelta(seconds=0.5)))
    found = {(status, reason) for _, status, reason in await messages_of(park, visit)}
    assert found == {("sent", None), ("queued", "no answer in time")}


async def test_a_worker_killed_while_speaking_leaves_an_attempt_that_is_repeated(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park)
    await a_visitor_who_is_here(park)
    (_,) = await a_worker(park).claim()
    await asyncio.gather(*(work(a_worker(park)) for _ in range(2)))
    assert vendors.requests == []
    park.now += LOST_AFTER
    await asyncio.gather(*(work(a_worker(park)) for _ in range(2)))
    assert len(vendors.requests) == 1


async def test_no_redirect_is_followed(park: Park, vendors: Endpoint) -> None:
    await a_channel(park, address=INFOBIP)
    vendors.status, vendors.headers = 307, "location: https://hooks.slack.com/inside\r\n"
    await a_visitor_who_is_here(park)
    await park.run("notices.message")
    assert [headers["path"] for headers, _ in vendors.requests] == ["/sms/3/messages"]


@pytest.mark.parametrize("address", [SLACK, TEAMS, TWILIO, INFOBIP])
async def test_an_address_is_never_shown_again_nor_logged(
    park: Park, vendors: Endpoint, logged: StringIO, address: str
) -> None:
    answer = await put(park, address=address)
    assert answer.json()["address_ends_in"] in address
    vendors.status, vendors.answer = 401, b'{"message": "who is s3cretT0ken?"}'
    visit = await a_visitor_who_is_here(park)
    await park.run("notices.message")
    seen = (
        answer.text
        + str(await shown(park))
        + str(await messages_of(park, visit))
        + logged.getvalue()
    )
    seen += (await park.http.get(path_of(park), headers=admin(park))).text
    kept = await park.query("SELECT * FROM notice_channels")
    attempts = await park.query("SELECT reply FROM notice_attempts")
    for secret in ("q8Xw2Zr7Lk1", "Zr7-Lk1_q8Xw2", "s3cret", "AC0011", "6c0ffee", "B0DESK"):
        assert secret not in seen + str(kept) + str(attempts)
    assert "+212600112233" not in logged.getvalue()


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1/notices",
        "xml://inside.example/",
        "file:///etc/passwd",
        "syslog://",
        "dbus://localhost",
        "windows://",
        "gotify://inside.example/token",
        "slack://T0PARVIS/B0DESK/q8Xw2Zr7Lk1",
        "http://hooks.slack.com/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1",
        "https://hooks.slack.com.evil.example/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1",
        "https://hooks.slack.com@127.0.0.1/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1",
        f"{SLACK}?verify=no",
        f"{SLACK}\n",
        f"workflows://{TEAMS_HOST}/6c0ffee/sig/?template=/etc/passwd",
        TEAMS.replace(TEAMS_HOST, "a.powerplatform.evil.example"),
        TEAMS.replace(TEAMS_HOST, "127.0.0.1"),
        TEAMS.replace(":443", ":8443"),
        TEAMS.replace("&sig=Zr7-Lk1_q8Xw2", ""),
        TEAMS.replace("sig=", "sig=..%2F"),
        f"{TWILIO}/+212600112234",
        f"{TWILIO}?method=call",
        INFOBIP.replace(".api.infobip.com", ""),
        INFOBIP.replace("x1y2z3.api.infobip.com", "inside.example"),
        "https://hooks.slack.com/services/" + "A" * 600,
    ],
)
async def test_nothing_but_the_addresses_of_known_vendors_is_taken(
    park: Park, address: str
) -> None:
    answer = await put(park, address=address)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"channel_not_allowed", "malformed_request"}
    assert address.strip() not in answer.text
    assert (await park.http.get(path_of(park), headers=admin(park))).json()["items"] == []


async def test_options_of_the_library_do_not_ride_along_with_an_address(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park, address=f"{TEAMS}&template=%2Fetc%2Fpasswd&verify=no&redirect=yes")
    await a_visitor_who_is_here(park)
    await park.run("notices.message")
    ((headers, body),) = vendors.requests
    assert b"root:" not in body
    assert "passwd" not in headers["path"]


@pytest.mark.parametrize("address", [SLACK, TEAMS])
async def test_a_name_is_text_and_calls_nobody(park: Park, vendors: Endpoint, address: str) -> None:
    await a_channel(park, address=address)
    name = {"given_name": "<!channel> <at>all</at>", "family_name": "[here](https://evil.example)"}
    await a_visitor_who_is_here(park, visitor=name)
    await park.run("notices.message")
    ((_, body),) = vendors.requests
    for mark in (b"<", b"&lt;", b"](", b"@"):
        assert mark not in body


async def test_a_removed_channel_says_nothing_not_even_what_was_queued(
    park: Park, vendors: Endpoint
) -> None:
    await a_channel(park)
    visit = await a_visitor_who_is_here(park)
    gone = await park.http.delete(path_of(park, "desk"), headers=admin(park))
    assert gone.status_code == 204
    await park.run("notices.message")
    assert vendors.requests == []
    assert await messages_of(park, visit) == [("host_told", "failed", "this channel was removed")]


async def test_the_kinds_are_changed_without_the_address(park: Park, vendors: Endpoint) -> None:
    await a_channel(park)
    changed = await put(park, address=None, kinds=["host_told"])
    assert changed.json()["kinds"] == ["host_told"]
    await a_visitor_who_is_here(park)
    await park.run("notices.message")
    assert vendors.requests[0][0]["path"] == "/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1"
    nowhere = await put(park, "other", address=None)
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "channel_address_needed")


async def test_who_changes_a_channel_has_seen_it_as_it_is(park: Park) -> None:
    made = await put(park)
    assert made.headers["etag"] == '"1"'
    read = await park.http.get(
        path_of(park, "desk"), headers=admin(park) | {"if-none-match": '"1"'}
    )
    assert read.status_code == 304
    assert (await put(park, headers={"if-match": '"1"'})).headers["etag"] == '"2"'
    late = {"if-match": '"1"'}
    assert (await put(park, headers=late)).status_code == 412
    gone = await park.http.delete(path_of(park, "desk"), headers=admin(park) | late)
    assert gone.status_code == 412


async def test_a_repeated_request_sets_a_channel_once(park: Park) -> None:
    key = {"idempotency-key": "once"}
    first, again = [await put(park, headers=key) for _ in range(2)]
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])


async def test_a_company_has_ten_channels_at_most(park: Park) -> None:
    answers = await asyncio.gather(*(put(park, f"number-{n}") for n in range(12)))
    assert sorted(each.status_code for each in answers) == [200] * 10 + [409] * 2
    assert (await put(park, "number-0")).status_code in {200, 409}


async def test_only_a_companys_admins_and_the_operator_set_its_channels(park: Park) -> None:
    await a_channel(park)
    body = {"address": SLACK, "kinds": KINDS}
    asked: list[tuple[str, str, Any]] = [
        ("GET", path_of(park), None),
        ("GET", path_of(park, "desk"), None),
        ("PUT", path_of(park, "desk"), body),
        ("DELETE", path_of(park, "desk"), None),
    ]
    for method, path, sent in asked:
        for stranger in (DRISS, OTHER_DESK):
            headers = park.as_(stranger, "tenant_admin")
            answer = await park.http.request(method, path, json=sent, headers=headers)
            assert answer.status_code == 404, (method, path)
        for colleague in (AMAL, DESK):
            headers = park.as_(colleague)
            answer = await park.http.request(method, path, json=sent, headers=headers)
            assert answer.status_code == 403, (method, path)
    for method, path, sent in asked:
        headers = park.as_(FATIMA, "operator")
        answer = await park.http.request(method, path, json=sent, headers=headers)
        assert answer.status_code < 300, (method, path)
    assert (await park.http.get(path_of(park, "desk"), headers=admin(park))).status_code == 404
