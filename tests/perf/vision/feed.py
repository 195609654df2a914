"""A network camera: `python -m tests.perf.vision.feed FILM PORT` sends a film as MJPEG at 30 frames a second.

Each line on standard input switches it off (no connection stays, none is taken) or on again, and is answered with a
line once that is done. Ends with standard input.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import numpy as np

from dixi_runtime.vision.bench.film import FPS
from dixi_runtime.vision.feed import encode_jpeg

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


class Camera:
    """Sends pictures to whoever connects."""

    def __init__(self, pictures: list[bytes], port: int) -> None:
        self._pictures = pictures
        self._port = port
        self._server: asyncio.Server | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def switch(self) -> None:
        """Off when it is on, on when it is off."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port, reuse_address=True)
            return
        self._server.close()
        for task in self._sending:
            task.cancel()
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._send(reader, writer))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_HEAD)
            started, number = time.monotonic(), 0
            while True:
                picture = self._pictures[number % len(self._pictures)]
                writer.write(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + picture + b"\r\n")
                await writer.drain()
                number += 1
                await asyncio.sleep(max(0.0, started + number / FPS - time.monotonic()))
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


def say(text: str) -> None:
    """Answers at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(film: str, port: str) -> None:
    """Runs until standard input ends; on from the start."""
    camera = Camera([encode_jpeg(image) for image in np.load(Path(film))], int(port))
    await camera.switch()
    say("on")
    while await asyncio.to_thread(sys.stdin.readline):
        await camera.switch()
        say("done")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
