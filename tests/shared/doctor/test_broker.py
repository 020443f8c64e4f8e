"""Each thing that may be wrong with the broker is found, by the rights of the service alone."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest

from deploy.broker import definitions
from deploy.local.postgres import free_port
from tests.shared.doctor.conftest import Examine, about, states
from tests.support.rabbitmq_server import Broker
from tests.visitors.webhooks.endpoint import certificate

pytestmark = pytest.mark.rabbit

USER = "booking"


@pytest.fixture
def hardened(broker: Broker, vhost: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A virtual host with what the deploy step declares, and booking's own user in it."""
    given = definitions()
    for kind in ("exchanges", "queues"):
        for each in given[kind]:
            body = {key: each[key] for key in each if key not in {"name", "vhost"}}
            broker.ask("PUT", f"{kind}/{vhost}/{each['name']}", body)
    broker.ask("PUT", f"users/{USER}", {"password": broker.password, "tags": ""})
    allow(broker, vhost)
    for each in given["topic_permissions"]:
        if each["user"] == USER:
            broker.ask("PUT", f"topic-permissions/{vhost}/{USER}", each)
    monkeypatch.setenv("PARVIS_AMQP_URL", broker.url(vhost, user=USER))
    yield vhost
    broker.ask("DELETE", f"users/{USER}")


def allow(broker: Broker, vhost: str, **otherwise: str) -> None:
    """The rights of the definitions, but for those that are given."""
    rights = next(each for each in definitions()["permissions"] if each["user"] == USER)
    given = {key: rights[key] for key in ("configure", "write", "read")} | otherwise
    broker.allow(USER, vhost, **given)


async def test_nothing_is_wrong_with_a_broker_as_it_was_deployed(
    examine: Examine, hardened: str
) -> None:
    found = await examine()
    looked_at = ("broker", "topology", "reading", "bindings", "speaking")
    assert {what: states(found)[what] for what in looked_at} == {each: {"ok"} for each in looked_at}
    assert "may speak nowhere else" in about(found, "speaking")


async def test_bindings_that_are_missing_are_put_on(
    examine: Examine, hardened: str, broker: Broker
) -> None:
    await examine()
    found = broker.ask("GET", f"bindings/{hardened}/e/access.events/q/booking.inbox")
    assert isinstance(found, list)
    assert "directory.person_delisted.v1" in {each["routing_key"] for each in found}


@pytest.mark.parametrize(
    ("otherwise", "what", "said"),
    [
        ({"read": r".*\.events$"}, "reading", "fail The user may not read booking.inbox"),
        ({"read": r"^booking\."}, "bindings", "fail The user may not bind booking.inbox"),
        ({"write": r"^booking\.(dead|inbox)$"}, "speaking", "fail The user may not say booking."),
        ({"write": ".*"}, "speaking", "warn The user may also speak on access.events"),
        ({"configure": ".*"}, "topology", "ok All exchanges are there"),
    ],
)
async def test_rights_that_are_not_as_they_should_be(
    examine: Examine, hardened: str, broker: Broker, otherwise: dict[str, str], what: str, said: str
) -> None:
    allow(broker, hardened, **otherwise)
    assert said in about(await examine(), what)


async def test_names_it_may_not_say(examine: Examine, hardened: str, broker: Broker) -> None:
    rights = {"exchange": "booking.events", "write": "^nothing", "read": ".*"}
    broker.ask("PUT", f"topic-permissions/{hardened}/{USER}", rights)
    assert "fail The user may not say booking." in about(await examine(), "speaking")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("exchanges/{}/access.events", "fail The exchange access.events is missing"),
        ("queues/{}/booking.inbox", "fail The queue booking.inbox is missing"),
        ("queues/{}/booking.dead", "fail The queue booking.dead is missing"),
    ],
)
async def test_what_is_missing(
    examine: Examine, hardened: str, broker: Broker, path: str, said: str
) -> None:
    broker.ask("DELETE", path.format(hardened))
    assert about(await examine(), "topology").startswith(said)


async def test_a_queue_that_was_declared_otherwise(
    examine: Examine, hardened: str, broker: Broker
) -> None:
    broker.ask("DELETE", f"queues/{hardened}/booking.inbox")
    plain = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    broker.ask("PUT", f"queues/{hardened}/booking.inbox", plain)
    assert "without a single active consumer" in about(await examine(), "reading")
    allow(broker, hardened, configure=".*")
    assert "fail booking.inbox was declared otherwise" in about(await examine(), "topology")


async def test_somebody_who_listens_to_everything(
    examine: Examine, hardened: str, broker: Broker
) -> None:
    connection = await aio_pika.connect(broker.url(hardened))
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("spy", exclusive=True)
        await queue.bind("booking.events", "#")
        assert "warn Somebody listens on booking.events" in about(await examine(), "speaking")


async def test_a_user_that_is_not_the_services_own(
    examine: Examine, hardened: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_AMQP_URL", broker.url(hardened))
    found = about(await examine(), "broker")
    assert found.startswith("warn It lets us in as")


async def test_doors_that_stay_closed(
    examine: Examine, hardened: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, said in (
        (f"amqp://u:hidden@127.0.0.1:{free_port()}/x", "fail It does not answer"),
        (broker.url(hardened, user=USER, password="y"), "fail It refuses user or password"),
        (broker.url("nowhere", user=USER), "fail It does not open the virtual host"),
    ):
        monkeypatch.setenv("PARVIS_AMQP_URL", url)
        found = about(await examine(), "broker")
        assert found.startswith(said)
        assert "hidden" not in found


async def test_a_queue_that_nobody_hears(examine: Examine, hardened: str) -> None:
    assert about(await examine(), "worker").startswith("warn Nobody hears booking.inbox, where 0")


async def test_one_whose_certificate_is_not_accepted(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate(tmp_path, "localhost"))
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=ours) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("PARVIS_AMQP_URL", f"amqps://u:hidden@localhost:{port}/x")
        said = about(await examine(), "broker")
    assert said.startswith("fail Its certificate is not accepted (self-signed certificate)")
