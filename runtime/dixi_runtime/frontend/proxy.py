"""Passes HTTP requests on to another service and streams the answer back, endless ones included."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_address
from typing import Final

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from dixi_runtime.metrics import Metrics

CONNECT_SECONDS: Final = 5.0

_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that speak of one connection and not of the message (RFC 9110, 7.6.1)."""

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
        upstream = self._http.build_request(
            request.method,
            self._target.copy_with(raw_path=raw_path + (b"?" + query if query else b"")),
            headers=_forwarded(request),
            content=request.stream() if _has_body(request) else None,
        )
        try:
            response = await self._http.send(upstream, stream=True)
        except httpx.HTTPError as error:
            self._metrics.error(self._name, "unreachable")
            reason = str(error) or type(error).__name__
            _logger.warning("The %s service does not answer: %s", self._name, reason)
            return JSONResponse({"error": f"The {self._name} service does not answer", "details": reason}, 502)
        answer = StreamingResponse(
            self._stream(response), response.status_code, background=BackgroundTask(response.aclose)
        )
        answer.raw_headers = [(key.lower(), value) for key, value in _end_to_end(response.headers.raw)]
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


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _forwarded(request: Request) -> list[tuple[bytes, bytes]]:
    headers = [(key, value) for key, value in _end_to_end(request.headers.raw) if key.lower() != b"host"]
    if request.client is not None:
        headers.append((b"x-forwarded-for", _plain(request.client.host).encode()))
    headers.append((b"x-forwarded-host", request.headers.get("host", "").encode("latin-1")))
    return headers


def _plain(host: str) -> str:
    """An IPv4 address that came in on a dual-stack socket (``::ffff:a.b.c.d``) as IPv4."""
    mapped = getattr(ip_address(host), "ipv4_mapped", None)
    return host if mapped is None else str(mapped)


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in headers if key.lower().decode("latin-1") not in _HOP_BY_HOP]
