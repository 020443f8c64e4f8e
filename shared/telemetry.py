"""Traces (OpenTelemetry) that go from a request through outbox, broker and inbox, and metrics.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` ids are made and carried on, but nothing is recorded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ENOUGH_SECONDS = "3"
"""So long spans are tried to be handed over; a process that ends does not wait longer for whoever
takes them. OpenTelemetry's own setting has the last word.
"""
_propagator = TraceContextTextMapPropagator()


def prepare_traces(service: str) -> None:
    """Sets up the process's tracer; the first call wins, as services may share a process."""
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    resource = Resource.create({"service.name": f"parvis-{service}"})
    if endpoint := os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        if not endpoint.startswith(("http://", "https://")):
            raise SystemExit("OTEL_EXPORTER_OTLP_ENDPOINT is wrong: it must be like https://host.")
        # Only here: the exporter brings an HTTP client and protobuf into the process.
        os.environ.setdefault("OTEL_EXPORTER_OTLP_TIMEOUT", ENOUGH_SECONDS)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider = TracerProvider(resource=resource)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    else:  # ids are made and carried on, so that logs can be joined; nothing is recorded
        provider = TracerProvider(resource=resource, sampler=ALWAYS_OFF)
    trace.set_tracer_provider(provider)


@contextmanager
def span_of(tracer: trace.Tracer, name: str, **options: Any) -> Iterator[trace.Span]:
    """A span around a block. Of what breaks the block only the kind is noted: what an exception
    says may quote a row.
    """
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **options
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(trace.StatusCode.ERROR)
            raise


def current_traceparent() -> str | None:
    """The present span as W3C Trace Context writes it; None outside of one."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def context_of(traceparent: str | None) -> Context:
    """The context that a `traceparent` names; an empty one where it is absent or malformed."""
    return _propagator.extract({"traceparent": traceparent} if traceparent else {}, Context())
