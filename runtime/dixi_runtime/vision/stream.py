"""One camera's whole path: pipeline, messages, pushes to the backend, pictures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dixi_runtime.metrics import Metrics

from .demand import Demand
from .events import Events
from .feed import Feed
from .inference.messages import Orders
from .intake.outbound import Unposted
from .intake.registry import Intake
from .logbook import LogBook
from .metrics import VisionMetrics, create_vision_metrics
from .pipeline import Pipeline, Result
from .push import Push
from .settings import VisionSettings
from .sources.base import FrameSource
from .sources.choose import open_source
from .sources.live import Terms
from .switches import HANDS, Switches
from .tracks import HandTracks


class Stream:
    """From source to subscribers. Make it and use it inside one event loop.

    What starts by itself looks for hands alone.
    """

    def __init__(
        self,
        settings: VisionSettings,
        metrics: Metrics,
        stop: asyncio.Event,
        open_main: Callable[[], FrameSource] | None = None,
    ) -> None:
        """`open_main` opens the source; without it, the settings say which."""
        self.settings = settings
        self.metrics: VisionMetrics = create_vision_metrics(metrics)
        self.logbook = LogBook()
        self._loop = asyncio.get_running_loop()
        self.push = Push(settings.backend_url, settings.api_headers(), settings.push_interval_ms, self.metrics)
        self.events = Events(settings.position_space, self.metrics, self.push)
        self.demand = Demand()
        terms = Terms(settings.vision_fps, self.metrics.refuse)
        self.intake = Intake(settings.push_streams, terms, self._make_runner, has_main=settings.vision_source == "push")
        self.metrics.streams.set_function(lambda: len(self.intake.streams))
        self.pipeline = Pipeline(
            open_source=open_main or (lambda: open_source(settings, terms, self.intake.open_main)),
            orders=_build_orders(settings),
            make_tracks=lambda: HandTracks(settings.gesture_classifier),
            deliver=lambda result: self._hand_over(self._publish, result),
            metrics=self.metrics,
            fps=settings.vision_fps,
            wanted=self.demand.wanted,
            watchdog_seconds=settings.vision_watchdog_seconds,
        )
        self.stop = stop
        self.feed = Feed(lambda: self.pipeline.newest, self.metrics)
        self.switches = Switches(self.demand, self.pipeline, self.events.forget)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Pushes to the backend, and tracks from the start when the settings say so, until left."""
        with self.logbook.attached("dixi_runtime.vision"):
            await asyncio.to_thread(self.pipeline.verify_models)
            pushing = asyncio.create_task(self.push.run())
            try:
                if self.settings.vision_autostart:
                    await self.switches.start("gesture", HANDS)
                    await self.switches.start("tracking", HANDS)
                yield
            finally:
                await self.switches.stop_all()
                pushing.cancel()
                await asyncio.gather(pushing, return_exceptions=True)

    def _make_runner(self, open_pushed: Callable[[], FrameSource]) -> Pipeline:
        """The pipeline of a push stream that is not the main one; it always looks for hands."""
        events, settings = self.events.branch(Unposted()), self.settings
        return Pipeline(
            open_source=open_pushed,
            orders=_build_orders(settings),
            make_tracks=lambda: HandTracks(settings.gesture_classifier),
            deliver=lambda result: self._hand_over(events.publish, result),
            metrics=self.metrics.apart(),
            fps=settings.vision_fps,
            wanted=lambda moment: HANDS | self.demand.wanted(moment),
            watchdog_seconds=settings.vision_watchdog_seconds,
        )

    def _hand_over(self, publish: Callable[[Result], None], result: Result) -> None:
        with contextlib.suppress(RuntimeError):  # the loop closed while a frame was under way
            self._loop.call_soon_threadsafe(publish, result)

    def _publish(self, result: Result) -> None:
        is_on = self.switches.is_on
        self.events.publish(result, frames=is_on("tracking"), gestures=is_on("gesture"))


def _build_orders(settings: VisionSettings) -> Orders:
    return Orders(
        settings.model_dir,
        settings.num_hands,
        settings.vision_models,
        settings.vision_delegate,
        settings.vision_input_size,
    )
