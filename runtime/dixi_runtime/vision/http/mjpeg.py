"""Motion JPEG over one endless answer; who does not read it is cut off."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

from fastapi.responses import Response

from dixi_runtime.http_protocol import transport_of

from ..feed import Feed, Picture
from ..metrics import VisionMetrics
from .shapes import SIMULATED_HEADER

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_logger = logging.getLogger(__name__)

BOUNDARY: Final = "frame"
MEDIA_TYPE: Final = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
PATIENCE_SECONDS: Final = 10.0
"""How long a viewer may take nothing at all."""
END_SECONDS: Final = 1.0
UNSENT: Final = 64 << 10
"""Bytes that the kernel may keep for a viewer before they are on their way; more would only grow old there."""


class MjpegResponse(Response):
    """Pictures of a feed until the viewer leaves, `stop` is set, or nothing was read for `patience` seconds."""

    media_type = MEDIA_TYPE

    def __init__(
        self, feed: Feed, stop: asyncio.Event, metrics: VisionMetrics, patience: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._feed = feed
        self._stop = stop
        self._metrics = metrics
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the first of the three happens."""
        leaving = asyncio.create_task(_wait_for_end(receive))
        stopping = asyncio.create_task(self._stop.wait())
        sending = asyncio.create_task(self._send(scope, send))
        tasks = (leaving, stopping, sending)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
            elif not leaving.done():
                await _end(scope, send, leaving)
        except TimeoutError:
            self._metrics.error("viewer_stuck")
            _logger.warning("Cut off a viewer of /video_feed that read nothing for %g s.", self._patience)
            await _cut(scope, leaving)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, scope: Scope, send: Send) -> None:
        bound_kernel_buffer(scope)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        async for picture in self._feed.pictures():
            async with asyncio.timeout(self._patience):
                await send({"type": "http.response.body", "body": build_part(picture), "more_body": True})


def build_part(picture: Picture) -> bytes:
    """A part of the answer; only what no camera took has a second header."""
    marking = f"{SIMULATED_HEADER}: true\r\n" if picture.simulated else ""
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n{marking}\r\n".encode()
    return b"%b%b\r\n\r\n" % (head, picture.jpeg)


def bound_kernel_buffer(scope: Scope) -> None:
    """Has the kernel keep at most UNSENT bytes that the viewer is not ready for, where it can."""
    connection = transport_of(scope).get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)


async def _end(scope: Scope, send: Send, leaving: asyncio.Task[None]) -> None:
    """Ends the answer; a viewer that does not take even that is cut off."""
    try:
        async with asyncio.timeout(END_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        await _cut(scope, leaving)


async def _cut(scope: Scope, leaving: asyncio.Task[None]) -> None:
    transport_of(scope).abort()
    await leaving


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
