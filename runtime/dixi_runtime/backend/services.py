"""What the routes work with, made once and handed to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from opentelemetry.trace import Tracer

from dixi_runtime.backend.ai.parts import Ai, open_ai
from dixi_runtime.backend.ai.prompts import Question
from dixi_runtime.backend.analysis import Analysis
from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.events import Events
from dixi_runtime.backend.figures import Aliases, Figures, Tally
from dixi_runtime.backend.gate import Gate, make_gate
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.ingest import Ingest
from dixi_runtime.backend.latest import LatestFrame
from dixi_runtime.backend.live_scene.director import Director
from dixi_runtime.backend.live_scene.pointing import Pointing
from dixi_runtime.backend.metrics import create_backend_metrics
from dixi_runtime.backend.projection.state import Projection
from dixi_runtime.backend.recorder.player import Player
from dixi_runtime.backend.recorder.recorder import Recorder
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.backend.sharing import open_sharing
from dixi_runtime.backend.state.redis_fanout import RedisFanout
from dixi_runtime.backend.state.redis_link import RedisLink
from dixi_runtime.backend.state.store import Cache, Counters
from dixi_runtime.backend.vision import Vision
from dixi_runtime.backend.vision_stream import VisionStream
from dixi_runtime.metrics import Metrics
from dixi_runtime.tracing.export import open_tracer
from dixi_runtime.tracing.onward import TraceOnward


@dataclass(frozen=True, kw_only=True)
class Services:
    """The backend's parts; ``started`` is in Unix seconds, ``redis`` and ``fanout`` are None without Redis.

    ``tracer`` is None where nobody collects spans.

    ``counters`` and ``cache`` are shared by all replicas while Redis is there.
    """

    settings: BackendSettings
    metrics: Metrics
    clock: Clock
    started: float
    tracer: Tracer | None
    gate: Gate
    figures: Figures
    analysis: Analysis
    hub: Hub
    latest: LatestFrame
    events: Events
    projection: Projection
    vision: Vision
    ingest: Ingest
    vision_stream: VisionStream
    director: Director
    recorder: Recorder
    player: Player
    ai: Ai
    counters: Counters
    cache: Cache
    redis: RedisLink | None
    fanout: RedisFanout | None

    def count_clients(self) -> int:
        """How many WebSocket clients all replicas have."""
        elsewhere = 0 if self.fanout is None else self.fanout.count_clients_elsewhere()
        return len(self.hub) + elsewhere


@asynccontextmanager
async def open_services(
    settings: BackendSettings, metrics: Metrics, clock: Clock, origin: str, leaving: asyncio.Event
) -> AsyncIterator[Services]:
    """Make the parts and close their connections at the end.

    ``origin`` tells this replica from the others; ``leaving`` is set when it hands its clients over to them.
    """
    async with AsyncExitStack() as stack:
        tracer = await stack.enter_async_context(open_tracer(settings.otlp_endpoint, "dixi-backend"))
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, transport=TraceOnward()))
        own = create_backend_metrics(metrics)
        hub, latest = Hub(metrics, leaving), LatestFrame()
        events = Events(hub, latest, clock, space=settings.position_space)
        sharing = await stack.enter_async_context(open_sharing(settings, own, clock, origin, hub, events))
        state, ingest = sharing.state, Ingest(events, metrics)
        parts = open_ai(settings, metrics, clock, cache=state.cache, templates=state.templates, publish=events.publish)
        ai = await stack.enter_async_context(parts)
        pointing = Pointing(partial(_ask_of_pointing, ai), state.counters)
        stack.push_async_callback(pointing.close)
        sharing.director.ask_about = pointing.ask_about
        figures, analysis = _count(events, metrics, clock), Analysis(partial(_ask, ai), state.counters, clock)
        stack.push_async_callback(analysis.close)
        events.listeners.append(analysis.listen)
        vision = Vision(http, settings.vision_service_url, metrics)
        stack.push_async_callback(vision.close)
        yield Services(
            settings=settings,
            metrics=metrics,
            clock=clock,
            started=clock(),
            tracer=tracer,
            gate=make_gate(settings, state.counters, clock),
            figures=figures,
            analysis=analysis,
            hub=hub,
            latest=latest,
            events=events,
            projection=sharing.projection,
            vision=vision,
            ingest=ingest,
            vision_stream=VisionStream(settings.vision_service_url, ingest.deliver, own),
            director=sharing.director,
            recorder=sharing.recorder,
            player=sharing.player,
            ai=ai,
            counters=state.counters,
            cache=state.cache,
            redis=state.link,
            fanout=sharing.fanout,
        )


def _count(events: Events, metrics: Metrics, clock: Clock) -> Figures:
    """The figures of what is told to the clients, under both names in the registry."""
    tally = Tally()
    figures = Figures(metrics, tally, clock)
    metrics.registry.register(Aliases(figures))
    events.listeners.append(tally.listen)
    return figures


async def _ask_of_pointing(ai: Ai, query: str, context: dict[str, Any]) -> None:
    await ai.conversation.tell(Question(query, context), analysis_type="gesture")


async def _ask(ai: Ai, query: str, kind: str) -> None:
    await ai.conversation.tell(Question(query), analysis_type=kind)
