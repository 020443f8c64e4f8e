"""Rates and patience, seen soon because the numbers are small here; and the numbers as they are."""

import re
import socket
import time
from contextlib import ExitStack
from itertools import count

import pytest

from services.booking.feeds.domain import Limits as OfBookings
from services.visitors.board.feed import Limits as OfTheBoard
from tests.gateway.asking import Gateway
from tests.gateway.conftest import HURRIED, Made
from tests.support.eventually import eventually
from tests.support.nginx import RULES

POINT = "/access/v1/access-points/0196f7a0-0000-7000-8000-000000000001"
_last = count(2)


@pytest.fixture
def caller() -> str:
    """An address that nobody has asked from."""
    return f"127.0.8.{next(_last)}"


def exhaust(gateway: Gateway, path: str, caller: str) -> int:
    """Asks until it is told to wait; how often it was answered before."""
    for times in range(200):
        answer = gateway.ask(path, caller=caller)
        if answer.status == 429:
            return times
    raise AssertionError("nobody is told to wait")


async def test_who_asks_too_often_is_told_how_long_to_wait(hurried: Gateway, caller: str) -> None:
    assert exhaust(hurried, "/booking/v1/echo", caller) >= 5
    answer = hurried.ask("/visitors/v1/echo", caller=caller, headers={"Accept-Language": "fr"})
    assert answer.status == 429
    assert answer.json["code"] == "too_many_requests"
    assert answer.all("retry-after") == ["2"]
    assert answer.all("x-content-type-options") == ["nosniff"]
    assert "attendez 2 secondes" in answer.json["detail"]
    told = await eventually(lambda: hurried.told(status=429))
    assert (told["event"], told["service"]) == ("gateway.refused", "visitors")


def test_somebody_elses_requests_take_nothing_from_others(hurried: Gateway, caller: str) -> None:
    exhaust(hurried, "/booking/v1/echo", caller)
    assert hurried.ask("/booking/v1/echo", caller="127.0.8.1").status == 200


def test_a_spoofed_address_gives_nobody_more(hurried: Gateway, caller: str) -> None:
    exhaust(hurried, "/booking/v1/echo", caller)
    spoofed = {"X-Forwarded-For": "203.0.113.77"}
    assert hurried.ask("/booking/v1/echo", caller=caller, headers=spoofed).status == 429


def test_of_ipv6_one_customers_network_is_one_caller(made: Made) -> None:
    gateway = made("cluster", changes=HURRIED)

    def is_let_in(caller: str) -> bool:
        return gateway.ask("/booking/v1/echo", caller=caller).status != 429

    network = [f"2001:db8:a:a::{number:x}" for number in range(1, 60)]
    assert not all(map(is_let_in, network)), "each customer has 2^64 addresses"
    assert is_let_in("2001:db8:a:b::1")
    assert all(is_let_in(f"::ffff:192.0.2.{number}") for number in range(1, 60)), "this is IPv4"


@pytest.mark.parametrize(
    "path",
    [
        f"{POINT}/decisions",
        f"{POINT}/decisions/0196f7a0-0000-7000-8000-000000000002/outcome",
        "/access/v1/controllers/me/heartbeats",
        "/access/v1/controllers/me/inputs",
    ],
)
def test_a_door_does_not_wait_for_what_others_ask(hurried: Gateway, caller: str, path: str) -> None:
    exhaust(hurried, "/access/v1/echo", caller)
    answers = {hurried.ask(path, method="POST", caller=caller).status for _ in range(20)}
    assert 429 not in answers
    assert 404 not in answers


@pytest.mark.parametrize(
    "path", [f"{POINT}/decisionsx", "/booking/v1/controllers/me/x", "/access/v1/controllers/mex"]
)
def test_what_looks_like_a_door_is_counted(hurried: Gateway, caller: str, path: str) -> None:
    exhaust(hurried, path, caller)


def test_nobody_fills_the_gateway_with_what_is_never_whole(hurried: Gateway, caller: str) -> None:
    lines = ("POST /visitors/v1/echo HTTP/1.1", "Host: x", "Content-Length: 9")
    begun = "\r\n".join((*lines, f"X-Forwarded-For: {caller}", "", "a")).encode()
    source = "127.0.0.1" if hurried.is_behind_ingress else caller
    with ExitStack() as held:
        for _ in range(3):
            connection = socket.create_connection(
                ("127.0.0.1", hurried.nginx.port), timeout=5, source_address=(source, 0)
            )
            held.enter_context(connection).sendall(begun)
        answer = hurried.ask("/booking/v1/echo", method="POST", caller=caller)
        assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
        assert hurried.ask("/booking/v1/echo", caller=caller).status == 200
        assert hurried.ask(f"{POINT}/decisions", method="POST", caller=caller).status != 429


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /access/v1/echo HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /access/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
    ],
    ids=["headers", "body"],
)
def test_who_never_ends_a_request_is_cut_off(hurried: Gateway, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hurried.nginx.port), timeout=8) as connection:
        connection.sendall(begun)
        assert connection.recv(1000) == b""


def test_headers_that_trickle_in_are_cut_off_as_well(hurried: Gateway) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", hurried.nginx.port), timeout=0.3) as connection:
        connection.sendall(b"GET /access/v1/echo HTTP/1.1\r\nHost: x\r\n")
        while time.monotonic() < began + 8:
            try:
                connection.sendall(b"X-Slow: 1\r\n")
                if connection.recv(1000) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    raise AssertionError("still listened to")


def test_a_live_feed_comes_as_it_happens_and_outlives_the_gateways_patience(
    hurried: Gateway, caller: str
) -> None:
    """The gateway waits for a second here; the feed says something every fifth of one."""
    with socket.create_connection(("127.0.0.1", hurried.nginx.port), timeout=5) as connection:
        connection.sendall(b"GET /booking/v1/feed HTTP/1.1\r\nHost: x\r\n\r\n")
        heard = connection.recv(65536)
        while b"data: 0" not in heard:
            heard += connection.recv(65536)
        assert b"data: 3" not in heard
        while b"data: 10\n" not in heard:
            more = connection.recv(65536)
            assert more, "the feed was cut"
            heard += more


def test_a_feed_says_it_lives_before_the_gateways_patience_ends() -> None:
    (patience,) = re.findall(r"proxy_read_timeout (\d+)s", (RULES / "service.conf").read_text())
    assert OfBookings().keep_alive * 2 < int(patience)
    assert OfTheBoard().keep_alive * 2 < int(patience)


def test_a_service_that_never_answers_is_given_up(hurried: Gateway, caller: str) -> None:
    answer = hurried.ask("/booking/v1/silent", method="POST", caller=caller, body=b"{}")
    assert (answer.status, answer.json["code"]) == (504, "service_too_slow")
    assert answer.all("retry-after") == ["2"]
    assert "Idempotency-Key" in answer.json["detail"]
