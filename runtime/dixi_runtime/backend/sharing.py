"""The parts that hold and carry what all replicas share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.events import Events
from dixi_runtime.backend.hub.hub import Hub
from dixi_runtime.backend.live_scene.audience import Pages
from dixi_runtime.backend.live_scene.director import Director
from dixi_runtime.backend.metrics import BackendMetrics
from dixi_runtime.backend.projection.state import Projection
from dixi_runtime.backend.recorder.player import Player
from dixi_runtime.backend.recorder.recorder import Recorder
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.backend.state.mirror import MirroredStore
from dixi_runtime.backend.state.redis_fanout import RedisFanout
from dixi_runtime.backend.state.replicas import Presence
from dixi_runtime.backend.state.shared import SharedState, open_state


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """The stores, what is kept in them, and the way to the other replicas, which is None without Redis."""

    state: SharedState
    projection: Projection
    director: Director
    recorder: Recorder
    player: Player
    fanout: RedisFanout | None = None


@asynccontextmanager
async def open_sharing(
    settings: BackendSettings, metrics: BackendMetrics, clock: Clock, origin: str, hub: Hub, events: Events
) -> AsyncIterator[Sharing]:
    """Make the parts and have ``events`` go through them; ``origin`` tells this replica from the others."""
    async with AsyncExitStack() as stack:
        state = open_state(settings, metrics, clock)
        stack.push_async_callback(state.close)
        recorder = Recorder(state.recordings, state.recorded, events.publish, clock)
        player = Player(events.publish)
        stack.push_async_callback(player.close)
        events.listeners += [recorder.listen, player.listen]
        mirror = None if state.link is None else MirroredStore(state.projection, events.publish, _make_mark)
        projection = Projection(mirror or state.projection)
        director = Director(Pages(hub, events), clock, projection.set_live_scene)
        events.listeners.append(director.listen)
        parts = Sharing(state=state, projection=projection, director=director, recorder=recorder, player=player)
        if state.link is None or mirror is None:
            await _restore(events, parts)
            yield parts
            return
        events.listeners.append(mirror.listen)

        async def refresh() -> None:
            await mirror.refresh()
            await _restore(events, parts)

        fanout = RedisFanout(state.link.redis, metrics, origin, events.deliver, refresh, partial(_tell_of, hub))
        events.fanout = fanout
        yield replace(parts, fanout=fanout)


def _tell_of(hub: Hub) -> Presence:
    return Presence(len(hub), leaving=hub.is_leaving)


def _make_mark() -> bytes:
    return uuid4().hex.encode()


async def _restore(events: Events, parts: Sharing) -> None:
    """Take what the stores say; clients hear of what is new to them."""
    events.restore(await parts.projection.mapping(), await parts.projection.content())
    parts.director.restore(await parts.projection.live_scene())
    await parts.recorder.resume()
