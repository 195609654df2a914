"""Tests of this folder share one Chromium, since Playwright starts only one at a time, and one clip for its camera."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import running_chromium
from tests.browser.hands import show_hand, write_clip
from tests.browser.wall import Camera, Wall, running_wall
from tests.support.node import cluster, install

__all__ = ["camera", "chromium", "cluster", "install", "wall"]

CLIP_SECONDS = 4


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of this run; its camera sees a peace sign."""
    pictures = (show_hand("peace", (0.45 + 0.1 * step / 120, 0.35)) for step in range(30 * CLIP_SECONDS))
    clip = write_clip(tmp_path_factory.mktemp("clip") / "hand.mjpeg", pictures)
    with running_chromium(clip) as browser:
        yield browser


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """All of the runtime, with its state in a file; frames are pushed."""
    with running_wall(tmp_path_factory.mktemp("wall"), VISION_SOURCE="push") as wall:
        yield wall


@pytest.fixture
def camera(wall: Wall) -> Iterator[Camera]:
    """The wall's camera."""
    with Camera(wall.push) as camera:
        yield camera
