from __future__ import annotations

import gc
import os
import shutil
import signal
import weakref
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.inference.messages import Orders
from dixi_runtime.vision.landmarks.delegate import is_gpu_there
from dixi_runtime.vision.metrics import VisionMetrics
from dixi_runtime.vision.pipeline import Pipeline
from dixi_runtime.vision.sources.base import Frame, FrameSource
from dixi_runtime.vision.tracks import HandTracks
from tests.support.processes import eventually
from tests.unit.runtime.vision.watch import PATIENCE, Watch

HUNG = {"reason": "inference_hung"}
ENDED = {"reason": "inference_ended"}


@pytest.fixture
def clip(tmp_path: Path, frames: list[Frame]) -> Path:
    """A folder with one picture of an open palm."""
    folder = tmp_path / "clip"
    folder.mkdir()
    assert cv2.imwrite(str(folder / "palm.png"), cv2.cvtColor(frames[20].image, cv2.COLOR_RGB2BGR))
    return folder


@pytest.fixture
def watch(clip: Path, model_dir: Path, metrics: VisionMetrics) -> Iterator[Watch]:
    """A pipeline that runs over the clip; its watchdog waits for three seconds."""
    watch = Watch(clip, Orders(model_dir, 1), metrics, watchdog_seconds=3.0)
    watch.pipeline.start()
    yield watch
    watch.pipeline.stop()


def test_frames_become_results_in_order(watch: Watch) -> None:
    results = [watch.next() for _ in range(8)]
    assert watch.pipeline.running
    assert watch.pipeline.model.loaded
    assert watch.sample("dixi_vision_delegate", delegate="cpu") == 1
    watch.pipeline.stop()
    assert results[-1].hands[0].reading.gesture == "open_palm"
    assert results[-1].inference_seconds > 0
    numbers = [result.captured.number for result in results]
    assert numbers == sorted(set(numbers))
    assert (watch.pipeline.source.state, watch.pipeline.model.loaded) == ("stopped", False)
    assert watch.pipeline.inference_pid is None


def test_capture_does_not_wait_for_inference_and_every_frame_is_accounted_for(
    clip: Path, model_dir: Path, metrics: VisionMetrics
) -> None:
    watch = Watch(clip, Orders(model_dir, 1), metrics, fps=240)
    watch.pipeline.start()
    for _ in range(30):
        watch.next()
    watch.pipeline.stop()
    captured = watch.sample("dixi_vision_frames_captured_total")
    inferred = watch.sample("dixi_vision_frames_inferred_total")
    dropped = watch.total("dixi_vision_frames_dropped_total")
    assert captured > inferred >= 30
    assert captured - 3 <= inferred + dropped <= captured


def test_a_stopped_pipeline_starts_again(clip: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(clip, Orders(model_dir, 1), metrics)
    for _ in range(2):
        watch.pipeline.start()
        watch.pipeline.start()
        assert watch.next().hands
        watch.pipeline.stop()
        while not watch.results.empty():
            watch.results.get()
    assert not watch.pipeline.running


def test_face_and_body_are_looked_for_only_while_they_are_wanted(watch: Watch) -> None:
    assert watch.next().parts == {"hands"}
    assert not watch.pipeline.models["face"].loaded
    watch.wanted = frozenset({"hands", "face", "body"})
    assert watch.next_with("face").face is None
    assert "body" in watch.next_with("body").parts
    assert all(status.loaded for status in watch.pipeline.models.values())
    watch.wanted = frozenset({"face"})
    eventually(lambda: watch.next().parts == {"face"}, seconds=PATIENCE, what="a face alone")
    watch.wanted = frozenset({"hands"})
    eventually(lambda: watch.next().parts == {"hands"}, seconds=PATIENCE, what="hands alone")


def test_inference_that_hangs_is_restarted_and_counted(watch: Watch) -> None:
    watch.next()
    hanging = watch.pipeline.inference_pid
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    eventually(
        lambda: watch.sample("dixi_vision_inference_restarts_total", **HUNG) == 1,
        seconds=PATIENCE,
        what="a restart after the hang",
    )
    eventually(lambda: watch.pipeline.inference_pid not in (None, hanging), seconds=PATIENCE, what="another process")
    while not watch.results.empty():
        watch.results.get()
    assert watch.next().hands
    assert watch.sample("dixi_errors_total", component="vision", **HUNG) == 1
    assert not Path(f"/proc/{hanging}").exists()


def test_inference_that_is_killed_is_restarted_and_counted(watch: Watch) -> None:
    watch.next()
    killed = watch.pipeline.inference_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    eventually(
        lambda: watch.sample("dixi_vision_inference_restarts_total", **ENDED) == 1,
        seconds=PATIENCE,
        what="a restart after the end",
    )
    while not watch.results.empty():
        watch.results.get()
    assert watch.next().hands


def test_a_gpu_that_cannot_be_used_is_told_and_the_cpu_does_it(
    clip: Path, model_dir: Path, metrics: VisionMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    if is_gpu_there():
        pytest.skip("this machine has a GPU, so the fallback cannot be seen")
    watch = Watch(clip, Orders(model_dir, 1, delegate="gpu"), metrics)
    watch.pipeline.start()
    assert watch.next().hands
    assert watch.pipeline.model.delegate == "cpu"
    assert [watch.sample("dixi_vision_delegate", delegate=name) for name in ("cpu", "gpu")] == [1, 0]
    watch.pipeline.stop()
    assert watch.sample("dixi_errors_total", component="vision", reason="gpu") == 1
    assert "The GPU cannot be used for hands, so the CPU is" in caplog.text


@pytest.mark.parametrize("size", [(8, 8), (8, 2000), (2000, 8)])
def test_frames_of_any_size_are_looked_at(
    tmp_path: Path, model_dir: Path, metrics: VisionMetrics, size: tuple[int, int]
) -> None:
    assert cv2.imwrite(str(tmp_path / "thin.png"), np.zeros((*size, 3), np.uint8))
    watch = Watch(tmp_path, Orders(model_dir, 2), metrics)
    watch.wanted = frozenset({"hands", "face", "body"})
    watch.pipeline.start()
    assert watch.next_with("body").hands == ()
    watch.pipeline.stop()
    assert watch.total("dixi_vision_inference_restarts_total") == 0


def test_a_source_that_comes_late_is_opened_when_it_is_there(
    tmp_path: Path, clip: Path, model_dir: Path, metrics: VisionMetrics
) -> None:
    late = tmp_path / "late"
    watch = Watch(late, Orders(model_dir, 1), metrics)
    watch.pipeline.start()
    watch.opened.get(timeout=PATIENCE)
    watch.opened.get(timeout=PATIENCE)
    late.symlink_to(clip)
    assert watch.next().hands
    assert watch.pipeline.source.error is None
    watch.pipeline.stop()


def test_a_missing_source_is_a_sentence_and_counted(tmp_path: Path, model_dir: Path, metrics: VisionMetrics) -> None:
    watch = Watch(tmp_path / "nowhere", Orders(model_dir, 1), metrics)
    watch.pipeline.start()
    watch.opened.get(timeout=PATIENCE)
    watch.opened.get(timeout=PATIENCE)
    assert "there is no such file" in str(watch.pipeline.source.error)
    watch.pipeline.stop()
    assert watch.sample("dixi_errors_total", component="vision", reason=SourceError.reason) >= 1


def test_a_missing_model_is_a_sentence_and_pictures_still_come(
    clip: Path, tmp_path: Path, metrics: VisionMetrics
) -> None:
    watch = Watch(clip, Orders(tmp_path / "no-models"), metrics)
    watch.pipeline.start()
    eventually(lambda: watch.pipeline.newest is not None, seconds=PATIENCE, what="a picture")
    eventually(
        lambda: watch.sample("dixi_vision_frames_dropped_total", reason="not_ready") > 0,
        seconds=PATIENCE,
        what="a frame that nothing looks at",
    )
    assert "hand_landmarker.task: the model cannot be read" in str(watch.pipeline.model.error)
    assert watch.pipeline.inference_pid is None
    watch.pipeline.stop()
    assert watch.results.empty()


def test_a_corrupt_model_costs_only_what_it_is_for_until_it_is_replaced(
    clip: Path, tmp_path: Path, model_dir: Path, metrics: VisionMetrics
) -> None:
    folder = tmp_path / "models"
    shutil.copytree(model_dir, folder)
    (folder / "hand_landmarker.task").write_bytes(b"no model")
    watch = Watch(clip, Orders(folder), metrics)
    watch.pipeline.verify_models()
    told = str(watch.pipeline.model.error)
    assert told.startswith(f"{folder}/hand_landmarker.task: the file's SHA-256 is ")
    assert "expected c58862bb" in told
    assert "python hack/models" in told
    watch.wanted = frozenset({"hands", "face"})
    watch.pipeline.start()
    assert watch.next().parts == {"face"}
    shutil.copy(model_dir / "hand_landmarker.task", folder)
    assert watch.next_with("hands").hands
    assert watch.pipeline.model.error is None
    watch.pipeline.stop()
    assert watch.sample("dixi_errors_total", component="vision", reason="model") == 1


class _Failing(FrameSource):
    """Shows one frame, then fails with an error that it keeps, as cameras do."""

    name = "failing"
    simulated = True

    def __init__(self, shown: list[weakref.ref[Frame]]) -> None:
        self._shown = shown
        self._error: SourceError | None = None

    def read(self, moment: float) -> Frame:
        if self._shown:
            self._error = SourceError("the camera is gone")
            raise self._error
        frame = Frame(np.zeros((48, 64, 3), np.uint8), simulated=True)
        self._shown.append(weakref.ref(frame))
        return frame


def test_nothing_keeps_the_last_frame_of_a_camera_that_is_gone(tmp_path: Path, metrics: VisionMetrics) -> None:
    """Without waiting for the collector of cycles, which comes late where much is alive."""
    shown: list[weakref.ref[Frame]] = []
    pipeline = Pipeline(
        open_source=lambda: _Failing(shown),
        orders=Orders(tmp_path),
        make_tracks=lambda: HandTracks("default"),
        deliver=lambda result: None,
        metrics=metrics,
        fps=60,
        wanted=lambda now: frozenset({"hands"}),
    )
    gc.disable()
    try:
        pipeline.start()
        eventually(lambda: pipeline.source.state == "failed", seconds=PATIENCE, what="the camera's end")
        eventually(lambda: shown[0]() is None, seconds=2, what="the end of its last frame")
    finally:
        gc.enable()
        pipeline.stop()
