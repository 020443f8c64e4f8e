"""Spans of relay and reaction, in the trace in which the event was announced.

What a request announces, and all that comes of it in other services, is one trace, however late; a
link says which span announced it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind, TracerProvider

from shared.events.base import Envelope
from shared.telemetry import context_of, span_of


class MessageSpans:
    """Of one service's messaging."""

    def __init__(self, traces: TracerProvider | None = None) -> None:
        self._tracer = (traces or trace.get_tracer_provider()).get_tracer("parvis.messaging")

    @contextmanager
    def publishing(self, name: str, traceparent: str | None) -> Iterator[None]:
        """Around the publishing of one event; on the wire goes the *original* `traceparent`."""
        with span_of(
            self._tracer,
            f"publish {name}",
            context=context_of(traceparent),
            kind=SpanKind.PRODUCER,
            links=_links(traceparent),
        ):
            yield

    @contextmanager
    def reacting(self, envelope: Envelope) -> Iterator[None]:
        """Around the reaction to one event; what it announces carries this span on."""
        with span_of(
            self._tracer,
            f"react {envelope.type}",
            context=context_of(envelope.traceparent),
            kind=SpanKind.CONSUMER,
            links=_links(envelope.traceparent),
            attributes={"messaging.message.id": str(envelope.id)},
        ):
            yield


def _links(traceparent: str | None) -> list[Link]:
    original = trace.get_current_span(context_of(traceparent)).get_span_context()
    return [Link(original)] if original.is_valid else []
