"""Frames in, results out: a capture thread, the newest frame, a process that infers, a thread that hears its answers.

Capture never waits for inference and inference never waits for whoever reads the results: a frame that is not taken in
time is replaced and counted. The source is used by one thread only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .backoff import wait_seconds
from .errors import VisionError
from .inference.board import Note
from .inference.messages import Orders, Seen
from .inference.supervisor import ModelStatus, Supervisor
from .landmarks.duplicates import drop_duplicates
from .landmarks.seen import Body, Face, Part
from .metrics import VisionMetrics
from .sources.base import Frame, FrameSource
from .tracks import HandTracks, TrackedHand

_logger = logging.getLogger(__name__)

RATE_FRAMES = 31
RATE_SECONDS = 2.0
"""A frame that came longer ago does not count as a rate."""

WATCHDOG_SECONDS = 5.0
RETRY_FIRST = 0.25
RETRY_LONGEST = 1.5
"""Seconds between tries to open a source: short, so that a camera that is back is seen within 3 s."""


@dataclass(frozen=True)
class Captured:
    """A frame, its number since the start, when it came on the monotonic clock (s) and as Unix time (ms)."""

    frame: Frame
    number: int
    moment: float
    timestamp: int


@dataclass(frozen=True)
class Result:
    """What was seen in a frame; `face` and `body` are None also where nobody asked for them, see `parts`."""

    captured: Captured
    hands: tuple[TrackedHand, ...]
    face: Face | None = None
    body: Body | None = None
    parts: frozenset[Part] = frozenset({"hands"})
    """What was looked for."""
    inference_seconds: float = 0.0
    """How long that took."""


@dataclass(frozen=True)
class SourceStatus:
    """What the source is doing: one of metrics.SOURCE_STATES, and the last error as a sentence until a frame comes."""

    state: str = "stopped"
    name: str | None = None
    note: str | None = None
    simulated: bool = False
    error: str | None = None


class Pipeline:
    """Runs the two threads between `start` and `stop`; may be started again."""

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        orders: Orders,
        make_tracks: Callable[[], HandTracks],
        deliver: Callable[[Result], None],
        metrics: VisionMetrics,
        fps: float,
        wanted: Callable[[float], frozenset[Part]],
        watchdog_seconds: float = WATCHDOG_SECONDS,
    ) -> None:
        """`deliver` is called on the inference thread for every result, `wanted` on the capture thread for every frame.

        Both must return at once; `wanted` says what to look for at a moment on the monotonic clock.
        """
        self._open_source = open_source
        self._make_tracks = make_tracks
        self._deliver = deliver
        self._metrics = metrics
        self._period = 1 / fps
        self._wanted = wanted
        self._inference: Supervisor[Captured] = Supervisor(orders, self._receive, metrics, watchdog_seconds)
        self._tracks = make_tracks()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._captured = 0
        self._moments: deque[float] = deque(maxlen=RATE_FRAMES)
        self.source = SourceStatus()
        self.newest: Captured | None = None
        metrics.show_source("stopped")

    @property
    def models(self) -> Mapping[Part, ModelStatus]:
        """How the landmarker for each part is; one that nobody asked for yet is not loaded."""
        return self._inference.models

    @property
    def model(self) -> ModelStatus:
        """How the landmarker for hands is."""
        return self._inference.models["hands"]

    @property
    def inference_pid(self) -> int | None:
        """The id of the process that infers now."""
        return self._inference.pid

    def verify_models(self) -> None:
        """Checks the model files, so that `models` tells what is wrong with them; logs it, too."""
        self._inference.verify()

    def measure_rate(self, now: float) -> float:
        """Frames a second over the last RATE_FRAMES; `now` in seconds of time.monotonic, 0 when none came lately."""
        moments = tuple(self._moments)
        if len(moments) < 2 or now - moments[-1] > RATE_SECONDS or moments[-1] <= moments[0]:
            return 0.0
        return (len(moments) - 1) / (moments[-1] - moments[0])

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return bool(self._threads)

    def start(self) -> None:
        """Starts the threads; a second start changes nothing."""
        if self._threads:
            return
        self._stop = threading.Event()
        self._tracks = self._make_tracks()
        loops = (("capture", self._run_capture), ("inference", self._inference.run))
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
                    self._set_source(describe(source))
                    failures = 0
                    self._read_frames(source, stop)
            except VisionError as error:
                failures += 1
                # The source keeps its error, whose traceback keeps the source and its last frame: a cycle.
                self._fail(error.with_traceback(None))
                self.newest = None
                self._set_source(SourceStatus("failed", error=str(error)))
                stop.wait(wait_seconds(failures, RETRY_FIRST, RETRY_LONGEST))

    def _read_frames(self, source: FrameSource, stop: threading.Event) -> None:
        due = time.monotonic()
        while not stop.is_set():
            started = time.perf_counter()
            frame = source.read(time.monotonic())
            self._set_source(describe(source))
            if frame is None:
                continue
            now = time.monotonic()
            moment = now if frame.arrived is None else frame.arrived
            captured = Captured(frame, self._captured, moment, int((time.time() - now + moment) * 1000))
            self._metrics.capture_seconds.observe(time.perf_counter() - started)
            self._metrics.captured.inc()
            self._captured += 1
            self._moments.append(moment)
            self.newest = captured
            note = Note(captured.number, int(moment * 1000), self._wanted(moment))
            self._inference.offer(captured, frame.image, note, time.monotonic())
            if not source.live:
                due = max(due + self._period, time.monotonic() - self._period)
                stop.wait(max(0.0, due - time.monotonic()))

    def _receive(self, captured: Captured, seen: Seen) -> None:
        image = captured.frame.image
        aspect = image.shape[1] / image.shape[0]
        hands = drop_duplicates(seen.hands, aspect)
        self._metrics.hands.set(len(hands))
        tracked = tuple(self._tracks.update(hands, aspect, captured.moment))
        self._deliver(Result(captured, tracked, seen.face, seen.body, seen.parts, seen.seconds))

    def _fail(self, error: VisionError) -> None:
        self._metrics.error(error.reason)
        _logger.error("%s", error)

    def _set_source(self, status: SourceStatus) -> None:
        if status != self.source:
            self.source = status
            self._metrics.show_source(status.state)


def describe(source: FrameSource) -> SourceStatus:
    """The status of a source that is open."""
    state = "opening" if source.waiting else "running"
    return SourceStatus(state, source.name, source.note, source.simulated, source.error)
