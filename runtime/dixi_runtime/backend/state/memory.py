"""The state of a single replica: in memory, and in a file when one is named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

import orjson

from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.wire import encode

_logger = logging.getLogger(__name__)


class MemoryStore:
    """Keeps the entries in this process; with a file they survive it."""

    def __init__(self, path: Path | None = None) -> None:
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
        await self._keep({**self._entries, key: value})

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""
        if key not in self._entries:
            return False
        await self._keep({name: value for name, value in self._entries.items() if name != key})
        return True

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything."""
        await self._keep(dict(entries))

    async def _keep(self, entries: dict[str, bytes]) -> None:
        self._entries = entries
        if self._path is None:
            return
        async with self._writing:
            try:
                await asyncio.to_thread(_write_entries, self._path, self._entries)
            except OSError as error:
                raise StoreUnavailableError(f"STATE_FILE {self._path} cannot be written: {error}") from error


def read_entries(path: Path) -> dict[str, bytes]:
    """The entries in a state file; one that cannot be understood is put aside, and the log says where."""
    if not path.exists():
        return {}
    try:
        content = orjson.loads(path.read_bytes())
        if not isinstance(content, dict):
            raise orjson.JSONDecodeError("an object is expected", "", 0)
    except orjson.JSONDecodeError as error:
        aside = path.with_name(f"{path.name}.unreadable")
        path.replace(aside)
        _logger.error("STATE_FILE %s is not a JSON object (%s); kept as %s, starting empty.", path, error, aside)
        return {}
    return {key: encode(value) for key, value in content.items()}


def _write_entries(path: Path, entries: Mapping[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = encode({key: orjson.Fragment(value) for key, value in entries.items()})
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
