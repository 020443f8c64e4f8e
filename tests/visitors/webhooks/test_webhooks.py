"""A company's own systems hear of its visits: signed, repeated, and never of another company's."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from services.visitors.attempts import LOST_AFTER, Attempts
from services.visitors.surroundings import surround
from services.visitors.webhooks.domain import PAUSES
from services.visitors.webhooks.sending import ENDPOINTS_AT_ONCE, Called, Calls, Heard
from tests.visitors.park import ADMIN, AMAL, DESK, DRISS, FATIMA, NINE, OTHER_DESK, Park, work
from tests.visitors.webhooks.endpoint import OTHER_HOST, Endpoint, an_endpoint, names, outward

Made = dict[str, Any]
Worker = Attempts[Called, Heard]


@asynccontextmanager
async def a_hook(
    park: Park, path: str = "/parvis", **wish: Any
) -> AsyncIterator[tuple[Made, Endpoint, Worker]]:
    """A webhook of the tenant, its endpoint, and a worker's loop."""
    park.ground.database.info["surroundings"] = replace(
        park.ground.database.info["surroundings"], guard=names()
    )
    async with an_endpoint() as (endpoint, believing):
        made = await make(park, endpoint.url(path), **wish)
        yield made, endpoint, a_worker(park, believing)


def a_worker(park: Park, believing: ssl.SSLContext, timeout: float = 5) -> Worker:
    calls = Calls(outward(believing, timeout=timeout))
    return Attempts(calls, park.ground.database, lambda: park.now, at_once=ENDPOINTS_AT_ONCE)


def path_of(park: Park, made: Made | None = None, *rest: str) -> str:
    parts = [made["webhook_id"]] if made else []
    return "/".join((f"/v1/tenants/{park.tenant_id}/webhooks", *parts, *rest))


def admin(park: Park) -> dict[str, str]:
    return park.as_(ADMIN, "tenant_admin")


async def make(park: Park, url: str, **wish: Any) -> Made:
    answer = await park.http.post(path_of(park), json={"url": url} | wish, headers=admin(park))
    assert answer.status_code == 201, answer.text
    made: Made = answer.json()
    return made


async def deliveries(park: Park, made: Made) -> list[Made]:
    answer = await park.http.get(path_of(park, made, "deliveries"), headers=admin(park))
    assert answer.status_code == 200, answer.text
    items: list[Made] = answer.json()["items"]
    return items


def said(endpoint: Endpoint) -> list[str]:
    return [orjson.loads(body)["type"] for _, body in endpoint.requests]


async def test_what_happens_to_a_visit_is_delivered_signed_and_without_names(park: Park) -> None:
    park.now = datetime.now(UTC).replace(microsecond=0)
    starts_at = park.now + timedelta(minutes=5)
    async with a_hook(park) as (made, endpoint, worker):
        visit = await park.a_visit(
            starts_at=starts_at.isoformat(), ends_at=(starts_at + timedelta(hours=1)).isoformat()
        )
        await park.do(visit, "check-in")
        await work(worker)
    assert said(endpoint) == ["visit.expected", "visit.checked_in"]
    headers, body = endpoint.requests[1]
    told = Verifier(made["secret"]).verify(body, headers)
    assert told["data"]["visit_id"] == visit["visit_id"]
    assert told["data"]["status"] == "checked_in"
    assert datetime.fromisoformat(told["timestamp"]) == park.now
    assert b"Camille" not in body
    assert b"visitor.example" not in body
    with pytest.raises(WebhookVerificationError):
        Verifier(made["secret"]).verify(body + b" ", headers)


async def test_only_what_was_asked_for_is_delivered_with_the_name_where_it_is_wanted(
    park: Park,
) -> None:
    wish: dict[str, Any] = {"events": ["visit.cancelled"], "include_personal": True}
    async with a_hook(park, **wish) as (_, endpoint, worker):
        await park.do(await park.a_visit(), "cancel", by=AMAL)
        await park.a_visit(by=DRISS)
        await work(worker)
    assert said(endpoint) == ["visit.cancelled"]
    assert orjson.loads(endpoint.requests[0][1])["data"]["display_name"] == "Camille Durand"


async def test_what_did_not_happen_after_all_is_not_delivered(park: Park) -> None:
    async with a_hook(park) as (made, endpoint, worker):
        past = {"starts_at": NINE - timedelta(days=2), "ends_at": NINE - timedelta(days=1)}
        wish: dict[str, Any] = {name: at.isoformat() for name, at in past.items()}
        refused = await park.invite(**wish)
        assert refused.status_code >= 400
        await work(worker)
        assert await deliveries(park, made) == []
    assert endpoint.requests == []


async def test_a_failure_is_repeated_later_under_the_same_id(park: Park) -> None:
    async with a_hook(park) as (made, endpoint, worker):
        await park.a_visit()
        endpoint.status = 503
        await work(worker)
        for pause in PAUSES[:3]:
            park.now += pause - timedelta(seconds=1)
            await work(worker)
            before = len(endpoint.requests)
            park.now += timedelta(seconds=1)
            await work(worker)
            assert len(endpoint.requests) == before + 1
        endpoint.status = 204
        park.now += PAUSES[3]
        await work(worker)
        park.now += timedelta(days=1)
        await work(worker)
        (shown,) = await deliveries(park, made)
    assert len(endpoint.requests) == 5
    assert {headers["webhook-id"] for headers, _ in endpoint.requests} == {shown["message_id"]}
    assert len({body for _, body in endpoint.requests}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in endpoint.requests}) == 5
    assert shown["status"] == "delivered"
    assert [each["outcome"] for each in shown["attempts"]] == ["refused"] * 4 + ["taken"]
    assert [each["status_code"] for each in shown["attempts"]] == [503] * 4 + [204]


async def test_an_endpoint_that_fails_for_three_days_is_disabled_and_the_desk_is_told(
    park: Park,
) -> None:
    async with a_hook(park) as (made, endpoint, worker):
        await park.a_visit()
        endpoint.status = 500
        for _ in range(4 * 24):
            await work(worker)
            park.now += timedelta(hours=1)
        (shown,) = (await park.http.get(path_of(park), headers=admin(park))).json()["items"]
        assert shown["disabled_at"] is not None
        await park.run("webhooks.tell")
        await park.run("webhooks.tell")
        (mail,) = park.mails(to="reception@acme.example")
        assert "hooks.example" in mail["Subject"]
        assert mail["Subject"].startswith("Le webhook")
        calls = len(endpoint.requests)
        await park.a_visit(
            starts_at=(park.now + timedelta(hours=1)).isoformat(),
            ends_at=(park.now + timedelta(hours=2)).isoformat(),
        )
        await work(worker)
        assert len(endpoint.requests) == calls
        endpoint.status = 200
        (failed,) = await deliveries(park, made)
        retry = path_of(park, made, "deliveries", failed["delivery_id"], "retry")
        refused = await park.http.post(retry, headers=admin(park))
        assert refused.json()["code"] == "webhook_disabled"
        await park.http.post(path_of(park, made, "enable"), headers=admin(park))
        assert (await park.http.post(retry, headers=admin(park))).status_code == 200
        await work(worker)
        (shown,) = await deliveries(park, made)
        assert shown["status"] == "delivered"
        again = await park.http.post(retry, headers=admin(park))
        assert again.json()["code"] == "already_delivered"


async def test_an_endpoint_that_says_it_is_gone_is_disabled_at_once(park: Park) -> None:
    async with a_hook(park) as (_, endpoint, worker):
        await park.a_visit()
        endpoint.status = 410
        await work(worker)
        (shown,) = (await park.http.get(path_of(park), headers=admin(park))).json()["items"]
    assert shown["disabled_at"] is not None


async def test_a_slow_endpoint_holds_up_no_other(park: Park) -> None:
    async with a_hook(park, "/slow") as (_, endpoint, worker):
        await make(park, endpoint.url("/quick", host=OTHER_HOST))
        for _ in range(3):
            await park.a_visit()
        for _ in range(8):
            await worker.round()
        paths = [headers["path"] for headers, _ in endpoint.requests]
        assert sorted(paths) == ["/quick"] * 3 + ["/slow"]
        endpoint.may_answer.set()
        while len(endpoint.requests) < 6:
            await worker.round()
        await work(worker)


async def test_two_workers_never_deliver_the_same_thing(park: Park) -> None:
    async with a_hook(park) as (_, endpoint, worker):
        other = Attempts(worker.queue, worker.database, worker.clock, at_once=worker.at_once)
        for _ in range(6):
            await park.a_visit()
        await asyncio.gather(work(worker), work(other))
        await work(worker)
    ids = [headers["webhook-id"] for headers, _ in endpoint.requests]
    assert (len(ids), len(set(ids))) == (6, 6)


async def test_a_worker_killed_while_delivering_leaves_an_attempt_that_is_repeated(
    park: Park,
) -> None:
    async with a_hook(park) as (made, endpoint, worker):
        await park.a_visit()
        (claimed,) = await worker.claim()
        await work(worker)
        assert endpoint.requests == []
        (shown,) = await deliveries(park, made)
        path = path_of(park, made, "deliveries", shown["delivery_id"], "retry")
        refused = await park.http.post(path, headers=admin(park))
        assert refused.json()["code"] == "delivery_at_work"
        park.now += LOST_AFTER
        await work(worker)
        (shown,) = await deliveries(park, made)
    assert [each["outcome"] for each in shown["attempts"]] == [None, "taken"]
    assert claimed.headers is not None
    assert endpoint.requests[0][0]["webhook-id"] == claimed.headers["webhook-id"]


async def test_both_secrets_sign_for_a_day_after_they_were_changed(park: Park) -> None:
    park.now = datetime.now(UTC)
    async with a_hook(park) as (made, endpoint, worker):
        turned = await park.http.post(path_of(park, made, "rotate-secret"), headers=admin(park))
        new = turned.json()["secret"]
        times = {
            "starts_at": (park.now + timedelta(days=3)).isoformat(),
            "ends_at": (park.now + timedelta(days=3, hours=1)).isoformat(),
        }
        await park.a_visit(**times)
        await work(worker)
        headers, body = endpoint.requests[0]
        for secret in (made["secret"], new):
            Verifier(secret).verify(body, headers)
        park.now += timedelta(days=1)
        await park.a_visit(**times)
        await work(worker)
        assert len(endpoint.requests[1][0]["webhook-signature"].split(" ")) == 1
    kept = await park.query("SELECT secret, former_secret FROM webhooks")
    assert made["secret"].encode() not in bytes(kept[0].former_secret)
    listed = (await park.http.get(path_of(park), headers=admin(park))).text
    assert "whsec_" not in listed


async def test_targets_in_private_networks_are_refused(park: Park) -> None:
    surround(
        park.ground.database,
        replace(park.ground.database.info["surroundings"], guard=names("10.0.0.8")),
    )
    for url in ("https://inside.example/", "http://hooks.example/", "https://u:p@hooks.example/"):
        answer = await park.http.post(path_of(park), json={"url": url}, headers=admin(park))
        assert (answer.status_code, answer.json()["code"]) == (422, "target_not_allowed")


async def test_a_company_has_ten_webhooks_at_most(park: Park) -> None:
    surround(
        park.ground.database, replace(park.ground.database.info["surroundings"], guard=names())
    )
    url = {"url": "https://hooks.example/"}
    answers = await asyncio.gather(
        *(park.http.post(path_of(park), json=url, headers=admin(park)) for _ in range(12))
    )
    assert sorted(each.status_code for each in answers) == [201] * 10 + [409] * 2


async def test_a_webhook_that_is_deleted_while_it_is_spoken_to_is_gone(park: Park) -> None:
    async with a_hook(park, "/slow") as (made, endpoint, worker):
        await park.a_visit()
        await worker.round()
        gone = await park.http.delete(path_of(park, made), headers=admin(park))
        assert gone.status_code == 204
        endpoint.may_answer.set()
        await work(worker)
        assert await park.query("SELECT * FROM webhook_attempts") == []


async def test_what_is_over_is_forgotten_after_a_month(park: Park) -> None:
    async with a_hook(park) as (made, _, worker):
        await park.a_visit()
        await work(worker)
        park.now += timedelta(days=31)
        await park.run("webhooks.forget")
        assert await deliveries(park, made) == []


async def test_only_a_companys_admins_and_the_operator_run_its_webhooks(park: Park) -> None:
    async with a_hook(park) as (made, _, worker):
        await park.a_visit()
        await work(worker)
        (shown,) = await deliveries(park, made)
        one = path_of(park, made)
        asked = [
            ("GET", path_of(park)),
            ("POST", path_of(park)),
            ("DELETE", one),
            ("POST", f"{one}/rotate-secret"),
            ("POST", f"{one}/enable"),
            ("GET", f"{one}/deliveries"),
            ("POST", f"{one}/deliveries/{shown['delivery_id']}/retry"),
        ]
        body = {"url": "https://hooks.example/"}
        for method, path in asked:
            sent = body if path == path_of(park) and method == "POST" else None
            for stranger in (DRISS, OTHER_DESK):
                headers = park.as_(stranger, "tenant_admin")
                answer = await park.http.request(method, path, json=sent, headers=headers)
                assert answer.status_code == 404, (method, path)
            for colleague in (AMAL, DESK):
                headers = park.as_(colleague)
                answer = await park.http.request(method, path, json=sent, headers=headers)
                assert answer.status_code == 403, (method, path)
            other = path.replace(str(park.tenant_id), str(park.other_tenant_id))
            if other.count("/") > 4:
                headers = park.as_(DRISS, "tenant_admin")
                answer = await park.http.request(method, other, headers=headers)
                assert answer.status_code == 404, (method, other)
        operator = park.as_(FATIMA, "operator")
        assert (await park.http.get(f"{one}/deliveries", headers=operator)).status_code == 200
        nothing = path_of(park, {"webhook_id": str(uuid4())})
        assert (await park.http.delete(nothing, headers=operator)).status_code == 404
