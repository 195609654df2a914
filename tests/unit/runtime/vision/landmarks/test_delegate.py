from __future__ import annotations

from pathlib import Path

import pytest

from dixi_runtime.vision.choices import DelegateChoice
from dixi_runtime.vision.landmarks.delegate import is_gpu_there, order_delegates
from dixi_runtime.vision.landmarks.hand import HandLandmarker
from dixi_runtime.vision.sources.base import Frame


@pytest.mark.parametrize(
    ("choice", "gpu_there", "tried"),
    [
        ("cpu", True, ("cpu",)),
        ("auto", False, ("cpu",)),
        ("auto", True, ("gpu", "cpu")),
        ("gpu", False, ("gpu", "cpu")),
    ],
)
def test_the_gpu_is_tried_where_it_makes_sense(choice: DelegateChoice, gpu_there: bool, tried: tuple[str, ...]) -> None:
    assert order_delegates(choice, gpu_there) == tried


@pytest.mark.parametrize("device", ["nvidia0", "dri/renderD128", "dxg"])
def test_a_gpu_is_seen_by_its_device_file(tmp_path: Path, device: str) -> None:
    assert not is_gpu_there(tmp_path)
    path = tmp_path / "dev" / device
    path.parent.mkdir(parents=True)
    path.touch()
    assert is_gpu_there(tmp_path)


def test_where_the_gpu_cannot_be_used_the_cpu_is(model_dir: Path, frames: list[Frame]) -> None:
    if is_gpu_there():
        pytest.skip("this machine has a GPU, so the fallback cannot be seen")
    with HandLandmarker(model_dir, 1, delegate="gpu") as landmarker:
        assert landmarker.delegate == "cpu"
        assert "GPU" in str(landmarker.fallback).upper()
        assert len(landmarker.detect(frames[20].image, 0.0)) == 1
