"""An answer as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from dixi_runtime.backend.errors import ApiError, answer
from dixi_runtime.leaving import while_here
from dixi_runtime.tasks import end
from dixi_runtime.wire import encode

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

EARLY_SECONDS: Final = 5.0
"""The head waits this long for the first event, so that an error before it is a status of its own."""

PULSE_SECONDS: Final = 15.0
"""After this long without an event a comment is sent, lest a proxy thinks that the connection is dead."""

_HEAD: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]
_PULSE: Final = b": waiting\n\n"
_DONE: Final = b"data: [DONE]\n\n"


class EventStream(Response):
    """Sends each of ``events`` as JSON, then ``[DONE]``; an ApiError on the way is an event as well.

    The generator is closed as soon as the client has left, and in any case after ``seconds``.
    """

    def __init__(
        self,
        events: AsyncGenerator[dict[str, Any], None],
        seconds: float,
        *,
        early: float = EARLY_SECONDS,
        pulse: float = PULSE_SECONDS,
    ) -> None:
        super().__init__()
        self._events = events
        self._seconds = seconds
        self._early = early
        self._pulse = pulse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client has left."""
        await while_here(receive, self._send_all(scope, receive, send))

    async def _send_all(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        async with asyncio.timeout(self._seconds), aclosing(self._events) as events:
            waiting = asyncio.create_task(_next(events))
            try:
                while True:
                    await asyncio.wait((waiting,), timeout=self._pulse if begun else self._early)
                    error = waiting.exception() if waiting.done() else None
                    if not begun and isinstance(error, ApiError):
                        await answer(scope, error)(scope, receive, send)
                        return
                    if not begun:
                        await send({"type": "http.response.start", "status": 200, "headers": list(_HEAD)})
                        begun = True
                    if not waiting.done():
                        await _send_part(send, _PULSE)
                        continue
                    event = _render(error) if isinstance(error, ApiError) else waiting.result()
                    if event is not None:
                        await _send_part(send, b"data: " + encode(event) + b"\n\n")
                    if event is None or error is not None:
                        await send({"type": "http.response.body", "body": _DONE, "more_body": False})
                        return
                    waiting = asyncio.create_task(_next(events))
            finally:
                await end((waiting,))


async def _next(events: AsyncGenerator[dict[str, Any], None]) -> dict[str, Any] | None:
    return await anext(events, None)


async def _send_part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _render(error: ApiError) -> dict[str, Any]:
    body = {"error": error.error, "details": error.details, "type": error.kind, "status": error.status}
    return {key: value for key, value in body.items() if value is not None} | dict(error.extra)
