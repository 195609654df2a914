"""Spans of OpenTelemetry: how long a request took, and each call that it made.

Names and attributes are those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/ . Neither a query nor a
client's address is among them: queries carry tokens, and who stands at the wall is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from dixi_runtime.routing import METHODS
from dixi_runtime.tracing.trace import Trace, tracing

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

Attributes = dict[str, str | int]

_W3C: Final = TraceContextTextMapPropagator()


def begin(tracer: Tracer, trace: Trace, name: str, kind: SpanKind, attributes: Attributes) -> tuple[Trace, Span]:
    """A span of that trace, or of a new one where it is none; and the trace as what the span covers should have it."""
    span = tracer.start_span(name, _W3C.extract(trace.headers()), kind, attributes)
    carried: dict[str, str] = {}
    _W3C.inject(carried, set_span_in_context(span))
    inner = replace(trace, parent=carried.get("traceparent", ""), state=carried.get("tracestate", ""), tracer=tracer)
    return inner, span


def describe_method(method: str) -> Attributes:
    """The attribute of a request's method; there are only so many, whatever a client invents."""
    return {"http.request.method": method if method in METHODS else "_OTHER"}


def tell_status(span: Span, status: int, *, failed: bool) -> None:
    """Say how a request was answered."""
    span.set_attribute("http.response.status_code", status)
    if failed:
        fail(span, str(status))


def fail(span: Span, why: str) -> None:
    """Say that it came to nothing; ``why`` is a status, or the name of an error."""
    span.set_attribute("error.type", why)
    span.set_status(StatusCode.ERROR)


@contextmanager
def traced(tracer: Tracer | None, name: str, request_id: str) -> Iterator[None]:
    """What no HTTP request has asked for, as a trace of its own."""
    trace = Trace(request_id)
    if tracer is None:
        with tracing(trace):
            yield
        return
    trace, span = begin(tracer, trace, name, SpanKind.SERVER, {})
    try:
        with tracing(trace):
            yield
    finally:
        span.end()
