"""A service that is away, comes back, or is somewhere else; and what is told of that."""

from collections.abc import Iterator

import pytest

from tests.gateway.asking import Gateway
from tests.gateway.conftest import ADDRESSES, Made
from tests.gateway.names import Names
from tests.gateway.upstreams import Upstream
from tests.support.eventually import eventually

SECRET = "a-token-that-opens-a-link"
ELSEWHERE = "127.0.7.99"


@pytest.fixture
def booking_away(upstreams: dict[str, Upstream]) -> Iterator[Upstream]:
    """Nobody listens where booking was."""
    upstreams["booking"].stop()
    yield upstreams["booking"]
    upstreams["booking"].start(ADDRESSES["booking"])


@pytest.fixture(scope="module")
def compose(made: Made) -> Gateway:
    """Where names are resolved for each request."""
    return made("compose")


async def test_a_service_that_is_away_is_said_to_be(
    gateway: Gateway, booking_away: Upstream
) -> None:
    answer = gateway.ask(f"/booking/v1/echo/{SECRET}", headers={"Accept-Language": "fr"})
    assert (answer.status, answer.json["code"]) == (503, "service_away")
    assert answer.json["title"] == "Service Unavailable"
    assert "injoignable" in answer.json["detail"]
    assert answer.all("retry-after") == ["2"]
    assert answer.all("x-frame-options") == ["DENY"]
    assert gateway.ask("/visitors/v1/echo").status == 200
    told = await eventually(lambda: gateway.told(status=503))
    assert told["service"] == "booking"
    assert told["upstream"].startswith(ADDRESSES["booking"])
    assert SECRET not in gateway.nginx.output


def test_a_service_is_asked_again_as_soon_as_it_is_back(
    gateway: Gateway, upstreams: dict[str, Upstream]
) -> None:
    assert gateway.ask("/booking/v1/echo").status == 200
    upstreams["booking"].stop()
    try:
        assert gateway.ask("/booking/v1/echo", method="POST").status == 503
    finally:
        upstreams["booking"].start(ADDRESSES["booking"])
    assert gateway.ask("/booking/v1/echo", method="POST").status == 200


async def test_a_service_is_found_where_it_went(
    compose: Gateway, names: Names, booking_away: Upstream
) -> None:
    booking_away.start(ELSEWHERE)
    try:
        names.addresses["booking-api"] = ELSEWHERE
        await eventually(lambda: compose.ask("/booking/v1/echo", method="POST").status == 200)
    finally:
        names.addresses["booking-api"] = ADDRESSES["booking"]
        booking_away.stop()


async def test_a_name_that_nobody_knows_is_a_service_that_is_away(
    compose: Gateway, names: Names
) -> None:
    del names.addresses["visitors-api"]
    try:
        await eventually(lambda: compose.ask("/visitors/v1/echo").status == 503)
        assert compose.ask("/visitors/v1/echo").json["code"] == "service_away"
    finally:
        names.addresses["visitors-api"] = ADDRESSES["visitors"]
    await eventually(lambda: compose.ask("/visitors/v1/echo").status == 200)


async def test_a_name_server_that_is_silent_is_not_waited_for_long(
    made: Made, names: Names
) -> None:
    nobody = made(
        "compose", changes={"resolver_timeout 3s": "resolver_timeout 1s"}, resolver="127.0.0.1:9"
    )
    answer = nobody.ask("/visitors/v1/echo")
    assert (answer.status, answer.json["code"]) == (503, "service_away")


def test_connections_to_a_service_are_kept_where_its_address_stays(gateway: Gateway) -> None:
    kept = {gateway.ask("/access/v1/echo").json["connection"] for _ in range(3)}
    assert (len(kept) == 1) == gateway.is_behind_ingress
