"""A store that every replica remembers, so that a Redis which lost its data gets them back from whoever is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from dixi_runtime.backend.state.store import Store

STORED: Final = "stored"
"""Kind of the message by which one replica tells the others what it has stored."""

MARK: Final = "mark"
"""Key of an entry that is there as long as the data are; without it, or with another, they were lost meanwhile."""

Publish = Callable[[str, Any], None]


class MirroredStore:
    """A store and this replica's memory of it; see Store. What is read is always the store's.

    ``make_mark`` gives a value that no other call gives, on no replica.
    """

    def __init__(self, store: Store, publish: Publish, make_mark: Callable[[], bytes]) -> None:
        self._store = store
        self._publish = publish
        self._make_mark = make_mark
        self._mark: bytes | None = None
        self._mirror: dict[str, bytes] = {}
        self._heard: dict[str, bytes | None] = {}
        self._refreshing = asyncio.Lock()

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""
        return await self._store.get(key)

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""
        return {key: value for key, value in (await self._store.all()).items() if key != MARK}

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        await self._store.set(key, value)
        self._tell(key, value)

    async def add(self, key: str, value: bytes) -> bool:
        """Put ``value`` under ``key`` unless there is one."""
        added = await self._store.add(key, value)
        if added:
            self._tell(key, value)
        return added

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""
        deleted = await self._store.delete(key)
        self._tell(key, None)
        return deleted

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything."""
        await self._store.replace({**entries, MARK: self._mark or self._make_mark()})
        for key in self._mirror.keys() - entries.keys():
            self._tell(key, None)
        for key, value in entries.items():
            self._tell(key, value)

    async def refresh(self) -> None:
        """Read everything anew; where it was lost, put back what is remembered, and nothing over what is there."""
        async with self._refreshing:
            self._heard = {}
            found = await self._store.all()
            if MARK not in found or self._mark not in {None, found[MARK]}:
                for key, value in self._mirror.copy().items():
                    await self._store.add(key, value)
                await self._store.add(MARK, self._make_mark())
                found = await self._store.all()
            self._mark = found.get(MARK)
            # What was heard meanwhile may be newer than what was read.
            known = {**found, **self._heard}
            self._mirror = {key: value for key, value in known.items() if value is not None and key != MARK}

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Hear what another replica has stored."""
        if message["type"] != STORED:
            return
        match message["data"]:
            case {"key": str(key), "value": str(value)}:
                self._mirror[key] = self._heard[key] = value.encode()
            case {"key": str(key), "value": None}:
                self._mirror.pop(key, None)
                self._heard[key] = None

    def _tell(self, key: str, value: bytes | None) -> None:
        self._publish(STORED, {"key": key, "value": None if value is None else value.decode()})
