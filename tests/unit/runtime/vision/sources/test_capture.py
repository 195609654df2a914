from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.sources.address import parse_address
from dixi_runtime.vision.sources.base import Frame, FrameSource
from dixi_runtime.vision.sources.capture import NETWORK_MILLISECONDS, CameraShape, open_camera, open_rtsp
from dixi_runtime.vision.sources.live import Terms
from tests.support.processes import find_free_port
from tests.unit.runtime.vision.sources.cameras import RED, colour_of, encode
from tests.unit.runtime.vision.sources.rtsp import RtspCamera, play

TERMS = Terms(30, lambda fault: None)
SHAPE = CameraShape(640, 480, 30)


@pytest.mark.parametrize("target", ["250", "/dev/video250"])
def test_a_camera_that_is_not_there_is_named(target: str) -> None:
    with pytest.raises(SourceError, match=rf"camera:{target}: there is no /dev/video250. Connect a camera"):
        open_camera(target, SHAPE, TERMS)


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.touch()
    with pytest.raises(SourceError, match=rf"{clip} is not a device. For a video file write `file:{clip}`"):
        open_camera(str(clip), SHAPE, TERMS)


def test_a_device_that_is_no_camera_is_named() -> None:
    with pytest.raises(SourceError, match="/dev/null does not answer as a V4L2 camera"):
        open_camera("/dev/null", SHAPE, TERMS)


def test_a_closed_port_is_no_rtsp_camera() -> None:
    url = f"rtsp://kim:s3cret@127.0.0.1:{find_free_port()}/live"
    with pytest.raises(SourceError, match="no RTSP video within 3 s") as refusal:
        open_rtsp(parse_address(url), TERMS)
    assert "s3cret" not in str(refusal.value)


def test_a_port_that_accepts_and_says_nothing_is_given_up_in_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(SourceError, match="no RTSP video within 3 s"):
            open_rtsp(parse_address(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/live"), TERMS)
    assert time.monotonic() - started < NETWORK_MILLISECONDS / 1000 + 2


@pytest.fixture
def camera() -> Iterator[RtspCamera]:
    """An RTSP camera that shows red, plugged in."""
    camera = RtspCamera(lambda: play(encode(RED), (64, 48)))
    camera.plug_in()
    yield camera
    camera.unplug()


def read_frame(source: FrameSource) -> Frame:
    frame = None
    while frame is None:
        frame = source.read(time.monotonic())
    return frame


def read_to_the_end(source: FrameSource) -> None:
    while True:
        source.read(time.monotonic())


def test_an_rtsp_camera_is_shown_and_its_password_is_not(camera: RtspCamera) -> None:
    with open_rtsp(parse_address(camera.url.replace("//", "//kim:s3cret@")), TERMS) as source:
        frames = [read_frame(source) for _ in range(5)]
        assert (source.name, source.live, source.waiting) == (camera.url, True, False)
    assert {colour_of(frame.image) for frame in frames} == {"red"}
    assert {frame.image.shape for frame in frames} == {(48, 64, 3)}


def test_an_unplugged_rtsp_camera_is_an_error_soon_and_is_shown_when_it_is_back(camera: RtspCamera) -> None:
    with open_rtsp(parse_address(camera.url), TERMS) as source:
        read_frame(source)
        camera.unplug()
        gone = time.monotonic()
        with pytest.raises(SourceError, match="the camera is gone"):
            read_to_the_end(source)
        assert time.monotonic() - gone < NETWORK_MILLISECONDS / 1000 + 1
    camera.plug_in()
    with open_rtsp(parse_address(camera.url), TERMS) as source:
        assert colour_of(read_frame(source).image) == "red"
