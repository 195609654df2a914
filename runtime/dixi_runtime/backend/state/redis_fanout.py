"""Carries messages between the replicas over Redis pub/sub, for as long as Redis is there."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from dixi_runtime.backend.hub.outbox import Outbox
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.backend.tasks import end
from dixi_runtime.metrics import Metrics
from dixi_runtime.wire import encode

CHANNEL: Final = "dixi:events"
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 5.0
_POLL_SECONDS = 5.0

_logger = logging.getLogger(__name__)


class RedisFanout:
    """Sends what happens here to the other replicas and delivers what happens there.

    ``deliver`` gets each message of another replica; ``refresh`` is awaited whenever the subscription (again)
    stands, since messages were missed without it. While Redis is away each replica serves its own clients.
    """

    def __init__(
        self,
        redis: Redis,
        metrics: Metrics,
        origin: str,
        deliver: Callable[[dict[str, Any]], None],
        refresh: Callable[[], Awaitable[None]],
    ) -> None:
        self._redis = redis
        self._metrics = metrics
        self._origin = origin
        self._deliver = deliver
        self._refresh = refresh
        self._outbox = Outbox()
        self._filled = asyncio.Event()
        self.connected = asyncio.Event()

    def send(self, message: dict[str, Any]) -> None:
        """Queue a message; without Redis it reaches the clients of this replica alone."""
        if not self.connected.is_set():
            return
        text = encode({"origin": self._origin, "message": message}).decode()
        if self._outbox.put(message["type"], text):
            self._filled.set()
        else:
            self._metrics.error("redis", "fanout_overflow")

    async def run(self) -> None:
        """Send and receive until cancelled; reconnects for ever, after 0.1 s and then twice as long up to 5 s."""
        delay = FIRST_DELAY
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    await self._refresh()
                    delay = FIRST_DELAY
                    self.connected.set()
                    _logger.info("Messages go to the other replicas through Redis.")
                    await self._exchange(pubsub)
            except (RedisError, OSError, StoreUnavailableError) as error:
                self._metrics.error("redis", "connection_lost")
                _logger.warning(
                    "Redis is away, replicas do not hear of each other: %s; next try in about %.1f s.",
                    error,
                    delay,
                )
            finally:
                self.connected.clear()
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)

    async def _exchange(self, pubsub: PubSub) -> None:
        """Raises what ends either direction. No task group: one that fails while it is cancelled loses the latter."""
        directions = [asyncio.create_task(self._receive(pubsub)), asyncio.create_task(self._send())]
        try:
            ended, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in ended:
                direction.result()
        finally:
            await end(directions)

    async def _receive(self, pubsub: PubSub) -> None:
        while True:
            received = await pubsub.get_message(timeout=_POLL_SECONDS)
            if received is None:
                continue
            try:
                envelope = orjson.loads(received["data"])
                if envelope["origin"] != self._origin:
                    self._deliver(envelope["message"])
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                self._metrics.error("redis", "bad_message")
                _logger.warning("A message on %s is not one of ours (%s); it is ignored.", CHANNEL, error)

    async def _send(self) -> None:
        while True:
            text = self._outbox.take()
            if text is None:
                self._filled.clear()
                await self._filled.wait()
            else:
                await self._redis.publish(CHANNEL, text)
