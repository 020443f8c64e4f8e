"""From a request through outbox, broker and inbox into another service: one trace, linked."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.events.directory import TenantListed
from shared.identity.tokens import TokenVerifier
from shared.messaging.outbox import announce
from shared.messaging.tracing import MessageSpans
from shared.settings import ServiceSettings
from shared.web import Ground, Session, create_service, first_version
from tests.shared.conftest import a_directory
from tests.support.eventually import eventually
from tests.support.faults import Park, tenant

CALLER = "00-" + "a1" * 16 + "-" + "b2" * 8 + "-01"
"""Somebody who calls us, and traces."""

router = APIRouter()


@router.post("/tenants", status_code=201)
async def list_tenant(session: Session) -> dict[str, str]:
    announce(session, TenantListed(tenant=tenant(uuid4())))
    return {"status": "listed"}


@pytest.fixture
def exported(park: Park) -> dict[str, InMemorySpanExporter]:
    """What each of the two services exports."""
    exporters = {}
    for service in ("access", "visitors"):
        exporters[service] = InMemorySpanExporter()
        traces = TracerProvider()
        traces.add_span_processor(SimpleSpanProcessor(exporters[service]))
        park.traces[service] = traces
    return exporters


@pytest.fixture
async def http(
    park: Park, exported: dict[str, InMemorySpanExporter]
) -> AsyncIterator[httpx.AsyncClient]:
    """Access, answering."""
    settings = ServiceSettings(database_url=park.access.url, oidc_issuer="https://id.example")
    ground = Ground(
        name="access",
        settings=settings,
        database=park.access,
        directory=a_directory,
        verifier=TokenVerifier(settings),
        traces=park.traces["access"],
    )
    app = create_service(ground, title="Tenants", description="A test", routes=ROUTES)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://access") as client:
        yield client


ROUTES = first_version(router)


async def test_a_request_and_the_reaction_to_it_elsewhere_are_one_trace(
    park: Park, http: httpx.AsyncClient, exported: dict[str, InMemorySpanExporter]
) -> None:
    await park.start()
    assert (await http.post("/v1/tenants", headers={"traceparent": CALLER})).status_code == 201
    await eventually(lambda: park.effects())
    published = await eventually(lambda: named(exported["access"], f"publish {TenantListed.name}"))
    reacted = await eventually(lambda: named(exported["visitors"], f"react {TenantListed.name}"))
    (request,) = await named(exported["access"], "POST /v1/tenants")
    for span in (*published, *reacted):
        assert span.context.trace_id == request.context.trace_id == int("a1" * 16, 16)
        assert [link.context.span_id for link in span.links] == [request.context.span_id]
        assert span.parent is not None
        assert span.parent.span_id == request.context.span_id


async def test_spans_say_which_event_and_never_whom_it_is_about(
    park: Park, http: httpx.AsyncClient, exported: dict[str, InMemorySpanExporter]
) -> None:
    await park.start()
    await http.post("/v1/tenants")
    reacted = await eventually(lambda: named(exported["visitors"], f"react {TenantListed.name}"))
    for span in reacted:
        assert set(span.attributes or {}) == {"messaging.message.id"}


async def test_a_reaction_that_breaks_is_seen_by_its_kind_alone() -> None:
    exporter, traces = InMemorySpanExporter(), TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.raises(KeyError), MessageSpans(traces).publishing("visit.arrived.v1", None):
        raise KeyError("Camille Roux")
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "KeyError"
    assert "Camille" not in span.to_json()


async def named(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.name == name]
