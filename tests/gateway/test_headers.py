"""What every answer carries, what goes on to a service, and what goes no further."""

import gzip
import json

import pytest

from tests.gateway.asking import Gateway
from tests.gateway.upstreams import ORIGIN

SECURITY = {
    "x-content-type-options": ["nosniff"],
    "x-frame-options": ["DENY"],
    "referrer-policy": ["no-referrer"],
    "cross-origin-opener-policy": ["same-origin"],
}
KINDS = {
    "an answer": "/access/v1/echo",
    "a page": "/visitors/docs",
    "a refusal of a service": "/booking/v1/rooms",
    "a refusal of the gateway": "/nothing",
    "its own health": "/healthy",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_each_security_header_once(gateway: Gateway, kind: str) -> None:
    answer = gateway.ask(KINDS[kind])
    assert {name: answer.all(name) for name in SECURITY} == SECURITY
    assert answer.all("server") == ["nginx"]


def test_what_is_refused_alone_has_the_headers_of_a_refusal(gateway: Gateway) -> None:
    answer = gateway.ask("/access/v1/echo")
    assert not answer.all("retry-after")
    assert not answer.all("cache-control")
    assert not answer.all("content-language")


def test_without_tls_nothing_is_said_of_it(gateway: Gateway) -> None:
    assert not gateway.ask("/access/v1/echo").all("strict-transport-security")


def test_who_calls_is_said_by_the_gateway_alone(gateway: Gateway) -> None:
    spoofed = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Prefix": "/admin",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.9",
    }
    told = gateway.ask("/access/v1/echo", headers=spoofed, caller="127.0.9.1").json
    assert told["client"] == "127.0.9.1"
    seen = dict(told["headers"])
    assert seen["x-forwarded-for"] == "127.0.9.1"
    assert seen["x-forwarded-prefix"] == "/access"
    assert "forwarded" not in seen
    assert "x-forwarded-host" not in seen
    assert "203.0.113.9" not in str(told)


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first of which anybody may write
        ("203.0.113.9, 192.0.2.10", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
    ],
)
def test_proxies_that_are_named_say_for_whom_they_ask(
    behind_proxies: Gateway, said: str, client: str
) -> None:
    headers = {"X-Forwarded-For": said}
    told = behind_proxies.ask("/access/v1/echo", headers=headers, caller="127.0.9.2").json
    assert told["client"] == client
    told = behind_proxies.ask("/access/v1/echo", headers=headers, caller="127.0.9.3").json
    assert told["client"] == "127.0.9.3", "this one is not named"


def test_a_caller_without_tls_cannot_claim_it(gateway: Gateway) -> None:
    told = gateway.ask("/access/v1/echo", headers={"X-Forwarded-Proto": "https"}).json
    assert told["scheme"] == ("https" if gateway.is_behind_ingress else "http")


def test_what_a_caller_says_of_the_request_arrives(gateway: Gateway) -> None:
    said = {
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "authorization": "Bearer abc",
        "x-device-key": "id.secret",
        "idempotency-key": "k-1",
        "if-match": '"3"',
        "last-event-id": "17",
        "accept-encoding": "br, gzip",
        "accept-language": "ar",
        "host": "park.example:8443",
    }
    told = gateway.ask("/booking/v1/echo", headers=said).json
    assert said.items() <= dict(told["headers"]).items()


def test_a_compressed_answer_passes_and_is_not_compressed_twice(gateway: Gateway) -> None:
    answer = gateway.ask("/access/v1/echo?packed", headers={"Accept-Encoding": "gzip"})
    assert answer.all("content-encoding") == ["gzip"]
    assert json.loads(gzip.decompress(answer.body))["service"] == "access"


def test_a_page_of_a_named_origin_may_ask(gateway: Gateway) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    answer = gateway.ask("/booking/v1/bookings", method="OPTIONS", headers=asked)
    assert answer.status == 200
    assert answer.all("access-control-allow-origin") == [ORIGIN]
    foreign = {**asked, "Origin": "https://evil.example"}
    answer = gateway.ask("/booking/v1/bookings", method="OPTIONS", headers=foreign)
    assert not answer.all("access-control-allow-origin")
