"""Passes HTTP requests on to another service and streams the answer back, endless ones included."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from dixi_runtime.frontend.forwarding import end_to_end, forward
from dixi_runtime.leaving import while_here
from dixi_runtime.metrics import Metrics

if TYPE_CHECKING:
    from starlette.types import Message

CONNECT_SECONDS: Final = 5.0
BAD_GATEWAY: Final = 502
CLIENT_LEFT: Final = 499
"""The status of an answer that nobody waits for; nobody sees it but the metrics."""

_logger = logging.getLogger(__name__)


def open_client() -> httpx.AsyncClient:
    """A client for proxying: no limit on the time of an answer or the number of viewers, no proxy of its own."""
    client = httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
    )
    for name in ("accept", "accept-encoding", "user-agent"):
        del client.headers[name]  # these are the browser's to send
    return client


class Proxy:
    """Passes on to the service at ``target``, less ``strip`` from the start of the path; ``name`` labels its errors."""

    def __init__(self, http: httpx.AsyncClient, metrics: Metrics, name: str, target: str, strip: str = "") -> None:
        self._http = http
        self._metrics = metrics
        self._name = name
        self._target = httpx.URL(target)
        self._strip = strip.encode()

    async def handle(self, request: Request) -> Response:
        """The service's answer as it comes, or a 502 that says why there is none."""
        path: bytes = request.scope["raw_path"].removeprefix(self._strip)
        raw_path = self._target.raw_path.rstrip(b"/") + path
        query: bytes = request.scope["query_string"]
        body = _Body(request)
        upstream = self._http.build_request(
            request.method,
            self._target.copy_with(raw_path=raw_path + (b"?" + query if query else b"")),
            headers=forward(request),
            content=body if _has_body(request) else None,
        )
        try:
            response = await while_here(body.receive_rest, self._http.send(upstream, stream=True))
        except httpx.HTTPError as error:
            self._metrics.error(self._name, "unreachable")
            reason = str(error) or type(error).__name__
            _logger.warning("The %s service does not answer: %s", self._name, reason)
            return _refuse(request, f"The {self._name} service does not answer", reason)
        if response is None:
            return Response(status_code=CLIENT_LEFT)
        answer = StreamingResponse(
            self._stream(response), response.status_code, background=BackgroundTask(response.aclose)
        )
        answer.raw_headers = [(key.lower(), value) for key, value in end_to_end(response.headers.raw)]
        return answer

    async def _stream(self, response: httpx.Response) -> AsyncIterator[bytes]:
        try:
            async for chunk in response.aiter_raw():
                yield chunk
        except httpx.HTTPError as error:
            self._metrics.error(self._name, "broken_answer")
            _logger.warning("The %s service broke off its answer: %s", self._name, error)
            raise
        finally:
            await response.aclose()


class _Body:
    """A request's body, which has to be passed on before anything else can be heard of the client."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._passed_on = asyncio.Event()
        if not _has_body(request):
            self._passed_on.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._request.stream():
            yield chunk
        self._passed_on.set()

    async def receive_rest(self) -> Message:
        """What the client's connection brings after the body: in the end, that it has left."""
        await self._passed_on.wait()
        return await self._request.receive()


def _refuse(request: Request, error: str, details: str) -> Response:
    """A 502 in the shape of the backend's errors."""
    body = {"error": error, "details": details, "type": "connection_error", "status": BAD_GATEWAY}
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return JSONResponse({**body, "path": request.scope["path"], "timestamp": now}, BAD_GATEWAY)


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers
