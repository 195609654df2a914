"""Network cameras on loopback, which can be unplugged and plugged in again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import cv2
import numpy as np

from dixi_runtime.vision.sources.base import Image

RED: Image = np.full((48, 64, 3), (255, 0, 0), np.uint8)
BLUE: Image = np.full((48, 64, 3), (0, 0, 255), np.uint8)
PERIOD = 1 / 30


def encode(image: Image) -> bytes:
    """The RGB image as JPEG."""
    found, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert found
    return bytes(encoded)


def colour_of(image: Image) -> str:
    """`red` or `blue`."""
    red, _, blue = image.mean((0, 1))
    return "red" if red > blue else "blue"


def answer(content_type: str, body: bytes = b"", status: str = "200 OK") -> bytes:
    """An HTTP answer that ends with its connection."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n".encode() + body


def part(jpeg: bytes, *, sized: bool) -> bytes:
    """One part of a multipart video; without a size it is as Dixi itself sends it."""
    length = f"Content-Length: {len(jpeg)}\r\n".encode() if sized else b""
    return b"--frame\r\nContent-Type: image/jpeg\r\n" + length + b"\r\n" + jpeg + b"\r\n\r\n"


@dataclass
class Camera:
    """What listens on `port` while it is plugged in: to each connection it sends pieces, PERIOD apart, then ends it."""

    make_pieces: Callable[[], Iterator[bytes]]
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    _listener: socket.socket | None = None
    _unplugged: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/video"

    def plug_in(self) -> None:
        """Listens; on the same port as before when there was one."""
        self._unplugged = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._spawn(self._accept, self._listener)

    def unplug(self) -> None:
        """Ends every connection and listens no more."""
        self._unplugged.set()
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def greet(self, connection: socket.socket) -> None:
        """Hears what the client asks for, before the pieces are sent."""
        self.requests.append(connection.recv(4096))

    def _accept(self, listener: socket.socket) -> None:
        while not self._unplugged.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._spawn(self._send, connection)

    def _send(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                self.greet(connection)
                for piece in self.make_pieces():
                    connection.sendall(piece)
                    if self._unplugged.wait(PERIOD):
                        return
            except OSError:
                return

    def _spawn(self, run: Callable[[socket.socket], None], argument: socket.socket) -> None:
        thread = threading.Thread(target=run, args=(argument,), daemon=True)
        self._threads.append(thread)
        thread.start()


@contextmanager
def plugged_in(pieces: Callable[[], Iterator[bytes]] | Sequence[bytes]) -> Iterator[Camera]:
    """A camera that is unplugged at the end."""
    camera = Camera(pieces if callable(pieces) else lambda: iter(pieces))
    camera.plug_in()
    try:
        yield camera
    finally:
        camera.unplug()


def video(images: Sequence[Image], *, sized: bool) -> Callable[[], Iterator[bytes]]:
    """An endless multipart video of these images in turn."""
    parts = [part(encode(image), sized=sized) for image in images]

    def pieces() -> Iterator[bytes]:
        yield answer("multipart/x-mixed-replace; boundary=frame")
        while True:
            yield from parts

    return pieces
