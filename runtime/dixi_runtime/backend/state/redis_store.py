"""The state of all replicas, in one Redis hash a collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dixi_runtime.backend.state.redis_link import RedisLink
from dixi_runtime.backend.state.store import StoreUnavailableError


class RedisStore:
    """Keeps the entries of one collection in the hash ``dixi:<collection>``; see Store."""

    def __init__(self, link: RedisLink, collection: str) -> None:
        self._link = link
        self._hash = f"dixi:{collection}"

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""
        answer = await self._link.ask("HGET", self._hash, key)
        if answer is None or isinstance(answer, bytes):
            return answer
        raise self._nonsense("HGET", answer)

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""
        answer = await self._link.ask("HGETALL", self._hash)
        if not isinstance(answer, list) or len(answer) % 2 or not all(isinstance(part, bytes) for part in answer):
            raise self._nonsense("HGETALL", answer)
        keys = (key.decode("utf-8", "replace") for key in answer[::2])
        return dict(zip(keys, answer[1::2], strict=True))

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        await self._count("HSET", key, value)

    async def add(self, key: str, value: bytes) -> bool:
        """Put ``value`` under ``key`` unless there is one."""
        return await self._count("HSETNX", key, value) > 0

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""
        return await self._count("HDEL", key) > 0

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything, in one transaction."""
        flat = [part for entry in entries.items() for part in entry]
        fill = [("HSET", self._hash, *flat)] if flat else []
        await self._link.ask_together([("DEL", self._hash), *fill])

    async def _count(self, command: str, *arguments: str | bytes) -> int:
        answer = await self._link.ask(command, self._hash, *arguments)
        if isinstance(answer, int):
            return answer
        raise self._nonsense(command, answer)

    def _nonsense(self, command: str, answer: Any) -> StoreUnavailableError:
        self._link.note("garbled", f"{command} was answered with {answer!r:.80}")
        return StoreUnavailableError(f"Redis is garbled: {self._link.reason}")
