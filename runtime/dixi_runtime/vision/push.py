"""Posts to the backend what it would hear on the event stream, for one that does not subscribe to it.

One message at a time an address, over kept-alive connections, the newest first. A slow or absent backend costs no
frame; what it did not take in time is dropped and counted. Each kind keeps its own time, so that no kind starves
another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from .backoff import wait_seconds
from .cadence import is_due
from .metrics import VisionMetrics
from .slot import Mailbox

_logger = logging.getLogger(__name__)

FRAME_PATH: Final = "/api/tracking/process"
GESTURE_PATH: Final = "/api/gestures/process"
FACE_PATH: Final = "/api/faces/process"
TIMEOUT_SECONDS: Final = 2.0
MAX_ANSWER_BYTES: Final = 1 << 20
WAITING_GESTURES: Final = 16
_AGAIN_LATER: Final = frozenset({401, 403, 404, 408, 429})
_HEADERS: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Refusal:
    """Why a post did not succeed: a metrics reason, a sentence, and whether to be patient before the next."""

    reason: str
    message: str
    again_later: bool


class Pusher:
    """Posts to one address."""

    def __init__(self, client: httpx.AsyncClient, path: str, capacity: int, metrics: VisionMetrics) -> None:
        """`capacity` is how many messages may wait."""
        self._client = client
        self._path = path
        self._mailbox = Mailbox(capacity)
        self._metrics = metrics

    def offer(self, message: bytes) -> None:
        """Leaves a message to be posted."""
        if dropped := self._mailbox.put(message):
            self._metrics.undelivered.labels(self._path).inc(dropped)

    async def run(self) -> None:
        """Posts until cancelled; while the backend is away, tries less and less often, at least every 5 s."""
        failures, last = 0, None
        while True:
            refusal = await self._post(await self._mailbox.take())
            self._log_change(last, refusal)
            last = refusal
            failures = failures + 1 if refusal else 0
            if refusal and refusal.again_later:
                await asyncio.sleep(wait_seconds(failures, 0.25, 5.0))

    def _log_change(self, last: Refusal | None, refusal: Refusal | None) -> None:
        if refusal is not None:
            self._metrics.error(refusal.reason)
        if refusal == last:
            return
        if refusal is None:
            _logger.info("The backend takes messages on %s again.", self._path)
        else:
            _logger.warning("The backend does not take messages on %s: %s", self._path, refusal.message)

    async def _post(self, message: bytes) -> Refusal | None:
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                self._client.stream("POST", self._path, content=message, headers=_HEADERS) as response,
            ):
                return await _judge(response)
        except TimeoutError:
            return Refusal("backend_unreachable", f"no whole answer within {TIMEOUT_SECONDS:g} s", again_later=True)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return Refusal("backend_unreachable", f"{type(error).__name__} {error}".strip(), again_later=True)


async def _judge(response: httpx.Response) -> Refusal | None:
    """Reads the answer to its end, so that the connection can be used again."""
    size, status = 0, response.status_code
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            return Refusal("backend_refused", f"its answer has more than {MAX_ANSWER_BYTES} bytes", again_later=True)
    if response.is_success:
        return None
    if response.is_redirect:
        place = response.headers.get("location")
        return Refusal("backend_refused", f"HTTP {status} to {place}; set BACKEND_URL to where it is", again_later=True)
    return Refusal("backend_refused", f"HTTP {status}", again_later=status >= 500 or status in _AGAIN_LATER)


class Push:
    """Everything that is posted to one backend; silent without an address, and while something replaces it."""

    def __init__(self, url: str, headers: dict[str, str], interval: int, metrics: VisionMetrics) -> None:
        """`interval` is the least time between two frames, in milliseconds; 0 posts each."""
        self._client = create_client(url, headers)
        self._is_wanted = bool(url)
        self._interval = interval
        self._frames = Pusher(self._client, FRAME_PATH, 1, metrics)
        self._gestures = Pusher(self._client, GESTURE_PATH, WAITING_GESTURES, metrics)
        self._faces = Pusher(self._client, FACE_PATH, 1, metrics)
        self._frame_offered: int | None = None
        self._replacements = 0

    @property
    def is_active(self) -> bool:
        """Whether messages are posted."""
        return self._is_wanted and not self._replacements

    def offer_frame(self, message: bytes, timestamp: int) -> None:
        """A unified frame of that time, posted when it is due."""
        if self.is_active and is_due(self._frame_offered, timestamp, self._interval):
            self._frame_offered = timestamp
            self._frames.offer(message)

    def offer_gesture(self, message: bytes) -> None:
        """A gesture."""
        if self.is_active:
            self._gestures.offer(message)

    def offer_face(self, message: bytes) -> None:
        """A face."""
        if self.is_active:
            self._faces.offer(message)

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """While inside, the backend gets its messages another way."""
        self._replacements += 1
        try:
            yield
        finally:
            self._replacements -= 1

    async def run(self) -> None:
        """Posts until cancelled."""
        async with self._client, asyncio.TaskGroup() as group:
            for pusher in (self._frames, self._gestures, self._faces):
                group.create_task(pusher.run())


def create_client(backend_url: str, headers: dict[str, str]) -> httpx.AsyncClient:
    """The client for the backend; one connection an address is enough, since each posts one message at a time."""
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=30.0)
    return httpx.AsyncClient(base_url=backend_url, headers=headers, timeout=TIMEOUT_SECONDS, limits=limits)
