"""The HTTP face: refusals that help, answers that are promises, requests that may be repeated."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from shared.web import Ground, Instant
from shared.web.limited import LARGEST_BODY
from tests.shared.conftest import rows_in
from tests.support.postgres import on_database

KEY = {"idempotency-key": "k-1"}


@pytest.mark.parametrize(
    ("wanted", "language", "word"),
    [("fr-MA,fr;q=0.9", "fr", "jeton"), ("ar", "ar", "الدخول"), ("de", "en", "token")],
)
async def test_a_refusal_speaks_the_callers_language(
    http: httpx.AsyncClient, wanted: str, language: str, word: str
) -> None:
    answer = await http.get("/v1/me", headers={"accept-language": wanted})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.json()["code"] == "no_token"
    assert word in answer.json()["detail"]


async def test_a_malformed_request_is_told_where_but_never_quoted(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    body = {"name": "x", "at": "my secret 1234"}
    answer = await http.post("/v1/notes", json=body, headers=amal)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "body/at"
    assert "secret" not in answer.text


async def test_a_field_nobody_asked_for_is_not_quoted_either(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    body = {"name": "x", "my secret 1234": True}
    answer = await http.post("/v1/notes", json=body, headers=amal)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "body", "code": "extra_forbidden"}]
    assert "secret" not in answer.text


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_without_end_is_refused_before_it_is_held(
    http: httpx.AsyncClient, is_announced: bool
) -> None:
    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(2 * LARGEST_BODY // 65536):
            yield b"x" * 65536

    content = b"x" * (LARGEST_BODY + 1) if is_announced else without_end()
    answer = await http.post("/v1/notes", content=content)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "text", ["a\x00b", "\ud800", "x" * 10_000, "   ", "\u202eevil", "\u200b", "a\x9bb"]
)
async def test_text_that_is_no_text_is_refused_before_the_database(
    http: httpx.AsyncClient, amal: dict[str, str], text: str
) -> None:
    content = json.dumps({"name": text}).encode()
    headers = amal | {"content-type": "application/json"}
    answer = await http.post("/v1/notes", content=content, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b'{"name": "x"}', "text/plain", 415, "not_json"),
        (b"name=x", "application/x-www-form-urlencoded", 415, "not_json"),
        (b'{"name": "x"}', None, 415, "not_json"),
        (b'{"name": "\xff"}', "application/json", 400, "unreadable_body"),
        (b'{"name": ' + b"[" * 100_000, "application/json", 400, "unreadable_body"),
        (b"", "application/json", 422, "malformed_request"),
    ],
)
async def test_a_body_that_is_no_json_is_told_so(
    http: httpx.AsyncClient,
    amal: dict[str, str],
    content: bytes,
    media_type: str | None,
    status: int,
    code: str,
) -> None:
    headers = amal | ({"content-type": media_type} if media_type else {})
    answer = await http.post("/v1/notes", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("at", [1803978000, 1803978000000, "1803978000", True, 1.5e9])
def test_an_instant_is_written_and_never_counted(at: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(at)
    assert TypeAdapter(Instant).validate_python("2027-03-01T10:00:00+01:00").hour == 9


async def test_what_only_the_database_finds_malformed_is_422_too(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    answer = await http.get("/v1/search", params={"q": "a\x00b"}, headers=amal)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_addresses_and_methods_that_are_not_there_are_problems(
    http: httpx.AsyncClient,
) -> None:
    assert (await http.get("/nowhere")).json()["code"] == "no_such_page"
    answer = await http.put("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (405, "no_such_method")


async def test_a_commit_that_fails_is_never_answered_as_done(
    http: httpx.AsyncClient, amal: dict[str, str], ground: Ground
) -> None:
    answer = await http.post("/v1/late-trouble", headers=amal)
    assert answer.status_code == 500
    assert answer.json()["code"] == "broken"
    assert await rows_in(ground.database.url, "late") == 0


async def test_what_a_constraint_forbids_is_said_in_words(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    assert (await http.post("/v1/notes", json={"name": "n"}, headers=amal)).status_code == 201
    answer = await http.post("/v1/notes", json={"name": "n"}, headers=amal)
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert answer.json()["detail"] == "The name n is taken."


async def test_a_repeated_request_gets_its_first_answer_and_one_effect(
    http: httpx.AsyncClient, amal: dict[str, str], ground: Ground
) -> None:
    first = await http.post("/v1/notes", json={"name": "n"}, headers=amal | KEY)
    again = await http.post("/v1/notes", json={"name": "n"}, headers=amal | KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert await rows_in(ground.database.url, "notes") == 1


async def test_a_key_used_for_another_request_is_refused(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    await http.post("/v1/notes", json={"name": "n"}, headers=amal | KEY)
    answer = await http.post("/v1/notes", json={"name": "m"}, headers=amal | KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_many_repetitions_at_once_have_one_effect(
    http: httpx.AsyncClient, amal: dict[str, str], ground: Ground
) -> None:
    posts = [http.post("/v1/notes", json={"name": "n"}, headers=amal | KEY) for _ in range(12)]
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} <= {201, 409}
    refused = {a.json()["code"] for a in answers if a.status_code == 409}
    assert refused <= {"request_in_flight"}
    assert await rows_in(ground.database.url, "notes") == 1


async def test_a_refused_request_is_judged_anew_when_repeated(
    http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    await http.post("/v1/notes", json={"name": "n"}, headers=amal)
    for _ in range(2):
        answer = await http.post("/v1/notes", json={"name": "n"}, headers=amal | KEY)
        assert answer.json()["code"] == "name_taken"


async def test_health_and_metrics(http: httpx.AsyncClient, amal: dict[str, str]) -> None:
    await http.get("/v1/me", headers=amal)
    assert (await http.get("/health/live")).status_code == 200
    assert (await http.get("/health/ready")).json() == {"status": "ready"}
    lines = (await http.get("/metrics")).text
    assert 'parvis_http_requests_total{method="GET",route="/v1/me",status="200"} 1.0' in lines
    assert "\nparvis_database_answers 1.0\n" in lines


async def test_a_refusal_is_counted_by_its_code(http: httpx.AsyncClient) -> None:
    await http.get("/v1/me")
    lines = (await http.get("/metrics")).text
    refused = 'parvis_http_refusals_total{code="no_token",method="GET",route="/v1/me"} 1.0'
    assert refused in lines


async def test_a_database_that_is_away_is_503_and_not_ready(
    ground: Ground, http: httpx.AsyncClient, amal: dict[str, str]
) -> None:
    admin = await asyncpg.connect(on_database(ground.database.url, "postgres"))
    name = urlsplit(ground.database.url).path.removeprefix("/")
    await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    try:
        answer = await http.get("/v1/search?q=n", headers=amal)
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert answer.headers["retry-after"] == "1"
        assert (await http.get("/health/ready")).status_code == 503
        assert (await http.get("/health/live")).status_code == 200
    finally:
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await admin.close()
    assert (await http.get("/v1/search?q=n", headers=amal)).status_code == 200


async def test_the_openapi_document_promises_problems_and_nothing_else(
    http: httpx.AsyncClient,
) -> None:
    document = (await http.get("/openapi.json")).json()
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
