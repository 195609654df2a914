"""Watches a vision service from another process: `python -m dixi_runtime.vision.bench.viewers PORT MJPEG EVENTS`.

Opens that many /video_feed streams and that many /ws event streams, reads all that comes and drops it, until its
standard input is closed.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

_CHUNK: Final = 1 << 18
_REQUESTS: Final = {
    "video": b"GET /video_feed HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "events": b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: ZGl4aSBiZW5jaG1hcmshIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
}


async def watch(port: int, viewers: int, listeners: int) -> None:
    """Reads until standard input is closed."""
    kinds = ["video"] * viewers + ["events"] * listeners
    reading = [asyncio.create_task(_read(port, _REQUESTS[kind])) for kind in kinds]
    await asyncio.to_thread(sys.stdin.read)
    for task in reading:
        task.cancel()


async def _read(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_CHUNK)
    writer.write(request)
    while await reader.read(_CHUNK):
        pass


if __name__ == "__main__":
    asyncio.run(watch(*map(int, sys.argv[1:4])))
