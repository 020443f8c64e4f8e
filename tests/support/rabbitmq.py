"""Real RabbitMQ for every test that says so: one broker a session, a virtual host a test.

Tried in this order: `PARVIS_TEST_AMQP_URL`; a Docker-compatible engine; a `rabbitmq-server` on the
machine; as root on Debian or Ubuntu, its package. Where none can be had the tests are skipped, and
one loud line says so at the end; with `CI=true` they fail.
"""

import http.client
import os
import socket
import threading
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pytest

from tests.support.missing import do_without
from tests.support.rabbitmq_server import Broker, LocalBroker, NoBroker, install, program

IMAGE = os.environ.get("PARVIS_TEST_RABBITMQ_IMAGE", "rabbitmq:4-management")
NO_RABBITMQ = "no RabbitMQ: "
HOW_TO_GET_IT = (
    "install rabbitmq-server, or start a Docker-compatible engine, or set PARVIS_TEST_AMQP_URL"
)


def _given(url: str) -> Broker:
    """A broker somebody else runs. Its management API is asked for virtual hosts."""
    parts = urlsplit(url)
    broker = Broker(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 5672,
        management_port=int(os.environ.get("PARVIS_TEST_RABBITMQ_MANAGEMENT_PORT", "15672")),
        user=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
    )
    if not broker.answers():
        raise NoBroker(
            f"PARVIS_TEST_AMQP_URL does not answer with its management plugin on port "
            f"{broker.management_port} (PARVIS_TEST_RABBITMQ_MANAGEMENT_PORT)"
        )
    return broker


def _engine_answers() -> bool:
    """Whether a Docker-compatible engine is at hand, within two seconds."""
    parts = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    connection = http.client.HTTPConnection(
        parts.hostname or "localhost", parts.port or 2375, timeout=2
    )
    try:
        if parts.scheme == "unix":
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(2)
            connection.sock.connect(parts.path)
        connection.request("GET", "/_ping")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class ContainerBroker(Broker):
    """A broker in a container. It is not killed by tests; it goes with the session."""

    def __init__(self) -> None:
        from testcontainers.core.container import DockerContainer

        self.container = (
            DockerContainer(IMAGE)
            .with_exposed_ports(5672, 15672)
            .with_env("RABBITMQ_DEFAULT_USER", "parvis_tests")
            .with_env("RABBITMQ_DEFAULT_PASS", "parvis_tests")
        )
        self.container.start()
        super().__init__(
            host=self.container.get_container_host_ip(),
            port=int(self.container.get_exposed_port(5672)),
            management_port=int(self.container.get_exposed_port(15672)),
            user="parvis_tests",
            password="parvis_tests",
        )
        tick = threading.Event()
        for _ in range(300):
            if self.answers():
                return
            tick.wait(0.2)
        self.container.stop()
        raise NoBroker(f"{IMAGE} did not answer within a minute")

    def end(self) -> None:
        self.container.stop()


def _in_a_container() -> Broker:
    if not _engine_answers():
        raise NoBroker("no container engine answers")
    try:
        return ContainerBroker()
    except NoBroker:
        raise
    except Exception as error:  # whatever an engine or its client can say: the next way is tried
        raise NoBroker(f"the container engine could not run {IMAGE}: {error}") from error


def _on_this_machine() -> Broker:
    script = program()
    if script is None:
        install()
        script = program()
    if script is None:
        raise NoBroker("rabbitmq-server is not installed")
    broker = LocalBroker(script)
    broker.start()
    return broker


def a_broker() -> Broker:
    """The first that can be had; raises `NoBroker` with all the reasons."""
    if given := os.environ.get("PARVIS_TEST_AMQP_URL"):
        return _given(given)
    reasons = []
    for way in (_in_a_container, _on_this_machine):
        try:
            return way()
        except NoBroker as error:
            reasons.append(str(error))
    raise NoBroker("; ".join(reasons))


def without(why: str) -> None:
    """Said at the end of the session, loudly; a failure where CI=true."""
    wanted = f"RabbitMQ is needed: {why}. To get it: {HOW_TO_GET_IT}."
    do_without(f"{NO_RABBITMQ}{why}", wanted=wanted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Whatever process they ran in, and although what a test prints is kept from the terminal."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.getreports("skipped")]
    if without_broker := [reason for reason in reasons if NO_RABBITMQ in reason]:
        terminalreporter.write_line(
            f"*** {len(without_broker)} TESTS ON RABBITMQ WERE SKIPPED: "
            f"{without_broker[0].partition(NO_RABBITMQ)[2]}. "
            f"To get it: {HOW_TO_GET_IT}. ***",
            red=True,
        )


@pytest.fixture(scope="session")
def broker_or_reason(request: pytest.FixtureRequest) -> Iterator[Broker | str]:
    capturing = request.config.pluginmanager.getplugin("capturemanager")
    try:
        with capturing.global_and_fixture_disabled():  # a package being installed is announced
            broker = a_broker()
    except NoBroker as error:
        yield str(error)
        return
    yield broker
    if isinstance(broker, LocalBroker | ContainerBroker):
        broker.end()


@pytest.fixture(scope="session")
def broker(broker_or_reason: Broker | str) -> Broker:
    """The session's RabbitMQ."""
    if isinstance(broker_or_reason, str):
        without(broker_or_reason)
    assert isinstance(broker_or_reason, Broker)
    return broker_or_reason


@pytest.fixture
def vhost(broker: Broker) -> Iterator[str]:
    """A virtual host of the test's own."""
    name = f"test-{uuid4().hex[:10]}"
    broker.add_vhost(name)
    yield name
    broker.remove_vhost(name)


@pytest.fixture
def amqp_url(broker: Broker, vhost: str) -> str:
    """The address of an empty virtual host of the test's own."""
    return broker.url(vhost, user=vhost)


@pytest.fixture
def local_broker(broker: Broker) -> Iterator[LocalBroker]:
    """The session's broker, to be killed and paused: only where the tests started it themselves."""
    if not isinstance(broker, LocalBroker):
        pytest.skip("this broker is not ours to kill")
    yield broker
    if not broker.answers():
        broker.kill()
        broker.start()
