"""What the routes work with, made once and handed to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
from redis.asyncio import Redis

from dixi_runtime.backend.ai.model import Model
from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.events import Events
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.latest import LatestFrame
from dixi_runtime.backend.projection.state import Projection
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.backend.state.memory import MemoryStore
from dixi_runtime.backend.state.redis_fanout import RedisFanout
from dixi_runtime.backend.state.redis_store import RedisStore, connect
from dixi_runtime.backend.state.store import Store
from dixi_runtime.backend.vision import Vision
from dixi_runtime.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Services:
    """The backend's parts; ``started`` is in Unix seconds, ``redis`` and ``fanout`` are None without Redis."""

    settings: BackendSettings
    metrics: Metrics
    clock: Clock
    started: float
    hub: Hub
    latest: LatestFrame
    events: Events
    projection: Projection
    vision: Vision
    model: Model
    redis: Redis | None
    fanout: RedisFanout | None


@asynccontextmanager
async def open_services(
    settings: BackendSettings, metrics: Metrics, clock: Clock, origin: str
) -> AsyncIterator[Services]:
    """Make the parts and close their connections at the end; ``origin`` tells this replica from the others."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        model = Model(settings.ollama_base_url, settings.ollama_model, metrics)
        stack.push_async_callback(model.close)
        redis = connect(settings.redis_url, settings.redis_password.get_secret_value()) if settings.redis_url else None
        store: Store = MemoryStore(settings.state_file)
        if redis is not None:
            stack.push_async_callback(redis.aclose)
            store = RedisStore(redis, metrics)
        hub, latest = Hub(metrics), LatestFrame()
        events, projection = Events(hub, latest, clock), Projection(store)

        async def refresh() -> None:
            events.restore(await projection.mapping())

        fanout = RedisFanout(redis, metrics, origin, events.deliver, refresh) if redis is not None else None
        if fanout is None:
            await refresh()
        else:
            events.fanout = fanout
        yield Services(
            settings=settings,
            metrics=metrics,
            clock=clock,
            started=clock(),
            hub=hub,
            latest=latest,
            events=events,
            projection=projection,
            vision=Vision(http, settings.vision_service_url, metrics),
            model=model,
            redis=redis,
            fanout=fanout,
        )
