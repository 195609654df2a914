"""Gives every request an id and, where there is a tracer, a span."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import Span, SpanKind

from dixi_runtime.routing import METHODS, read_route
from dixi_runtime.tracing.spans import begin, describe_method, tell_status
from dixi_runtime.tracing.trace import CURRENT, REQUEST_ID_HEADER, Trace, read_trace

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer
    from starlette.types import ASGIApp, Receive, Scope, Send

_logger = logging.getLogger(__name__)

_UNTRACED: Final = ("/health", "/api/health", "/metrics", "/api/metrics")
"""What probes and scrapes ask, every few seconds and for ever."""


class TraceRequests:
    """ASGI middleware: an id for every request, in the answer and in every line logged on the way.

    An answer that is a server's fault is logged, any other at the level ``debug``; neither with its query.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer | None = None) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace, span = read_trace(scope["headers"], secrets.token_hex), None
        if self._tracer is not None and not scope["path"].startswith(_UNTRACED):
            trace, span = _begin(self._tracer, scope, trace)
        header = (REQUEST_ID_HEADER.encode(), trace.request_id.encode())
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        token = CURRENT.set(trace)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            if status >= 500 or _logger.isEnabledFor(logging.DEBUG):
                _log(scope, status, time.perf_counter() - started)
            if span is not None:
                _end(span, scope, status)
            CURRENT.reset(token)


def _begin(tracer: Tracer, scope: Scope, trace: Trace) -> tuple[Trace, Span]:
    attributes = {
        **describe_method(scope["method"]),
        "url.path": scope["path"],
        "url.scheme": scope["scheme"],
        "dixi.request_id": trace.request_id,
    }
    return begin(tracer, trace, _name(scope), SpanKind.SERVER, attributes)


def _name(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "HTTP"


def _end(span: Span, scope: Scope, status: int) -> None:
    route = read_route(scope)
    if route:
        # Never by the path, of which there is no end.
        span.update_name(f"{_name(scope)} {route}")
        span.set_attribute("http.route", route)
    tell_status(span, status, failed=status >= 500)
    span.end()


def _log(scope: Scope, status: int, seconds: float) -> None:
    level = logging.WARNING if status >= 500 and status != 503 else logging.DEBUG
    extra = {"seconds": round(seconds, 6)}
    _logger.log(level, "%s %s: %d", scope["method"], scope["path"], status, extra=extra)
