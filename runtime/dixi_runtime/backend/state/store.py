"""Where the shared state is kept: a small map from names to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class StoreUnavailableError(Exception):
    """The store does not answer; nothing was changed, or nobody can tell."""


class Store(Protocol):
    """A map that outlives a request. Every method may raise StoreUnavailableError."""

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything, at once."""
