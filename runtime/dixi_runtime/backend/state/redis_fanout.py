"""Carries messages between the replicas over Redis pub/sub, for as long as Redis is there."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from dixi_runtime.backend.metrics import BackendMetrics
from dixi_runtime.backend.state.backlog import Backlog
from dixi_runtime.backend.state.envelope import Beat, Envelope, open_envelope
from dixi_runtime.backend.state.redis_link import ANSWER_SECONDS, FAILURES, FIRST_DELAY, LONGEST_DELAY
from dixi_runtime.backend.state.replicas import Presence, Replicas
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.tasks import end

CHANNEL: Final = "dixi:events"
RESUMED: Final = "resumed"
"""Kind of the message by which a replica that was cut off asks the others to look at the store again."""

BEAT_SECONDS: Final = 0.5
SILENCE_SECONDS: Final = 2.0
"""After this long without a beat of our own the way through Redis counts as broken, whatever its connections say."""

_logger = logging.getLogger(__name__)


class RedisFanout:
    """Sends what happens here to the other replicas and delivers what happens there.

    ``deliver`` gets each message of another replica and its source; ``refresh`` is awaited whenever the subscription
    (again) stands, since messages were missed without it; ``present`` says how this replica is. Each
    replica hears its own beats too, so that a Redis which takes messages and passes none on is noticed. While Redis is
    away each replica serves its own clients.
    """

    def __init__(
        self,
        redis: Redis,
        metrics: BackendMetrics,
        origin: str,
        deliver: Callable[[dict[str, Any], str], bool],
        refresh: Callable[[], Awaitable[None]],
        present: Callable[[], Presence],
    ) -> None:
        self._redis = redis
        self._metrics = metrics
        self._origin = origin
        self._deliver = deliver
        self._refresh = refresh
        self._present = present
        self._backlog = Backlog()
        self._heard_self = 0.0
        self.connected = asyncio.Event()
        self.replicas = Replicas(origin)
        metrics.replicas.set(1)

    def send(self, message: dict[str, Any], source: str) -> None:
        """Queue a message; without Redis it reaches the clients of this replica alone."""
        if not self.connected.is_set():
            return
        content = Envelope(self._origin, source, message).seal()
        if not self._backlog.put(message["type"], source, content):
            self._metrics.shared.error("redis", "fanout_overflow")

    def count_replicas(self) -> int:
        """How many replicas hear each other now, this one included."""
        return self.replicas.count(asyncio.get_running_loop().time())

    def count_clients_elsewhere(self) -> int:
        """How many clients the other replicas have."""
        return self.replicas.clients_elsewhere(asyncio.get_running_loop().time())

    def has_leaver(self) -> bool:
        """Whether another replica hands its clients over, or has just done so."""
        return self.replicas.has_leaver(asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Send and receive until cancelled; reconnects for ever, after 0.1 s and then twice as long up to 1 s."""
        delay = FIRST_DELAY
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await pubsub.subscribe(CHANNEL)
                    await self._refresh()
                    delay = FIRST_DELAY
                    await self._exchange(pubsub)
            except (*FAILURES, StoreUnavailableError) as error:
                self._metrics.shared.error("redis", "fanout_lost")
                _logger.warning(
                    "Replicas do not hear of each other: %s; next try in about %.1f s.",
                    str(error) or type(error).__name__,
                    delay,
                )
            finally:
                self._leave()
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)

    async def _exchange(self, pubsub: PubSub) -> None:
        """Raises what ends any direction. No task group: one that fails while it is cancelled loses the latter."""
        self._heard_self = asyncio.get_running_loop().time()
        directions = [asyncio.create_task(work) for work in (self._receive(pubsub), self._send(), self._beat())]
        try:
            ended, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in ended:
                direction.result()
        finally:
            await end(directions)

    async def _receive(self, pubsub: PubSub) -> None:
        while True:
            received = await pubsub.get_message(timeout=SILENCE_SECONDS)
            if received is None:
                continue
            opened = open_envelope(received.get("data"))
            if opened is None:
                self._metrics.shared.error("redis", "bad_message")
            elif isinstance(opened, Beat):
                self._note_beat(opened)
            elif opened.origin == self._origin:
                continue
            elif opened.message["type"] == RESUMED:
                await self._refresh()
            else:
                self._deliver(opened.message, opened.source)

    async def _send(self) -> None:
        while True:
            waiting = await self._backlog.take()
            async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipeline:
                for content in waiting:
                    pipeline.publish(CHANNEL, content)
                await pipeline.execute()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now = loop.time()
            if now - self._heard_self > SILENCE_SECONDS:
                raise TimeoutError(f"nothing came back through Redis for {SILENCE_SECONDS:g} s")
            self._backlog.put("beat", self._origin, Beat(self._origin, self._present(), now).seal())
            self._metrics.replicas.set(self.count_replicas())
            await asyncio.sleep(BEAT_SECONDS)

    def _note_beat(self, beat: Beat) -> None:
        now = asyncio.get_running_loop().time()
        if beat.origin != self._origin:
            self.replicas.hear(beat.origin, beat.presence, now)
            return
        self._heard_self = now
        self._metrics.fanout_seconds.observe(max(0.0, now - beat.sent))
        if not self.connected.is_set():
            self.connected.set()
            self.send({"type": RESUMED, "data": None}, self._origin)
            _logger.info("Messages go to the other replicas through Redis.")

    def _leave(self) -> None:
        self.connected.clear()
        self._backlog.clear()
        self.replicas.forget()
        self._metrics.replicas.set(1)
