"""What the replicas share: entries that outlive a restart, counts of a window, and answers worth keeping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class StoreUnavailableError(Exception):
    """The store does not answer; nothing was changed, or nobody can tell."""


class Store(Protocol):
    """A map from names to JSON that outlives a request. Every method may raise StoreUnavailableError."""

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``."""

    async def all(self) -> Mapping[str, bytes]:
        """Every entry."""

    async def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""

    async def add(self, key: str, value: bytes) -> bool:
        """Put ``value`` under ``key`` unless there is one already; whether it was put."""

    async def delete(self, key: str) -> bool:
        """Remove ``key``; False when it was not there."""

    async def replace(self, entries: Mapping[str, bytes]) -> None:
        """Put ``entries`` in the place of everything, at once."""


@dataclass(frozen=True)
class Usage:
    """How much of a window is used, and in how many seconds the next one starts."""

    used: int
    seconds_left: float


class Counters(Protocol):
    """Counts in fixed windows, one count for all replicas. Never raises: without Redis each replica counts its own."""

    async def add(self, key: str, window_seconds: float, amount: int = 1) -> Usage:
        """Add to the window of ``key``, which starts with its first count; 0 only looks, a negative takes back."""


class Cache(Protocol):
    """Values that may be forgotten any time, shared by all replicas. Never raises: without Redis each has its own."""

    async def get(self, key: str) -> bytes | None:
        """The value under ``key``, when it has not expired."""

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep ``value`` under ``key`` for ``seconds``."""
