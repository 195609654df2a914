"""Values that all replicas share, for as long as Redis is swift; else each keeps its own."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from dixi_runtime.backend.state.cache import MOST_BYTES
from dixi_runtime.backend.state.redis_link import SLOW_SECONDS, RedisLink
from dixi_runtime.backend.state.store import Cache, StoreUnavailableError

PREFIX: Final = "dixi:cache:"


class RedisCache:
    """Keeps values in Redis; see Cache. Nothing in it is kept for ever, so that Redis forgets by itself."""

    def __init__(self, link: RedisLink, own: Cache) -> None:
        """``own`` keeps while Redis is not swift."""
        self._link = link
        self._own = own

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``; waits for Redis at most 0.25 s."""
        if self._link.is_swift:
            try:
                found = await self._link.ask("GET", PREFIX + key, seconds=SLOW_SECONDS)
            except StoreUnavailableError:
                return await self._own.get(key)
            if isinstance(found, bytes):
                return found
        return await self._own.get(key)

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep ``value`` under ``key``, here and in Redis; waits for Redis at most 0.25 s."""
        await self._own.set(key, value, seconds)
        if not self._link.is_swift or len(value) > MOST_BYTES or seconds <= 0:
            return
        with suppress(StoreUnavailableError):
            await self._link.ask("SET", PREFIX + key, value, "PX", round(seconds * 1000), seconds=SLOW_SECONDS)
