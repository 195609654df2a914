from __future__ import annotations

import queue
from pathlib import Path

import cv2
import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.landmarks.hand import HandLandmarker
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Pipeline, Result
from dixi_runtime.vision.sources.base import Frame, FrameSource
from dixi_runtime.vision.sources.file import open_file
from dixi_runtime.vision.tracks import HandTracks

PATIENCE = 20.0


@pytest.fixture
def clip(tmp_path: Path, frames: list[Frame]) -> Path:
    """A folder with one picture of an open palm."""
    assert cv2.imwrite(str(tmp_path / "palm.png"), cv2.cvtColor(frames[20].image, cv2.COLOR_RGB2BGR))
    return tmp_path


class Watch:
    """A pipeline over a path, what it delivered, and every attempt to open the source and to load the model."""

    def __init__(self, path: Path, model_dir: Path, metrics: VisionMetrics, fps: float = 60) -> None:
        self.results: queue.Queue[Result] = queue.Queue()
        self.opened: queue.Queue[None] = queue.Queue()
        self.loaded: queue.Queue[None] = queue.Queue()
        self._path, self._model_dir, self._metrics = path, model_dir, metrics
        self.pipeline = Pipeline(self._open, self._load, lambda: HandTracks("default"), self.results.put, metrics, fps)

    def _open(self) -> FrameSource:
        self.opened.put(None)
        return open_file(self._path)

    def _load(self) -> HandLandmarker:
        self.loaded.put(None)
        return HandLandmarker(self._model_dir, 1)

    def sample(self, name: str, **labels: str) -> float:
        return self._metrics.shared.registry.get_sample_value(name, labels) or 0.0


def test_frames_become_results_in_order(clip: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(clip, model_dir, metrics)
    watch.pipeline.start()
    results = [watch.results.get(timeout=PATIENCE) for _ in range(8)]
    assert watch.pipeline.running
    assert watch.pipeline.model.loaded
    watch.pipeline.stop()
    assert results[-1].hands[0].reading.gesture == "open_palm"
    numbers = [result.captured.number for result in results]
    assert numbers == sorted(set(numbers))
    assert (watch.pipeline.source.state, watch.pipeline.model.loaded) == ("stopped", False)


def test_capture_does_not_wait_for_inference(clip: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(clip, model_dir, metrics, fps=240)
    watch.pipeline.start()
    for _ in range(30):
        watch.results.get(timeout=PATIENCE)
    watch.pipeline.stop()
    captured, dropped = (
        watch.sample("dixi_vision_frames_captured_total"),
        watch.sample("dixi_vision_frames_dropped_total"),
    )
    assert captured > watch.sample("dixi_vision_frames_inferred_total")
    assert dropped > 0


def test_a_stopped_pipeline_starts_again(clip: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(clip, model_dir, metrics)
    for _ in range(2):
        watch.pipeline.start()
        watch.pipeline.start()
        assert watch.results.get(timeout=PATIENCE).hands
        watch.pipeline.stop()
        while not watch.results.empty():
            watch.results.get()
    assert not watch.pipeline.running


def test_a_source_that_comes_late_is_opened_when_it_is_there(
    tmp_path: Path, clip: Path, model_dir: Path, metrics: VisionMetrics
) -> None:
    late = tmp_path / "late"
    watch = Watch(late, model_dir, metrics)
    watch.pipeline.start()
    watch.opened.get(timeout=PATIENCE)
    watch.opened.get(timeout=PATIENCE)
    late.symlink_to(clip)
    assert watch.results.get(timeout=PATIENCE).hands
    assert watch.pipeline.source.error is None
    watch.pipeline.stop()


def test_a_missing_source_is_a_sentence_and_counted(tmp_path: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(tmp_path / "nowhere", model_dir, metrics)
    watch.pipeline.start()
    watch.opened.get(timeout=PATIENCE)
    watch.opened.get(timeout=PATIENCE)
    assert "there is no such file" in str(watch.pipeline.source.error)
    watch.pipeline.stop()
    assert watch.sample("dixi_errors_total", component="vision", reason=SourceError.reason) >= 1


def test_a_missing_model_is_a_sentence_and_pictures_still_come(
    clip: Path, tmp_path: Path, metrics: VisionMetrics
) -> None:
    watch = Watch(clip, tmp_path / "no-models", metrics)
    watch.pipeline.start()
    watch.loaded.get(timeout=PATIENCE)
    watch.loaded.get(timeout=PATIENCE)
    assert "hand_landmarker.task: the model cannot be read" in str(watch.pipeline.model.error)
    assert watch.pipeline.newest is not None
    watch.pipeline.stop()
    assert watch.results.empty()
