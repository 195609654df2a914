"""A vision service that says the same all the time, so that a gateway's own cost is what is measured.

``python -m tests.perf.gateway.vision PORT``
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import httptools
import uvloop

from dixi_runtime.wire import encode

_BODY = encode(
    {
        "type": "open_palm",
        "position": {"x": 0.1, "y": -0.2, "z": 0.0},
        "confidence": 0.93,
        "timestamp": 1_800_000_000_000,
        "fingers": dict.fromkeys(("thumb", "index", "middle", "ring", "pinky"), True),
    }
)
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


class SteadyVision(asyncio.Protocol):
    """Answers every request of one connection."""

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """A whole request is there."""
        self._transport.write(_ANSWER)


async def serve(port: int) -> None:
    """Answer for ever."""
    server = await asyncio.get_running_loop().create_server(SteadyVision, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1])))
