from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.sources.base import Frame, FrameSource, Image
from dixi_runtime.vision.sources.file import VideoSource, open_file
from tests.unit.runtime.vision.sources.cameras import BLUE, RED, colour_of, encode
from tests.unit.runtime.vision.sources.test_pixels import make_png


def write_picture(path: Path, image: Image) -> Path:
    assert cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


def write_video(path: Path, images: list[Image], codec: str = "mp4v") -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 30, (64, 48))
    for image in images:
        writer.write(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def show(source: FrameSource, moment: float = 0.0) -> Frame:
    frame = source.read(moment)
    assert frame is not None
    return frame


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "mp4v"), ("clip.avi", "MJPG"), ("clip.webm", "VP80")])
def test_a_video_is_shown_over_and_over(tmp_path: Path, name: str, codec: str) -> None:
    with open_file(write_video(tmp_path / name, [RED, RED, BLUE], codec)) as source:
        shown = [colour_of(show(source).image) for _ in range(7)]
    assert shown == ["red", "red", "blue", "red", "red", "blue", "red"]


def test_a_picture_is_shown_in_rgb_and_is_not_simulated(tmp_path: Path) -> None:
    with open_file(write_picture(tmp_path / "hand.png", RED)) as source:
        frame = show(source)
    assert frame.image.tolist() == RED.tolist()
    assert not frame.simulated
    assert frame.expected is None


def test_the_pictures_of_a_folder_take_turns_by_name(tmp_path: Path) -> None:
    write_picture(tmp_path / "b.png", BLUE)
    write_picture(tmp_path / "a.jpg", RED)
    (tmp_path / "notes.txt").write_text("not a picture")
    with open_file(tmp_path) as source:
        assert [colour_of(show(source, moment).image) for moment in (0.0, 1.2, 2.1)] == ["red", "blue", "red"]


@pytest.mark.parametrize("name", ["clip.mp4", "hand.png"])
@pytest.mark.parametrize("content", [b"", b"this is no picture and no video"])
def test_a_file_that_is_neither_is_named_in_the_error(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"{path}: not a (video|picture) that can be decoded"):
        open_file(path)


def test_a_truncated_picture_does_not_crash(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "hand.png", RED)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(SourceError, match="not a picture"):
        open_file(path)


def test_a_stored_mjpeg_video_is_shown_over_and_over(tmp_path: Path) -> None:
    path = tmp_path / "clip.mjpeg"
    path.write_bytes(encode(RED) + encode(RED) + encode(BLUE))
    with open_file(path) as source:
        shown = [colour_of(show(source).image) for _ in range(6)]
    assert shown == ["red", "red", "blue", "red", "red", "blue"]


def test_a_truncated_video_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.avi", [RED] * 30, "MJPG")
    path.write_bytes(path.read_bytes()[:-2000])
    with open_file(path) as source:
        assert {colour_of(show(source).image) for _ in range(60)} == {"red"}


def test_a_hundred_megapixels_are_refused_from_the_header(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(make_png(10_000, 10_000))
    with pytest.raises(SourceError, match=f"{path}: not a picture that can be decoded.*100000000 pixels"):
        open_file(path)


def test_a_missing_file_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.mp4: there is no such file"):
        open_file(tmp_path / "nowhere.mp4")


def test_a_folder_without_pictures_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        open_file(tmp_path)


def test_a_closed_video_is_an_error(tmp_path: Path) -> None:
    source = VideoSource(write_video(tmp_path / "clip.mp4", [RED, BLUE]))
    source.read(0.0)
    source.close()
    with pytest.raises(SourceError, match="cannot be read any more"):
        source.read(0.0)
