"""Spans of relay and reaction, linked to the trace in which the event was announced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind

from shared.events.base import Envelope
from shared.telemetry import context_of

_tracer = trace.get_tracer("parvis.messaging")


def _links(traceparent: str | None) -> list[Link]:
    original = trace.get_current_span(context_of(traceparent)).get_span_context()
    return [Link(original)] if original.is_valid else []


@contextmanager
def published_span(name: str, traceparent: str | None) -> Iterator[None]:
    """Around the publishing of one event."""
    with _tracer.start_as_current_span(
        f"publish {name}", kind=SpanKind.PRODUCER, links=_links(traceparent)
    ):
        yield


@contextmanager
def reaction_span(envelope: Envelope) -> Iterator[None]:
    """Around the reaction to one event; what it announces carries this span on."""
    with _tracer.start_as_current_span(
        f"react {envelope.type}",
        kind=SpanKind.CONSUMER,
        links=_links(envelope.traceparent),
        attributes={"messaging.message.id": str(envelope.id), "parvis.subject": envelope.subject},
    ):
        yield
