from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.sources.address import parse_address
from dixi_runtime.vision.sources.auto import AutoSource
from dixi_runtime.vision.sources.base import Frame, FrameSource
from dixi_runtime.vision.sources.file import PictureSource, open_file
from dixi_runtime.vision.sources.live import Terms
from dixi_runtime.vision.sources.web import open_web
from tests.unit.runtime.vision.sources.cameras import BLUE, RED, Camera, colour_of, video

TERMS = Terms(30, lambda fault: None)
PATIENCE = 20.0


class StandIn(PictureSource):
    """Shows blue, as simulated."""

    simulated = True

    def __init__(self) -> None:
        super().__init__(Path("blue.png"), [BLUE])

    def read(self, moment: float) -> Frame:
        return Frame(super().read(moment).image, simulated=True)


@pytest.fixture
def camera() -> Camera:
    """A camera that has a port and is not plugged in."""
    camera = Camera(video([RED], sized=True))
    camera.plug_in()
    camera.unplug()
    return camera


def follow(camera: Camera) -> AutoSource:
    return AutoSource(lambda: open_web(parse_address(camera.url), TERMS), StandIn)


def read_until(source: FrameSource, wanted: Callable[[Frame], bool]) -> Frame:
    """The first such frame; until then every red frame is the camera's and every blue one is marked."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        frame = source.read(time.monotonic())
        if frame is None:
            continue
        assert frame.simulated == (colour_of(frame.image) == "blue") == source.simulated
        if wanted(frame):
            return frame
    raise AssertionError("no such frame came")


def wait_for_moment(source: FrameSource, moment: float) -> None:
    read_until(source, lambda _: time.monotonic() >= moment)


def is_simulated(frame: Frame) -> bool:
    return frame.simulated


def is_real(frame: Frame) -> bool:
    return not frame.simulated


def test_with_a_camera_there_is_no_stand_in(camera: Camera) -> None:
    camera.plug_in()
    with follow(camera) as source:
        read_until(source, is_real)
        assert (source.name, source.live, source.note, source.error) == (camera.url, True, None, None)
    camera.unplug()


def test_without_a_camera_everything_is_marked_and_says_why(camera: Camera) -> None:
    with follow(camera) as source:
        read_until(source, is_simulated)
        assert (source.name, source.simulated, source.live) == ("synthetic", True, False)
        assert "no answer" in str(source.error)
        assert "Rendered hands stand in for the camera" in str(source.note)


def test_a_camera_that_goes_and_returns_is_shown_again_within_three_seconds(
    camera: Camera, note: Callable[[object], None]
) -> None:
    recovered = []
    camera.plug_in()
    with follow(camera) as source:
        for away in (0.0, 2.5):
            read_until(source, is_real)
            camera.unplug()
            read_until(source, is_simulated)
            wait_for_moment(source, time.monotonic() + away)
            camera.plug_in()
            back = time.monotonic()
            read_until(source, is_real)
            recovered.append(time.monotonic() - back)
            assert (source.error, source.note) == (None, None)
    camera.unplug()
    note(f"camera back after {', '.join(f'{seconds:.2f} s' for seconds in recovered)}")
    assert max(recovered) < 3


def test_a_file_that_appears_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "hand.png"
    with AutoSource(lambda: open_file(path), StandIn) as source:
        assert "there is no such file" in str(source.error)
        cv2.imwrite(str(tmp_path / "new.png"), cv2.cvtColor(RED, cv2.COLOR_RGB2BGR))
        (tmp_path / "new.png").rename(path)
        read_until(source, is_real)
        assert source.name == f"file:{path}"


class Gone(FrameSource):
    """A camera that opens and shows nothing."""

    name, simulated = "gone", False

    def __init__(self, opened: list[Gone]) -> None:
        opened.append(self)
        self.closed = False

    def read(self, moment: float) -> Frame | None:
        raise SourceError("gone again")

    def close(self) -> None:
        self.closed = True


def test_a_camera_that_opens_and_shows_nothing_is_closed_each_time() -> None:
    opened: list[Gone] = []
    with AutoSource(lambda: Gone(opened), StandIn) as source:
        deadline = time.monotonic() + PATIENCE
        while len(opened) < 3 and time.monotonic() < deadline:
            frame = source.read(time.monotonic())
            assert frame is not None
            assert frame.simulated
    assert len(opened) >= 3
    assert all(camera.closed for camera in opened[:-1])


def test_a_stand_in_is_made_once_and_only_when_it_is_needed(camera: Camera) -> None:
    made: list[StandIn] = []

    def make() -> StandIn:
        made.append(StandIn())
        return made[-1]

    camera.plug_in()
    with AutoSource(lambda: open_web(parse_address(camera.url), TERMS), make) as source:
        read_until(source, is_real)
        assert not made
        camera.unplug()
        read_until(source, is_simulated)
        camera.plug_in()
        read_until(source, is_real)
        camera.unplug()
        read_until(source, is_simulated)
    assert len(made) == 1
