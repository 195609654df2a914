"""One Redis and how it is: every question to it is bounded in time, and none is asked while it is known to be away."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, InvalidResponse, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from dixi_runtime.backend.metrics import BackendMetrics
from dixi_runtime.backend.state.store import StoreUnavailableError

LinkState = Literal["connecting", "connected", "slow", "unreachable", "silent", "garbled", "refused"]
"""``slow`` answers late, ``silent`` takes a connection and answers not in time, ``garbled`` answers nonsense."""

STATES: Final[tuple[LinkState, ...]] = (
    *("connecting", "connected", "slow"),
    *("unreachable", "silent", "garbled", "refused"),
)
USABLE: Final[frozenset[LinkState]] = frozenset({"connecting", "connected", "slow"})
"""In these states a question is worth asking."""

ANSWER_SECONDS: Final = 1.0
"""How long an answer is waited for, the connection included."""
SLOW_SECONDS: Final = 0.25
"""An answer that takes longer makes Redis slow: what can do without it then does."""
PROBE_SECONDS: Final = 0.5
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 1.0
_MOST_CONNECTIONS = 32

FAILURES: Final = (RedisError, OSError, TimeoutError, ValueError, TypeError)
"""What a Redis that is away, or is no Redis, makes its client raise; the last two come of answers without a sense."""

Command = Sequence[str | bytes | int]

_logger = logging.getLogger(__name__)


def connect(url: str, password: str) -> Redis:
    """A client of the Redis at ``url`` that connects when first used and gives every answer as it came.

    Raises ValueError when ``url`` is not a redis URL.
    """
    given = {"password": password} if password else {}
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_MOST_CONNECTIONS,
        timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
        **given,
    )
    redis = Redis.from_pool(pool)
    redis.response_callbacks.clear()
    return redis


def classify(error: Exception) -> LinkState:
    """The state that an error of the client means."""
    if isinstance(error, TimeoutError | RedisTimeoutError):
        return "silent"
    if isinstance(error, AuthenticationError | ResponseError):
        return "refused"
    if isinstance(error, InvalidResponse | ValueError | TypeError):
        return "garbled"
    return "unreachable"


class RedisLink:
    """Asks Redis and knows its state; ``run`` finds out by itself when it goes and when it is back."""

    def __init__(self, redis: Redis, metrics: BackendMetrics) -> None:
        self.redis = redis
        self.state: LinkState = "connecting"
        self.reason = "not asked yet"
        self._metrics = metrics
        self._show()

    @property
    def is_usable(self) -> bool:
        """Whether a question is worth asking."""
        return self.state in USABLE

    @property
    def is_swift(self) -> bool:
        """Whether even what can do without an answer should ask."""
        return self.state == "connected"

    async def ask(self, *command: str | bytes | int, seconds: float = ANSWER_SECONDS) -> Any:
        """The raw answer to one command; StoreUnavailableError within ``seconds``, at once while Redis is away."""

        async def question() -> Any:
            return await self.redis.execute_command(*command)  # type: ignore[no-untyped-call]

        return await self._bounded(question, seconds)

    async def ask_together(self, commands: Sequence[Command], seconds: float = ANSWER_SECONDS) -> list[Any]:
        """The raw answers to commands that Redis carries out as one; StoreUnavailableError as from ``ask``."""

        async def transact() -> list[Any]:
            async with self.redis.pipeline(transaction=True) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                return await pipeline.execute()

        answers: list[Any] = await self._bounded(transact, seconds)
        return answers

    async def run(self) -> None:
        """Ask now and then until cancelled: every 0.5 s while Redis answers, else after 0.1 s and up to 1 s."""
        delay = FIRST_DELAY
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            error = await self._probe()
            if error is not None:
                self.note(classify(error), str(error) or type(error).__name__)
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                delay = min(delay * 2, LONGEST_DELAY)
                continue
            took = loop.time() - started
            self.note("slow" if took > SLOW_SECONDS else "connected", f"answered within {took * 1000:.0f} ms")
            delay = FIRST_DELAY
            await asyncio.sleep(PROBE_SECONDS)

    def note(self, state: LinkState, reason: str) -> None:
        """Take ``state`` for the state from now on; a change is logged and counted."""
        self.reason = reason
        if state == self.state:
            return
        before, self.state = self.state, state
        self._show()
        if state in USABLE:
            _logger.info("Redis is %s (it was %s): %s.", state, before, reason)
        else:
            self._metrics.shared.error("redis", state)
            _logger.warning("Redis is %s (it was %s), each replica is on its own: %s", state, before, reason)

    async def _probe(self) -> Exception | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self.redis.execute_command("PING")  # type: ignore[no-untyped-call]
        except FAILURES as error:
            return error
        return None if answer == b"PONG" else ValueError(f"PING was answered with {answer!r:.80}")

    async def _bounded(self, question: Callable[[], Awaitable[Any]], seconds: float) -> Any:
        if not self.is_usable:
            raise StoreUnavailableError(f"Redis is {self.state}: {self.reason}")
        try:
            async with asyncio.timeout(seconds):
                return await question()
        except FAILURES as error:
            raise self._failed(error, seconds) from error

    def _failed(self, error: Exception, seconds: float) -> StoreUnavailableError:
        """A refused command says nothing about the next; everything else is how Redis is."""
        state, reason = classify(error), str(error) or f"no answer within {seconds:g} s"
        self._metrics.shared.error("redis", "command_failed")
        if state == "silent" and seconds < ANSWER_SECONDS:
            self.note("slow", reason)
        elif not isinstance(error, ResponseError):
            self.note(state, reason)
        return StoreUnavailableError(f"Redis is {state}: {reason}")

    def _show(self) -> None:
        for state in STATES:
            self._metrics.redis_state.labels(state).set(state == self.state)
