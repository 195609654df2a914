"""The state of a single replica: in memory, and in a file when one is named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from dixi_runtime.backend.state.file import read_entries, write_entries
from dixi_runtime.backend.state.store import StoreUnavailableError


class MemoryStore:
    """Keeps the entries in this process; with a file they survive it. What is read is what the file holds."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises OSError when there is a file that cannot be read."""
        self._path = path
        self._entries: dict[str, bytes] = {} if path is None else read_entries(path)
        self._writing = asyncio.Lock()

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""
        return self._entries.get(key)

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""
        return dict(self._entries)

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        async with self._writing:
            await self._keep({**self._entries, key: value})

    async def add(self, key: str, value: bytes) -> bool:
        """Put ``value`` under ``key`` unless there is one."""
        async with self._writing:
            if key in self._entries:
                return False
            await self._keep({**self._entries, key: value})
            return True

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""
        async with self._writing:
            if key not in self._entries:
                return False
            await self._keep({name: value for name, value in self._entries.items() if name != key})
            return True

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything."""
        async with self._writing:
            await self._keep(dict(entries))

    async def _keep(self, entries: dict[str, bytes]) -> None:
        if self._path is not None:
            # A request that is given up on must not leave a write behind that the next one overtakes.
            writing = asyncio.ensure_future(asyncio.to_thread(write_entries, self._path, entries))
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                await asyncio.wait([writing])
                if writing.exception() is None:
                    self._entries = entries
                raise
            except OSError as error:
                raise StoreUnavailableError(f"STATE_FILE {self._path} cannot be written: {error}") from error
        self._entries = entries
