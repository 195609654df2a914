"""Chooses where the shared state lives: in Redis when one is named, else in this process and its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.metrics import BackendMetrics
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.backend.state.cache import MemoryCache
from dixi_runtime.backend.state.counters import MemoryCounters
from dixi_runtime.backend.state.memory import MemoryStore
from dixi_runtime.backend.state.redis_cache import RedisCache
from dixi_runtime.backend.state.redis_counters import RedisCounters
from dixi_runtime.backend.state.redis_link import RedisLink, connect
from dixi_runtime.backend.state.redis_store import RedisStore
from dixi_runtime.backend.state.store import Cache, Counters, Store


@dataclass(frozen=True, kw_only=True)
class SharedState:
    """The stores of all replicas; ``link`` is None without Redis."""

    projection: Store
    templates: Store
    recordings: Store
    recorded: Store
    counters: Counters
    cache: Cache
    link: RedisLink | None

    async def close(self) -> None:
        """Close the connections."""
        if self.link is not None:
            await self.link.redis.aclose()


def open_state(settings: BackendSettings, metrics: BackendMetrics, clock: Clock) -> SharedState:
    """The stores that the settings ask for; OSError when there is a STATE_FILE that cannot be read."""
    counters, cache = MemoryCounters(clock), MemoryCache(clock, settings.ai_cache_size)
    if not settings.redis_url:
        return SharedState(
            projection=MemoryStore(settings.state_file),
            templates=MemoryStore(_beside(settings.state_file, "templates")),
            recordings=MemoryStore(_beside(settings.state_file, "recordings")),
            recorded=MemoryStore(_beside(settings.state_file, "recorded")),
            counters=counters,
            cache=cache,
            link=None,
        )
    link = RedisLink(connect(settings.redis_url, settings.redis_password.get_secret_value()), metrics)
    return SharedState(
        projection=RedisStore(link, "projection"),
        templates=RedisStore(link, "templates"),
        recordings=RedisStore(link, "recordings"),
        recorded=RedisStore(link, "recorded"),
        counters=RedisCounters(link, counters),
        cache=RedisCache(link, cache),
        link=link,
    )


def _beside(path: Path | None, name: str) -> Path | None:
    """``state.json`` as ``state.recordings.json``."""
    return None if path is None else path.with_name(f"{path.stem}.{name}{path.suffix}")
