"""Ties what one request causes together: its id, and the trace that it belongs to (W3C Trace Context).

https://www.w3.org/TR/trace-context/ : we make no spans, so ``traceparent`` and ``tracestate`` go on as they came.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx
    from starlette.types import ASGIApp, Receive, Scope, Send

REQUEST_ID_HEADER: Final = "x-request-id"

_logger = logging.getLogger(__name__)

_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT: Final = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_LONGEST_STATE: Final = 512


@dataclass(frozen=True)
class Trace:
    """The request that is being answered; ``parent`` and ``state`` are empty for one that belongs to no trace."""

    request_id: str
    parent: str = ""
    state: str = ""

    @property
    def trace_id(self) -> str:
        """The id of the trace, empty for none."""
        return self.parent[3:35]

    def headers(self) -> dict[str, str]:
        """What a call that this request causes should carry."""
        found = {REQUEST_ID_HEADER: self.request_id, "traceparent": self.parent, "tracestate": self.state}
        return {name: value for name, value in found.items() if value}


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace | None:
    """The trace of the request whose work this is; None outside of requests."""
    return _current.get()


async def pass_trace_on(request: httpx.Request) -> None:
    """An httpx event hook for requests."""
    trace = _current.get()
    if trace is not None:
        request.headers.update(trace.headers())


class TraceRequests:
    """ASGI middleware: an id for every request, in the answer and in every line logged on the way.

    An answer that is a server's fault is logged, any other at the level ``debug``; neither with its query.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = read_trace(scope["headers"], secrets.token_hex)
        header = (REQUEST_ID_HEADER.encode(), trace.request_id.encode())
        token = _current.set(trace)
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            level = logging.WARNING if status >= 500 and status != 503 else logging.DEBUG
            if _logger.isEnabledFor(level):
                seconds = round(time.perf_counter() - started, 6)
                _logger.log(level, "%s %s: %d", scope["method"], scope["path"], status, extra={"seconds": seconds})
            _current.reset(token)


def read_trace(headers: Iterable[tuple[bytes, bytes]], make_id: Callable[[int], str]) -> Trace:
    """The trace that a request names; ``make_id(8)`` gives the id of one that brings none."""
    given = b""
    parent = b""
    state = b""
    for name, value in headers:
        if name == b"x-request-id":
            given = value
        elif name == b"traceparent":
            parent = value
        elif name == b"tracestate":
            state = value
    request_id = given.decode() if _ID.fullmatch(given) else make_id(8)
    if not _TRACEPARENT.fullmatch(parent):
        return Trace(request_id)
    return Trace(request_id, parent.decode("latin-1"), state.decode("latin-1") if len(state) <= _LONGEST_STATE else "")
