"""The vision role's own series, beside those that every role has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from dixi_runtime.metrics import Metrics

COMPONENT: Final = "vision"
SOURCE_STATES: Final = ("stopped", "opening", "running", "failed")
_SECONDS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class VisionMetrics:
    """The series; durations are in seconds."""

    shared: Metrics
    captured: Counter
    dropped: Counter
    inferred: Counter
    capture_seconds: Histogram
    inference_seconds: Histogram
    end_to_end_seconds: Histogram
    hands: Gauge
    source_state: Gauge
    undelivered: Counter

    def error(self, reason: str) -> None:
        """Count an error of this role; `reason` is from a closed set."""
        self.shared.error(COMPONENT, reason)

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
        dropped=Counter("dixi_vision_frames_dropped", "Frames replaced before inference took them.", registry=registry),
        inferred=Counter("dixi_vision_frames_inferred", "Frames that went through the landmarker.", registry=registry),
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
    )
