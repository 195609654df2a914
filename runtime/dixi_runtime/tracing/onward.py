"""Carries the trace of a request on to the services that it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
from opentelemetry.trace import Span, SpanKind

from dixi_runtime.tracing.spans import begin, describe_method, fail, tell_status
from dixi_runtime.tracing.trace import CURRENT

if TYPE_CHECKING:
    from dixi_runtime.tracing.spans import Attributes


class TraceOnward(httpx.AsyncBaseTransport):
    """A transport for httpx that names the trace in each request and, where there is a tracer, makes a span of it.

    ``is_ours`` is False for a service of somebody else, which is told nothing of the trace.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport | None = None, *, is_ours: bool = True) -> None:
        self._inner = inner or httpx.AsyncHTTPTransport(trust_env=False)
        self._is_ours = is_ours

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on; its span lasts until the answer is closed."""
        trace = CURRENT.get()
        if trace is None:
            return await self._inner.handle_async_request(request)
        if trace.tracer is None:
            self._name(request, trace.headers())
            return await self._inner.handle_async_request(request)
        inner, span = begin(trace.tracer, trace, request.method, SpanKind.CLIENT, _describe(request))
        self._name(request, inner.headers())
        return await self._send(request, span)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _name(self, request: httpx.Request, headers: dict[str, str]) -> None:
        if self._is_ours:
            request.headers.update(headers)

    async def _send(self, request: httpx.Request, span: Span) -> httpx.Response:
        try:
            response = await self._inner.handle_async_request(request)
        except (httpx.TransportError, asyncio.CancelledError) as error:
            fail(span, type(error).__name__)
            span.end()
            raise
        tell_status(span, response.status_code, failed=response.is_error)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Watched(response.stream, span)
        return response


class _Watched(httpx.AsyncByteStream):
    """A body whose end is the end of the span."""

    def __init__(self, body: httpx.AsyncByteStream, span: Span) -> None:
        self._body = body
        self._span = span

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except (httpx.TransportError, asyncio.CancelledError) as error:
            fail(self._span, type(error).__name__)
            raise

    async def aclose(self) -> None:
        try:
            await self._body.aclose()
        finally:
            self._span.end()


def _describe(request: httpx.Request) -> Attributes:
    url = request.url.copy_with(query=None, username=None, password=None)
    found: Attributes = {**describe_method(request.method), "server.address": url.host, "url.full": str(url)}
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return found if port is None else {**found, "server.port": port}
