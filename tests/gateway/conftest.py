"""Real nginx in both places where it stands, before the real services: one of each for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.postgres import free_port
from shared.messaging.topology import SERVICES
from tests.gateway.asking import Gateway
from tests.gateway.names import Names
from tests.gateway.upstreams import Telling, Upstream, real_application
from tests.support.missing import do_without
from tests.support.nginx import DEPLOY, Nginx, NoNginx, program

PLACES = {"compose": DEPLOY / "compose/gateway", "cluster": DEPLOY / "k8s/base/gateway"}
ADDRESSES = {name: f"127.0.7.{number}" for number, name in enumerate(SERVICES, 1)}
HURRIED = {
    "rate=500r/s": "rate=1r/s",
    "burst=1000": "burst=5",
    "rate=3000r/s": "rate=1r/s",
    "burst=6000": "burst=60",
    "limit_conn senders 200": "limit_conn senders 3",
    "client_header_timeout 15s": "client_header_timeout 1s",
    "client_body_timeout 15s": "client_body_timeout 1s",
    "proxy_read_timeout 75s": "proxy_read_timeout 1s",
}
"""The same rules, of which the end is seen sooner."""
Made = Callable[..., Gateway]


@pytest.fixture(scope="session", autouse=True)
def _nginx() -> None:
    """Without nginx the tests are skipped; with `CI=true` they fail."""
    try:
        program()
    except NoNginx as why:
        do_without(str(why))


@pytest.fixture(scope="session")
def port() -> int:
    """On which each service listens, at an address of its own."""
    return free_port()


@pytest.fixture(scope="session")
def upstreams(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Upstream]]:
    """The services, answering."""
    keys = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARVIS_STRANGER_REQUESTS_A_MINUTE", "0")
        applications = {name: real_application(name, keys=keys) for name in SERVICES}
    made = {name: Upstream(Telling(name, app), port=port) for name, app in applications.items()}
    for name, upstream in made.items():
        upstream.start(ADDRESSES[name])
    yield made
    for upstream in made.values():
        upstream.stop()


@pytest.fixture(scope="session")
def names(upstreams: dict[str, Upstream]) -> Iterator[Names]:
    """Who tells the gateway of compose where a service is."""
    served = Names()
    served.addresses |= {f"{name}-api": address for name, address in ADDRESSES.items()}
    yield served
    served.close()


@pytest.fixture(scope="session")
def made(port: int, names: Names, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A gateway of a place; `changes` are written into its files, `prepare` gets its folder."""
    with ExitStack() as stack:

        def make(
            place: str,
            *,
            changes: Mapping[str, str] | None = None,
            prepare: Callable[[Path], None] = lambda _: None,
            resolver: str = f"127.0.0.1:{names.port}",
            **environment: str,
        ) -> Gateway:
            home = tmp_path_factory.mktemp(place)
            if place == "compose":
                there = {"-api:8000": f"-api:{port}", "valid=5s": "valid=1s"}
                environment["PARVIS_RESOLVER"] = resolver
            else:
                there = {f"{name}-api:8000": f"{ADDRESSES[name]}:{port}" for name in SERVICES}
            nginx = Nginx(home, PLACES[place], {**there, **(changes or {})}, environment)
            prepare(home)
            stack.callback(nginx.end)
            nginx.start()
            return Gateway(nginx, is_behind_ingress=place == "cluster")

        yield make


@pytest.fixture(scope="session", params=PLACES)
def gateway(made: Made, request: pytest.FixtureRequest) -> Gateway:
    """As it is, in each place."""
    return made(request.param)


@pytest.fixture(scope="session")
def behind_proxies(made: Made) -> Gateway:
    """Of compose, behind two of them."""
    return made("compose", PARVIS_PROXIES="127.0.9.2 192.0.2.0/28")


@pytest.fixture(scope="session", params=PLACES)
def hurried(made: Made, request: pytest.FixtureRequest) -> Gateway:
    """In each place, `HURRIED`."""
    return made(request.param, changes=HURRIED)
