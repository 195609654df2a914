"""Rendered hands and what the real landmarker sees of them, made once a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.landmarks.duplicates import drop_duplicates
from dixi_runtime.vision.landmarks.hand import HandLandmarker
from dixi_runtime.vision.landmarks.models import HAND_LANDMARKER
from dixi_runtime.vision.metrics import VisionMetrics, create_vision_metrics
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.synthetic import SyntheticSource
from dixi_runtime.vision.sources.synthetic.poses import POSES
from tests.unit.runtime.vision.sight import Sight

FPS = 30
SECONDS = 1.6
ASPECT = 640 / 480


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The folder with the models, in the cache."""
    folder = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache/dixi")) / "models"
    if not (folder / HAND_LANDMARKER).is_file():
        pytest.fail(f"{folder} holds no {HAND_LANDMARKER}: run `python hack/models {folder}`.")
    return folder


@pytest.fixture(scope="session")
def frames() -> list[Frame]:
    """Every renderable gesture in a row, SECONDS each at FPS."""
    with SyntheticSource(tuple(POSES), SECONDS) as source:
        source.wait_until_rendered()
        return [source.read(number / FPS) for number in range(round(len(POSES) * SECONDS * FPS))]


@pytest.fixture(scope="session")
def sights(frames: list[Frame], model_dir: Path) -> list[Sight]:
    """Those frames through the real landmarker."""
    with HandLandmarker(model_dir, 2) as landmarker:
        return [
            Sight(frame, number / FPS, tuple(drop_duplicates(landmarker.detect(frame.image, number / FPS), ASPECT)))
            for number, frame in enumerate(frames)
        ]


@pytest.fixture
def metrics() -> VisionMetrics:
    """Series in a registry of their own."""
    return create_vision_metrics(create_metrics())
