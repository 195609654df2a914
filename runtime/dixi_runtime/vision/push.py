"""Posts messages to the backend: one at a time an address, over kept-alive connections, newest wins.

A slow or absent backend costs no frame; what it did not take in time is dropped and counted.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

import httpx

from .backoff import wait_seconds
from .metrics import VisionMetrics
from .slot import Mailbox

_logger = logging.getLogger(__name__)

FRAME_PATH: Final = "/api/tracking/process"
GESTURE_PATH: Final = "/api/gestures/process"
TIMEOUT_SECONDS = 2.0
_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class _Outcome:
    """How a post ended: None for well, else a metrics reason and a sentence; `again_later` asks for patience."""

    reason: str | None = None
    message: str = ""
    again_later: bool = False


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
        failures = 0
        while True:
            outcome = await self._post(await self._mailbox.take())
            if outcome.reason is None:
                if failures:
                    _logger.info("The backend takes messages on %s again.", self._path)
                failures = 0
                continue
            self._metrics.error(outcome.reason)
            failures += 1
            if failures == 1:
                _logger.warning("The backend does not take messages on %s: %s", self._path, outcome.message)
            if outcome.again_later:
                await asyncio.sleep(wait_seconds(failures, 0.25, 5.0))

    async def _post(self, message: bytes) -> _Outcome:
        try:
            response = await self._client.post(self._path, content=message, headers=_HEADERS)
        except httpx.TransportError as error:
            return _Outcome("backend_unreachable", f"{type(error).__name__} {error}".strip(), again_later=True)
        if response.status_code < 400:
            return _Outcome()
        again_later = response.status_code >= 500 or response.status_code in (401, 403, 404, 429)
        return _Outcome("backend_refused", f"HTTP {response.status_code} {response.text[:200]}", again_later)


def create_client(backend_url: str, headers: dict[str, str]) -> httpx.AsyncClient:
    """The client for the backend; one connection an address is enough, since each posts one message at a time."""
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=30.0)
    return httpx.AsyncClient(base_url=backend_url, headers=headers, timeout=TIMEOUT_SECONDS, limits=limits)
