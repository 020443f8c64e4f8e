"""A request is seen by its route, its method and what became of it, and by nothing it was asked."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from shared.database import Busy, Database
from shared.identity.tokens import TokenVerifier
from shared.log import with_trace
from shared.settings import ServiceSettings
from shared.web import Ground, create_service, first_version
from tests.shared.conftest import a_directory

router = APIRouter()


@router.get("/guests/{guest}/notes/{note}")
async def note(guest: str, note: str) -> dict[str, str]:
    return {}


@router.get("/guests/{guest}")
async def break_for(guest: str) -> None:
    raise ValueError(f"Key (email)=({guest}) already exists")


@router.post("/undone-once", status_code=201)
async def undone_once() -> dict[str, str]:
    if not tries:
        tries.append("first")
        busy = Busy()
        busy.is_undone = True
        raise busy
    return {}


tries: list[str] = []
ROUTES = first_version(router)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def ground(exporter: InMemorySpanExporter) -> Ground:
    """Whose database answers nobody."""
    settings = ServiceSettings(
        database_url="postgresql://nobody@127.0.0.1:1/none", oidc_issuer="https://id.example"
    )
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    return Ground(
        name="access",
        settings=settings,
        database=Database(settings.database_url, name="access"),
        directory=a_directory,
        verifier=TokenVerifier(settings),
        traces=traces,
    )


@pytest.fixture
async def http(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    app = create_service(ground, title="Guests", description="A test", routes=ROUTES)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://access") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/v1/guests/Camille/notes/1", "/v1/guests/notes/notes/v1", "/v1/guests/v1/notes/notes"]
)
async def test_a_route_is_named_by_its_template_whatever_the_values(
    http: httpx.AsyncClient, path: str
) -> None:
    assert (await http.get(path)).status_code == 200
    shown = (await http.get("/metrics")).text
    assert 'requests_total{method="GET",route="/v1/guests/{guest}/notes/{note}"' in shown


async def test_what_broke_is_joined_with_its_request_and_counted(http: httpx.AsyncClient) -> None:
    with capture_logs(processors=[with_trace]) as lines:
        assert (await http.get("/v1/guests/Camille")).status_code == 500
    broken, answered = lines
    assert (broken["event"], answered["event"]) == ("http.broken", "http.answered")
    assert broken["trace_id"] == answered["trace_id"]
    shown = (await http.get("/metrics")).text
    assert 'refusals_total{code="broken",method="GET",route="/v1/guests/{guest}"} 1.0' in shown


async def test_a_span_says_nothing_of_what_an_exception_says(
    http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    await http.request("CAMILLE", "/v1/guests/Camille?name=Camille")
    await http.get("/v1/guests/Camille")
    for span in exporter.get_finished_spans():
        assert "amille" not in span.to_json()
    assert span.attributes == {"http.response.status_code": 500, "error.type": "ValueError"}
    assert not span.status.is_ok


async def test_a_request_that_was_done_at_the_second_try_is_no_refusal(
    http: httpx.AsyncClient,
) -> None:
    assert (await http.post("/v1/undone-once")).status_code == 201
    shown = (await http.get("/metrics")).text
    assert "parvis_http_refusals_total{" not in shown


async def test_whoever_watches_leaves_no_spans(
    http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    for path in ("/metrics", "/health/live", "/health/ready"):
        await http.get(path)
    assert exporter.get_finished_spans() == ()
