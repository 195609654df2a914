"""One camera's whole path: pipeline, messages, pushes to the backend, pictures."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dixi_runtime.metrics import Metrics

from .events import Events
from .feed import Feed
from .landmarks.hand import HandLandmarker
from .logbook import LogBook
from .metrics import VisionMetrics, create_vision_metrics
from .pipeline import Pipeline, Result
from .push import FRAME_PATH, GESTURE_PATH, Pusher, create_client
from .settings import VisionSettings
from .sources.choose import open_source
from .tracks import HandTracks

_logger = logging.getLogger(__name__)

WAITING_GESTURES = 16


class Stream:
    """From source to subscribers. Make it and use it inside one event loop.

    Upstream has two trackers, here two switches of one pipeline: it runs while at least one is on.
    """

    def __init__(self, settings: VisionSettings, metrics: Metrics, stop: asyncio.Event) -> None:
        self.settings = settings
        self.metrics: VisionMetrics = create_vision_metrics(metrics)
        self.logbook = LogBook()
        self._loop = asyncio.get_running_loop()
        self._client = create_client(settings.backend_url, settings.api_headers())
        self._frames = Pusher(self._client, FRAME_PATH, 1, self.metrics)
        self._gestures = Pusher(self._client, GESTURE_PATH, WAITING_GESTURES, self.metrics)
        self.events = Events(settings.position_space, self.metrics, self._push_frame, self._push_gesture)
        self.pipeline = Pipeline(
            open_source=lambda: open_source(settings),
            make_landmarker=lambda: HandLandmarker(settings.model_dir, settings.num_hands),
            make_tracks=lambda: HandTracks(settings.gesture_classifier),
            deliver=self._deliver,
            metrics=self.metrics,
            fps=settings.vision_fps,
        )
        self.feed = Feed(lambda: self.pipeline.newest, stop)
        self._switches: set[str] = set()

    def is_on(self, switch: str) -> bool:
        """Whether `gesture` or `tracking` is switched on."""
        return switch in self._switches

    def switch_on(self, switch: str) -> bool:
        """Starts what the switch stands for; False when it was on."""
        if switch in self._switches:
            return False
        self._switches.add(switch)
        self.pipeline.start()
        _logger.info("Started %s.", switch)
        return True

    async def switch_off(self, switch: str) -> None:
        """Stops what the switch stands for; fine when it was off."""
        if switch not in self._switches:
            return
        self._switches.discard(switch)
        _logger.info("Stopped %s.", switch)
        if not self._switches:
            await asyncio.to_thread(self.pipeline.stop)
            self.events.forget()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Pushes to the backend, and tracks from the start when the settings say so, until left."""
        pushers = [self._frames, self._gestures] if self.settings.backend_url else []
        with self.logbook.attached("dixi_runtime"):
            tasks = [asyncio.create_task(pusher.run()) for pusher in pushers]
            if self.settings.vision_autostart:
                self.switch_on("gesture")
                self.switch_on("tracking")
            try:
                yield
            finally:
                self._switches.clear()
                await asyncio.to_thread(self.pipeline.stop)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._client.aclose()

    def _deliver(self, result: Result) -> None:
        with contextlib.suppress(RuntimeError):  # the loop closed while a frame was under way
            self._loop.call_soon_threadsafe(self.events.publish, result)

    def _push_frame(self, message: bytes) -> None:
        if self.settings.backend_url:
            self._frames.offer(message)

    def _push_gesture(self, message: bytes) -> None:
        if self.settings.backend_url:
            self._gestures.offer(message)
