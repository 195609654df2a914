"""Counts that all replicas share, for as long as Redis is swift; else each counts its own."""

from __future__ import annotations

from typing import Any, Final

from dixi_runtime.backend.state.redis_link import SLOW_SECONDS, RedisLink
from dixi_runtime.backend.state.store import Counters, StoreUnavailableError, Usage

PREFIX: Final = "dixi:count:"


class RedisCounters:
    """Counts in Redis; see Counters."""

    def __init__(self, link: RedisLink, own: Counters) -> None:
        """``own`` counts while Redis is not swift."""
        self._link = link
        self._own = own

    async def add(self, key: str, window_seconds: float, amount: int = 1) -> Usage:
        """Add to the window of ``key``; waits for Redis at most 0.25 s."""
        if self._link.is_swift:
            try:
                return await self._add(PREFIX + key, round(window_seconds * 1000), amount)
            except StoreUnavailableError:
                return await self._own.add(key, window_seconds, amount)
        return await self._own.add(key, window_seconds, amount)

    async def _add(self, key: str, window_ms: int, amount: int) -> Usage:
        """The key lives as long as its window; SET NX PX starts one where there is none."""
        commands = [("SET", key, 0, "NX", "PX", window_ms), ("INCRBY", key, amount), ("PTTL", key)]
        answers: list[Any] = await self._link.ask_together(commands, SLOW_SECONDS)
        match answers:
            case [_, int(used), int(left)]:
                return Usage(max(0, used), max(left, 0) / 1000)
        self._link.note("garbled", f"INCRBY was answered with {answers!r:.80}")
        raise StoreUnavailableError(f"Redis is garbled: {self._link.reason}")
