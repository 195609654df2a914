from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.sources import live
from dixi_runtime.vision.sources.address import parse_address
from dixi_runtime.vision.sources.base import Frame, FrameSource
from dixi_runtime.vision.sources.live import Terms
from dixi_runtime.vision.sources.web import ANSWER_SECONDS, open_web
from tests.support.processes import find_free_port
from tests.unit.runtime.vision.sources.cameras import (
    BLUE,
    RED,
    Camera,
    answer,
    colour_of,
    encode,
    part,
    plugged_in,
    video,
)

MULTIPART = answer("multipart/x-mixed-replace; boundary=frame")


class Counted:
    """Terms, and what was refused under them."""

    def __init__(self, fps: float = 60) -> None:
        self.refused: Counter[str] = Counter()
        self.terms = Terms(fps, lambda fault: self.refused.update([fault]))


def open_url(url: str, counted: Counted | None = None) -> FrameSource:
    return open_web(parse_address(url), (counted or Counted()).terms)


def read_frames(source: FrameSource, count: int) -> list[Frame]:
    frames: list[Frame] = []
    while len(frames) < count:
        frame = source.read(time.monotonic())
        frames += [frame] if frame else []
    return frames


@pytest.mark.parametrize("sized", [True, False])
def test_an_mjpeg_video_is_shown_as_it_comes(sized: bool) -> None:
    with plugged_in(video([RED, BLUE], sized=sized)) as camera, open_url(camera.url) as source:
        assert (source.name, source.live, source.simulated, source.waiting) == (camera.url, True, False, True)
        frames = read_frames(source, 8)
    assert {colour_of(frame.image) for frame in frames} == {"red", "blue"}
    assert all(frame.arrived is not None and not frame.simulated for frame in frames)
    assert not source.waiting


def test_a_picture_url_is_asked_again_and_again() -> None:
    with plugged_in([answer("image/jpeg", encode(RED))]) as camera, open_url(camera.url) as source:
        assert [colour_of(frame.image) for frame in read_frames(source, 3)] == ["red"] * 3
    assert len(camera.requests) >= 4


def test_no_more_frames_are_taken_than_wanted() -> None:
    counted = Counted(fps=5)
    with plugged_in(video([RED], sized=True)) as camera, open_url(camera.url, counted) as source:
        arrived = [frame.arrived or 0.0 for frame in read_frames(source, 4)]
    assert arrived[-1] - arrived[0] >= 3 / 5 * 0.75
    assert counted.refused["rate"] > 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (answer("text/html", b"<html>"), "answers with `text/html`; expected `multipart/x-mixed-replace"),
        (answer("multipart/x-mixed-replace"), r"expected `multipart/x-mixed-replace; boundary=\.\.\.`"),
        (answer("video/mp4", b"\0" * 64), "answers with `video/mp4`"),
        (answer("text/plain", status="401 Unauthorized"), "answers HTTP 401. Put user and password into the URL"),
        (answer("text/plain", status="404 Not Found"), "answers HTTP 404"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no answer"),
        (b"", "no answer"),
    ],
)
def test_an_answer_that_is_no_picture_is_named(sent: bytes, sentence: str) -> None:
    with plugged_in([sent]) as camera, pytest.raises(SourceError, match=sentence):
        open_url(camera.url)


def test_a_closed_port_is_an_error_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(SourceError, match="no answer"):
        open_url(f"http://127.0.0.1:{find_free_port()}/video")
    assert time.monotonic() - started < 1


def test_a_port_that_accepts_and_says_nothing_is_an_error_in_bounded_time() -> None:
    def silence() -> Iterator[bytes]:
        while True:
            yield b""

    started = time.monotonic()
    with plugged_in(silence) as camera, pytest.raises(SourceError, match="no answer"):
        open_url(camera.url)
    assert time.monotonic() - started < ANSWER_SECONDS + 1


def test_bad_parts_are_counted_by_name_and_the_video_goes_on() -> None:
    jpeg = encode(RED)
    bad = [
        part(jpeg[: len(jpeg) // 2], sized=True),
        part(b"", sized=True),
        part(b"GIF89a" + jpeg, sized=True),
        part(jpeg[:4] + b"\xff" * 40 + b"\xff\xd9", sized=True),
    ]
    counted = Counted()

    def pieces() -> Iterator[bytes]:
        yield MULTIPART
        while True:
            yield from bad
            yield part(jpeg, sized=True)

    with plugged_in(pieces) as camera, open_url(camera.url, counted) as source:
        read_frames(source, 4)
    assert counted.refused.keys() >= {"corrupt", "empty", "format"}


def test_a_video_of_nothing_but_bad_parts_says_so_when_patience_ends() -> None:
    def pieces() -> Iterator[bytes]:
        yield MULTIPART
        while True:
            yield part(b"no picture", sized=True)

    with plugged_in(pieces) as camera, open_url(camera.url) as source:
        started = time.monotonic()
        with pytest.raises(SourceError, match=r"no picture for 3 s.*a JPEG with ff d8"):
            read_frames(source, 1)
    assert live.PATIENCE_SECONDS <= time.monotonic() - started < live.PATIENCE_SECONDS + 1


def test_an_unplugged_camera_is_an_error_at_once() -> None:
    camera = Camera(video([RED], sized=True))
    camera.plug_in()
    with open_url(camera.url) as source:
        read_frames(source, 1)
        camera.unplug()
        started = time.monotonic()
        with pytest.raises(SourceError, match=r"ended its video|broke off"):
            read_frames(source, 1000)
    assert time.monotonic() - started < 1


def test_user_and_password_are_sent_and_never_shown() -> None:
    with plugged_in(video([RED], sized=True)) as camera:
        url = camera.url.replace("//", "//kim:s3cret@") + "?token=t0ken"
        with open_url(url) as source:
            assert source.name == camera.url
        with pytest.raises(SourceError) as refusal:
            open_url(url.replace(str(camera.port), str(find_free_port())))
    assert b"authorization: basic" in camera.requests[0].lower()
    assert b"token=t0ken" in camera.requests[0]
    assert "s3cret" not in str(refusal.value)
    assert "t0ken" not in str(refusal.value)
