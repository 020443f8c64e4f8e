"""What the gateway refuses by itself reads as if a service had: RFC 9457, in the caller's words."""

import re
import socket

import pytest

from shared.errors import Refusal
from shared.events.directory import Language
from shared.web.language import LANGUAGES, Catalogue, language_of
from shared.web.limited import LARGEST_BODY
from shared.web.problems import TITLES, BodyTooLarge, Broken, NoSuchMethod, NoSuchPage
from shared.web.rates import TooManyRequests
from tests.gateway.asking import Gateway
from tests.gateway.upstreams import Upstream
from tests.support.nginx import RULES

IMPORTS = "/access/v1/people/imports"
SENT_ALIKE: dict[int, Refusal] = {
    404: NoSuchPage(),
    405: NoSuchMethod(),
    413: BodyTooLarge(),
    429: TooManyRequests(seconds=2),
    500: Broken(),
}


def raw(gateway: Gateway, request: bytes) -> tuple[int, bytes]:
    """Sends bytes as they are; the status and the whole answer."""
    with socket.create_connection(("127.0.0.1", gateway.nginx.port), timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while more := connection.recv(65536):
            answer += more
            if answer.startswith(b"HTTP/1.1 100") or answer.endswith((b"}", b"}\r\n0\r\n\r\n")):
                break
    return int(answer.split(b" ")[1]), answer


def head(path: str, *lines: str, method: str = "GET") -> bytes:
    said = "".join(f"{line}\r\n" for line in ("Host: park.example", *lines))
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode("latin-1")


REFUSED = {
    "a request that is none": (b"GET\x01 nonsense\r\n\r\n", 400, "unreadable_request"),
    "a path above the root": (head("/../../etc/passwd"), 400, "unreadable_request"),
    "a broken escape": (head("/access/%zz"), 400, "unreadable_request"),
    "a zero byte": (head("/access/%00"), 400, "unreadable_request"),
    "no host": (b"GET /access/v1/echo HTTP/1.1\r\n\r\n", 400, "unreadable_request"),
    "two lengths": (
        head("/access/v1/echo", "Content-Length: 1", "Content-Length: 2", method="POST"),
        400,
        "unreadable_request",
    ),
    "length and chunks": (
        head("/access/v1/echo", "Content-Length: 9", "Transfer-Encoding: chunked", method="POST"),
        400,
        "unreadable_request",
    ),
    "a method that is not for us": (head("/access/v1/echo", method="TRACE"), 405, "no_such_method"),
    "an address without end": (head("/access/" + "a" * 20_000), 414, "address_too_long"),
    "headers without end": (head("/access", "Cookie: " + "a" * 20_000), 431, "headers_too_large"),
    "a large body": (
        head("/booking/v1/echo", f"Content-Length: {LARGEST_BODY + 1}", method="POST"),
        413,
        "body_too_large",
    ),
    "a larger file": (
        head(IMPORTS, f"Content-Length: {16 * LARGEST_BODY + 1}", method="POST"),
        413,
        "body_too_large",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_a_problem(gateway: Gateway, what: str) -> None:
    sent, status, code = REFUSED[what]
    answered, answer = raw(gateway, sent)
    assert answered == status
    top, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json\r\n" in top
    assert b"\r\nCache-Control: no-store" in top
    assert f'"status":{status},"code":"{code}"'.encode() in body
    assert b"nginx" not in body
    for name in (b"X-Frame-Options", b"Content-Language", b"Referrer-Policy"):
        assert top.count(name) == 1


def test_a_body_sent_in_pieces_is_measured_too(gateway: Gateway) -> None:
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    sent = head("/booking/v1/echo", "Transfer-Encoding: chunked", method="POST") + piece * 17
    status, answer = raw(gateway, sent + b"0\r\n\r\n")
    assert status == 413
    assert b"body_too_large" in answer


@pytest.mark.parametrize(
    "wish",
    [
        "fr",
        "fr-MA,fr;q=0.9,en;q=0.8",
        "ar-MA",
        "AR;q=0.9, en;q=0.1",
        "de, ar;q=0.5, fr;q=0.3",
        "de,en",
        "en-GB,fr;q=0.5",
        "",
        "*",
        "english",
        "free,french",
        "x" * 9000,
    ],
)
def test_the_gateway_chooses_the_language_that_a_service_would(gateway: Gateway, wish: str) -> None:
    answer = gateway.ask("/nothing", headers={"Accept-Language": wish})
    assert answer.all("content-language") == [language_of(wish)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_refusal_has_the_same_words_as_from_a_service(language: Language) -> None:
    text = (RULES / "problems.conf").read_text()
    catalogue = Catalogue(("shared",))
    for status, refusal in SENT_ALIKE.items():
        assert f'"{status} {language}" "{catalogue.said(refusal, language=language)}";' in text
        assert f"{status} {refusal.code};" in text
        assert f'{status} "{TITLES[status]}";' in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_refusal_is_said_in_each_language(gateway: Gateway, language: Language) -> None:
    answer = gateway.ask("/nothing", headers={"Accept-Language": language})
    assert answer.json["detail"] == Catalogue(("shared",)).said(NoSuchPage(), language=language)
    text = (RULES / "server.conf").read_text()
    statuses = set(re.findall(r" /\$refused_as/(\d+);", text)) - {
        "400"
    }  # said where nothing else is
    assert len(statuses) > 5
    for status in statuses:
        assert f'"{status} {language}"' in (RULES / "problems.conf").read_text()


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_who_follows_a_link_is_refused_by_a_page(
    gateway: Gateway, language: Language, direction: str
) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    answer = gateway.ask("/nothing", headers=browser)
    assert answer.status == 404
    assert answer.all("content-type") == ["text/html; charset=utf-8"]
    assert answer.all("cache-control") == ["no-store"]
    page = answer.body.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert Catalogue(("shared",)).said(NoSuchPage(), language=language) in page


def test_what_a_service_refuses_passes_as_it_is(gateway: Gateway) -> None:
    answer = gateway.ask("/booking/v1/rooms", headers={"Accept-Language": "fr"})
    assert (answer.status, answer.json["code"]) == (401, "no_token")
    assert answer.all("www-authenticate") == ["Bearer"]
    assert answer.all("content-language") == ["fr"]
    assert answer.all("cache-control") == ["no-store"]


def test_a_file_may_have_what_its_service_takes(
    gateway: Gateway, upstreams: dict[str, Upstream]
) -> None:
    """The gateway says whether it would take a body before any of it is sent."""
    for name, upstream in upstreams.items():
        for path, size in {"/v1/echo": LARGEST_BODY, **upstream.app.larger_bodies}.items():
            lines = (f"Content-Length: {size}", "Expect: 100-continue")
            assert raw(gateway, head(f"/{name}{path}", *lines, method="POST"))[0] == 100


def test_nothing_of_a_file_is_taken_from_who_has_not_signed_in(gateway: Gateway) -> None:
    lines = (f"Content-Length: {16 * LARGEST_BODY}", "Content-Type: text/csv")
    status, answer = raw(gateway, head(IMPORTS, *lines, method="POST") + b"email")
    assert status == 401
    assert b"no_token" in answer


def test_a_body_of_the_largest_size_arrives(gateway: Gateway) -> None:
    told = gateway.ask("/booking/v1/echo", method="POST", body=b"a" * LARGEST_BODY)
    assert told.json["length"] == LARGEST_BODY
