"""A pipeline under test, and what comes of it."""

from __future__ import annotations

import queue
from pathlib import Path

from dixi_runtime.vision.inference.messages import Orders
from dixi_runtime.vision.landmarks.seen import Part
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Pipeline, Result
from dixi_runtime.vision.sources.base import FrameSource
from dixi_runtime.vision.sources.file import open_file
from dixi_runtime.vision.tracks import HandTracks

PATIENCE = 40.0
"""Seconds until what has not happened will not."""


class Watch:
    """A pipeline over a path, what it delivered, every attempt to open the source, and what is wanted of it."""

    def __init__(
        self, path: Path, orders: Orders, metrics: VisionMetrics, fps: float = 60, watchdog_seconds: float = 5.0
    ) -> None:
        self.results: queue.Queue[Result] = queue.Queue()
        self.opened: queue.Queue[None] = queue.Queue()
        self.wanted: frozenset[Part] = frozenset({"hands"})
        self._path, self._metrics = path, metrics
        self.pipeline = Pipeline(
            open_source=self._open,
            orders=orders,
            make_tracks=lambda: HandTracks("default"),
            deliver=self.results.put,
            metrics=metrics,
            fps=fps,
            wanted=lambda now: self.wanted,
            watchdog_seconds=watchdog_seconds,
        )

    def _open(self) -> FrameSource:
        self.opened.put(None)
        return open_file(self._path)

    def next(self) -> Result:
        """The next result, waited for."""
        return self.results.get(timeout=PATIENCE)

    def next_with(self, part: Part) -> Result:
        """The next result for which this part was looked for."""
        return next(result for result in iter(self.next, None) if part in result.parts)

    def sample(self, name: str, **labels: str) -> float:
        """A series' value, 0 before it moved."""
        return self._metrics.shared.registry.get_sample_value(name, labels) or 0.0

    def restarts(self, **labels: str) -> float:
        """How often inference was restarted for a reason."""
        return self.sample("dixi_vision_inference_restarts_total", **labels)

    def dropped(self, reason: str) -> float:
        """How many frames were dropped for a reason."""
        return self.sample("dixi_vision_frames_dropped_total", reason=reason)

    def total(self, name: str) -> float:
        """The sum of a series over all its labels."""
        found = [sample for metric in self._metrics.shared.registry.collect() for sample in metric.samples]
        return sum(sample.value for sample in found if sample.name == name)
