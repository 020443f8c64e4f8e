"""Larger answers compressed as the caller asks, with entity tags that stay honest."""

import gzip
from collections.abc import AsyncIterator, Callable

import brotli
import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import StreamingResponse

from shared.web import Ground, IfMatch, create_service, etag_of, must_match, not_modified
from shared.web.compressed import SMALLEST, coding_of

LONG = "A room with a view. " * 500
router = APIRouter()


@router.get("/long")
async def long(request: Request, response: Response) -> Response:
    headers = {"etag": etag_of(3), "vary": "Accept"}
    unchanged = not_modified(request, version=3)
    return unchanged or Response(LONG, media_type="text/plain", headers=headers)


@router.put("/long")
async def change_it(if_match: IfMatch = None) -> Response:
    must_match(if_match, version=3)
    return Response(status_code=204, headers={"etag": etag_of(4)})


@router.get("/of-length/{length}")
async def of_length(length: int, kind: str = "application/json", cache: str = "") -> Response:
    return Response(b"x" * length, media_type=kind, headers={"cache-control": cache})


@router.post("/long")
async def do_it() -> Response:
    return Response(LONG, media_type="text/plain", headers={"etag": etag_of(4)})


@router.get("/weak")
async def weak() -> Response:
    return Response(LONG, media_type="text/plain", headers={"etag": 'W/"3"'})


@router.get("/feed")
async def feed() -> Response:
    async def events() -> AsyncIterator[str]:
        yield f"data: {LONG}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@pytest.fixture
async def web(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    app: FastAPI = create_service(ground, title="Long", description="A test", routes=router)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def raw(web: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it went over the wire."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    async with web.stream("GET", path, headers={"accept-encoding": ""} | asked) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0", None),
        ("identity", None),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("deflate", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=nan", None),
        (",,;", None),
    ],
)
def test_the_coding_is_what_the_caller_prefers(accepted: str, coding: str | None) -> None:
    assert coding_of(accepted) == coding


@pytest.mark.parametrize(("coding", "read"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
async def test_a_long_answer_is_compressed_and_says_so(
    web: httpx.AsyncClient, coding: str, read: Callable[[bytes], bytes]
) -> None:
    answer, body = await raw(web, "/long", accept_encoding=coding)
    assert read(body) == LONG.encode()
    assert len(body) < len(LONG) / 10
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


async def test_the_same_answer_is_the_same_bytes_each_time(web: httpx.AsyncClient) -> None:
    for coding in ("gzip", "br"):
        bodies = {(await raw(web, "/long", accept_encoding=coding))[1] for _ in range(3)}
        assert len(bodies) == 1


async def test_who_asks_for_no_coding_is_told_that_it_would_matter(web: httpx.AsyncClient) -> None:
    answer, body = await raw(web, "/long")
    assert body == LONG.encode()
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


async def test_each_coding_has_an_entity_tag_of_its_own(web: httpx.AsyncClient) -> None:
    codings = ("", "gzip", "br")
    tags = [(await raw(web, "/long", accept_encoding=c))[0].headers["etag"] for c in codings]
    assert tags == ['"3"', '"3-gzip"', '"3-br"']
    assert (await raw(web, "/weak", accept_encoding="br"))[0].headers["etag"] == 'W/"3"'


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
async def test_the_tag_one_was_given_is_good_for_304_and_for_a_change(
    web: httpx.AsyncClient, coding: str
) -> None:
    tag = (await raw(web, "/long", accept_encoding=coding))[0].headers["etag"]
    for known in (tag, f"W/{tag}", f'"1-br", {tag}'):
        answer, body = await raw(web, "/long", accept_encoding=coding, if_none_match=known)
        assert (answer.status_code, body) == (304, b"")
        assert answer.headers["etag"].removeprefix("W/") == tag
        assert answer.headers["vary"] == "Accept-Encoding"
    assert (await web.put("/long", headers={"if-match": tag})).status_code == 204
    assert (await web.put("/long", headers={"if-match": f'"2", {tag}'})).status_code == 204
    stale = await web.put("/long", headers={"if-match": tag.replace("3", "2")})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since_you_read")


async def test_small_answers_streams_pictures_and_secrets_are_left_as_they_are(
    web: httpx.AsyncClient,
) -> None:
    for path in (
        f"/of-length/{SMALLEST - 1}",
        f"/of-length/{SMALLEST}?kind=image/png",
        f"/of-length/{SMALLEST}?cache=no-store",
        "/feed",
    ):
        answer, body = await raw(web, path, accept_encoding="gzip, br")
        assert "content-encoding" not in answer.headers, path
        assert "vary" not in answer.headers, path
        assert body.startswith((b"x", b"data: A room"))
    answer, _ = await raw(web, f"/of-length/{SMALLEST}", accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "br"


async def test_the_answer_to_a_change_is_not_compressed(web: httpx.AsyncClient) -> None:
    answer = await web.post("/long", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"] == '"4"'


async def test_a_very_long_answer_is_compressed_beside_the_event_loop(
    web: httpx.AsyncClient,
) -> None:
    answer, body = await raw(web, "/of-length/1000000", accept_encoding="br")
    assert answer.headers["content-encoding"] == "br"
    assert brotli.decompress(body) == b"x" * 1_000_000
