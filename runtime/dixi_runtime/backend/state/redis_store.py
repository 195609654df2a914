"""The state of all replicas, in one Redis hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.metrics import Metrics

KEY: Final = "dixi:projection"
_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 3.0


def connect(url: str, password: str) -> Redis:
    """A client of the Redis at ``url``; it connects when first used, and answers or fails within seconds.

    Raises ValueError when ``url`` is not a redis URL.
    """
    return Redis.from_url(
        url,
        password=password or None,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=10,
    )


class RedisStore:
    """Keeps the entries in Redis."""

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""
        value: bytes | None = await self._ask("HGET", KEY, key)
        return value

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""
        entries: dict[bytes, bytes] = await self._ask("HGETALL", KEY)
        return {key.decode(): value for key, value in entries.items()}

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        await self._ask("HSET", KEY, key, value)

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""
        removed: int = await self._ask("HDEL", KEY, key)
        return removed > 0

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything, in one transaction."""
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.delete(KEY)
                if entries:
                    pipeline.hset(KEY, mapping=dict(entries))
                await pipeline.execute()
        except (RedisError, OSError) as error:
            raise self._unavailable(error) from error

    async def _ask(self, *command: str | bytes) -> Any:
        try:
            return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailableError:
        self._metrics.error("redis", "command_failed")
        return StoreUnavailableError(f"Redis does not answer: {error}")
