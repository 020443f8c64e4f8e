"""One origin: what is asked below a service's name reaches that service, and nothing else does."""

import re
from urllib.parse import urljoin

import pytest

from shared.messaging.topology import SERVICES
from tests.gateway.asking import Gateway
from tests.gateway.upstreams import PARK


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_asked_below_its_name_and_sees_nothing_of_it(
    gateway: Gateway, service: str
) -> None:
    told = gateway.ask(f"/{service}/v1/echo/x?day=2026-11-26&q=a%20b%26").json
    assert told["service"] == service
    assert told["raw_path"] == "/v1/echo/x"
    assert told["query"] == "day=2026-11-26&q=a%20b%26"


@pytest.mark.parametrize("service", SERVICES)
def test_the_real_service_answers(gateway: Gateway, service: str) -> None:
    page = gateway.ask(f"/{service}/docs").body.decode()
    assert re.search(f"<title>Parvis:? {service}</title>", page)


def test_what_a_service_can_be_asked_is_shown_where_people_are(gateway: Gateway) -> None:
    (found,) = re.findall(r"url: '([^']+)'", gateway.ask("/access/docs").body.decode())
    document = gateway.ask(urljoin("/access/docs", found)).json
    assert document["info"]["title"] == "Parvis: access"
    assert document["servers"] == [{"url": f"{PARK}/access"}]


@pytest.mark.parametrize("path", ["/access", "/access/"])
def test_a_services_name_alone_is_its_root(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert (answer.status, answer.json["code"]) == (404, "no_such_page")


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/access/v1/echo/a%20b", "/v1/echo/a%20b"),
        ("/access/v1/echo/a%3Fb=c", "/v1/echo/a%3Fb=c"),
        ("/access/v1/echo/%25", "/v1/echo/%25"),
        ("/access/v1/echo/%2541", "/v1/echo/%2541"),
        ("/access/v1/echo/%0D%0AX-Device-Key:%20k", "/v1/echo/%0D%0AX-Device-Key:%20k"),
        ("/access/v1/echo/a%0Ab", "/v1/echo/a%0Ab"),
        ("/access/v1/echo/%D8%A8%23", "/v1/echo/%D8%A8%23"),
        ("/access//v1//echo", "/v1/echo"),
        ("/access/v1/x/../echo", "/v1/echo"),
        ("/visitors/..%2faccess/v1/echo", "/v1/echo"),
    ],
)
def test_a_path_arrives_as_it_was_judged(gateway: Gateway, asked: str, seen: str) -> None:
    told = gateway.ask(asked).json
    assert told["service"] == "access"
    assert told["raw_path"] == seen


HIDDEN = ("metrics", "health/ready", "health/live", "metrics/", "metrics?x=1")
WAYS = (
    "/access/{}",
    "/access//{}",
    "/access/./{}",
    "/access/v1/../{}",
    "/access/v1/%2e%2e/{}",
    "/access/v1%2f..%2f{}",
    "/booking/../access/{}",
    "/%61ccess/{}",
    "//access/{}",
    "/access%2f{}",
)


@pytest.mark.parametrize("way", WAYS)
def test_the_machinerys_numbers_are_not_for_the_public(gateway: Gateway, way: str) -> None:
    for what in HIDDEN:
        answer = gateway.ask(way.format(what))
        assert (answer.status, answer.json["code"]) == (404, "no_such_page")


@pytest.mark.parametrize(
    "path",
    [
        "/access/%256detrics",
        "/access/%6detrics",
        "/access/%252e%252e/metrics",
        "/access/v1/..%252fmetrics",
    ],
)
def test_nothing_is_decoded_twice(gateway: Gateway, path: str) -> None:
    assert gateway.ask(path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/accessories",
        "/access.api/v1/echo",
        "/metrics",
        "/v1/echo",
        "/problems/503",
        "/pages/503",
        "/..%2f",
        "/nginx_status",
    ],
)
def test_there_is_nothing_beside_the_services(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert answer.status in {400, 404}
    assert answer.json["code"] in {"no_such_page", "unreadable_request"}


def test_the_gateway_itself_says_that_it_lives(gateway: Gateway) -> None:
    assert gateway.ask("/healthy").status == 204
