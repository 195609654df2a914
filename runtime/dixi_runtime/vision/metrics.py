"""The vision role's own series, beside those that every role has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from dixi_runtime.metrics import Metrics

from .choices import DELEGATES
from .errors import FrameFault

COMPONENT: Final = "vision"
DROP_REASONS: Final = ("replaced", "not_ready", "lost")
SOURCE_STATES: Final = ("stopped", "opening", "running", "failed")
_SECONDS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class VisionMetrics:
    """The series; durations are in seconds."""

    shared: Metrics
    captured: Counter
    dropped: Counter
    refused: Counter
    inferred: Counter
    restarts: Counter
    delegate: Gauge
    capture_seconds: Histogram
    inference_seconds: Histogram
    end_to_end_seconds: Histogram
    hands: Gauge
    source_state: Gauge
    undelivered: Counter
    pictures: Counter
    viewers: Gauge
    streams: Gauge

    def error(self, reason: str) -> None:
        """Count an error of this role; `reason` is from a closed set."""
        self.shared.error(COMPONENT, reason)

    def drop(self, reason: str, frames: int) -> None:
        """Count captured frames that nothing was looked for in; `reason` is one of DROP_REASONS."""
        if frames:
            self.dropped.labels(reason).inc(frames)

    def refuse(self, fault: FrameFault) -> None:
        """Count a frame that was not taken."""
        self.refused.labels(fault).inc()

    def show_delegate(self, used: Collection[str | None]) -> None:
        """Set each delegate that a landmarker computes on to 1, the others to 0."""
        for name in DELEGATES:
            self.delegate.labels(name).set(name in used)

    def apart(self) -> VisionMetrics:
        """The same counters, for another stream: what the gauges show is the main stream's."""
        states = Gauge("dixi_vision_source_state", "Unseen.", ["state"], registry=None)
        delegate = Gauge("dixi_vision_delegate", "Unseen.", ["delegate"], registry=None)
        hands = Gauge("dixi_vision_hands", "Unseen.", registry=None)
        return replace(self, source_state=states, delegate=delegate, hands=hands)

    def show_source(self, state: str) -> None:
        """Set the one state of SOURCE_STATES that holds to 1, the others to 0."""
        for name in SOURCE_STATES:
            self.source_state.labels(name).set(name == state)


def create_vision_metrics(shared: Metrics) -> VisionMetrics:
    """Registers the series beside the shared ones."""
    registry = shared.registry
    return VisionMetrics(
        shared=shared,
        captured=Counter("dixi_vision_frames_captured", "Frames read from the source.", registry=registry),
        dropped=Counter(
            "dixi_vision_frames_dropped",
            "Frames that inference did not look at: `replaced` by a newer one, `not_ready` as it was starting or "
            "nothing was wanted, or `lost` with a process that ended.",
            ["reason"],
            registry=registry,
        ),
        refused=Counter(
            "dixi_vision_frames_refused",
            "Frames of a camera or a push client that were not taken: `empty`, of no known `format`, of a bad `size`, "
            "too many `bytes`, a wrong `length`, `corrupt`, back in `time`, `text`, above the wanted `rate`, or "
            "`replaced` by a newer one.",
            ["reason"],
            registry=registry,
        ),
        inferred=Counter("dixi_vision_frames_inferred", "Frames that went through the landmarker.", registry=registry),
        restarts=Counter(
            "dixi_vision_inference_restarts",
            "Restarts of the process that infers: it failed (`landmarker`), ended (`inference_ended`) or hung "
            "(`inference_hung`).",
            ["reason"],
            registry=registry,
        ),
        delegate=Gauge("dixi_vision_delegate", "1 for what landmarkers compute on.", ["delegate"], registry=registry),
        capture_seconds=Histogram(
            "dixi_vision_capture_seconds", "Time to read a frame.", buckets=_SECONDS, registry=registry
        ),
        inference_seconds=Histogram(
            "dixi_vision_inference_seconds", "Time from frame to landmarks.", buckets=_SECONDS, registry=registry
        ),
        end_to_end_seconds=Histogram(
            "dixi_vision_end_to_end_seconds",
            "Time from a frame's arrival to its messages.",
            buckets=_SECONDS,
            registry=registry,
        ),
        hands=Gauge("dixi_vision_hands", "Hands in the last frame.", registry=registry),
        source_state=Gauge("dixi_vision_source_state", "1 for the source's state.", ["state"], registry=registry),
        undelivered=Counter(
            "dixi_vision_messages_dropped",
            "Messages replaced before their receiver took them.",
            ["to"],
            registry=registry,
        ),
        pictures=Counter("dixi_vision_pictures_encoded", "Frames encoded as JPEG.", registry=registry),
        viewers=Gauge("dixi_vision_viewers", "Viewers of /video_feed now.", registry=registry),
        streams=Gauge("dixi_vision_streams", "Streams that clients push now.", registry=registry),
    )
