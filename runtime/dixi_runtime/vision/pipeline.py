"""Frames in, hands out: a capture thread, the newest frame, an inference thread, the newest result.

Capture never waits for inference and inference never waits for whoever reads the results: a frame that is not taken in
time is replaced and counted. The source and the landmarker are each used by one thread only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .backoff import wait_seconds
from .errors import VisionError
from .landmarks.duplicates import drop_duplicates
from .landmarks.hand import HandLandmarker
from .metrics import VisionMetrics
from .slot import Slot
from .sources.base import Frame, FrameSource
from .tracks import HandTracks, TrackedHand

_logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Captured:
    """A frame, its number since the start, when it came on the monotonic clock (s) and as Unix time (ms)."""

    frame: Frame
    number: int
    moment: float
    timestamp: int


@dataclass(frozen=True)
class Result:
    """The hands of a frame."""

    captured: Captured
    hands: tuple[TrackedHand, ...]


@dataclass(frozen=True)
class SourceStatus:
    """What the source is doing: one of metrics.SOURCE_STATES, and the last error as a sentence until a frame comes."""

    state: str = "stopped"
    name: str | None = None
    note: str | None = None
    simulated: bool = False
    error: str | None = None


@dataclass(frozen=True)
class ModelStatus:
    """Whether the landmarker is ready, and if not, why, as a sentence."""

    loaded: bool = False
    error: str | None = None


class Pipeline:
    """Runs the two threads between `start` and `stop`; may be started again."""

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        make_landmarker: Callable[[], HandLandmarker],
        make_tracks: Callable[[], HandTracks],
        deliver: Callable[[Result], None],
        metrics: VisionMetrics,
        fps: float,
    ) -> None:
        """`deliver` is called on the inference thread for every result and must return at once."""
        self._open_source = open_source
        self._make_landmarker = make_landmarker
        self._make_tracks = make_tracks
        self._deliver = deliver
        self._metrics = metrics
        self._period = 1 / fps
        self._frames: Slot[Captured] = Slot()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._captured = 0
        self.source = SourceStatus()
        self.model = ModelStatus()
        self.newest: Captured | None = None
        metrics.show_source("stopped")

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return bool(self._threads)

    def start(self) -> None:
        """Starts the threads; a second start changes nothing."""
        if self._threads:
            return
        self._stop = threading.Event()
        self._frames = Slot()
        loops = (("capture", self._run_capture), ("inference", self._run_inference))
        self._threads = [
            threading.Thread(target=loop, args=(self._stop,), name=name, daemon=True) for name, loop in loops
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Stops the threads and waits for each up to `timeout` seconds."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
        self._threads = []
        self.newest = None
        self._set_source(SourceStatus())

    def _run_capture(self, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            self._set_source(SourceStatus("opening", error=self.source.error))
            try:
                with self._open_source() as source:
                    self._set_source(SourceStatus("running", source.name, source.note, source.simulated))
                    failures = 0
                    self._read_frames(source, stop)
            except VisionError as error:
                failures += 1
                self._fail(error)
                self._set_source(SourceStatus("failed", error=str(error)))
                stop.wait(wait_seconds(failures, 0.5, 5.0))

    def _read_frames(self, source: FrameSource, stop: threading.Event) -> None:
        due = time.monotonic()
        while not stop.is_set():
            started = time.perf_counter()
            frame = source.read(time.monotonic())
            captured = Captured(frame, self._captured, time.monotonic(), time.time_ns() // 1_000_000)
            self._metrics.capture_seconds.observe(time.perf_counter() - started)
            self._metrics.captured.inc()
            self._captured += 1
            self.newest = captured
            if self._frames.put(captured):
                self._metrics.dropped.inc()
            due = max(due + self._period, time.monotonic() - self._period)
            stop.wait(max(0.0, due - time.monotonic()))

    def _run_inference(self, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                with self._make_landmarker() as landmarker:
                    self.model = ModelStatus(loaded=True)
                    failures = 0
                    self._infer(landmarker, stop)
            except VisionError as error:
                failures += 1
                self._fail(error)
                self.model = ModelStatus(error=str(error))
                stop.wait(wait_seconds(failures, 1.0, 30.0))
        self.model = ModelStatus(error=self.model.error)

    def _infer(self, landmarker: HandLandmarker, stop: threading.Event) -> None:
        tracks = self._make_tracks()
        while not stop.is_set():
            captured = self._frames.take(_POLL_SECONDS)
            if captured is None:
                continue
            started = time.perf_counter()
            image = captured.frame.image
            aspect = image.shape[1] / image.shape[0]
            hands = drop_duplicates(landmarker.detect(image, captured.moment), aspect)
            self._metrics.inference_seconds.observe(time.perf_counter() - started)
            self._metrics.inferred.inc()
            self._metrics.hands.set(len(hands))
            self._deliver(Result(captured, tuple(tracks.update(hands, aspect, captured.moment))))

    def _fail(self, error: VisionError) -> None:
        self._metrics.error(error.reason)
        _logger.error("%s", error)

    def _set_source(self, status: SourceStatus) -> None:
        self.source = status
        self._metrics.show_source(status.state)
