from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.sources.base import Image
from dixi_runtime.vision.sources.file import VideoSource, open_file

RED: Image = np.full((48, 64, 3), (255, 0, 0), np.uint8)
BLUE: Image = np.full((48, 64, 3), (0, 0, 255), np.uint8)


def write_picture(path: Path, image: Image) -> Path:
    assert cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


def write_video(path: Path, images: list[Image]) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30, (64, 48))
    for image in images:
        writer.write(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def colour_of(image: Image) -> str:
    red, _, blue = image.mean((0, 1))
    return "red" if red > blue else "blue"


def test_a_video_is_shown_over_and_over(tmp_path: Path) -> None:
    with open_file(write_video(tmp_path / "clip.mp4", [RED, RED, BLUE])) as source:
        shown = [colour_of(source.read(0.0).image) for _ in range(7)]
    assert shown == ["red", "red", "blue", "red", "red", "blue", "red"]


def test_a_picture_is_shown_in_rgb_and_is_not_simulated(tmp_path: Path) -> None:
    with open_file(write_picture(tmp_path / "hand.png", RED)) as source:
        frame = source.read(0.0)
    assert frame.image.tolist() == RED.tolist()
    assert not frame.simulated
    assert frame.expected is None


def test_the_pictures_of_a_folder_take_turns_by_name(tmp_path: Path) -> None:
    write_picture(tmp_path / "b.png", BLUE)
    write_picture(tmp_path / "a.jpg", RED)
    (tmp_path / "notes.txt").write_text("not a picture")
    with open_file(tmp_path) as source:
        assert [colour_of(source.read(moment).image) for moment in (0.0, 1.2, 2.1)] == ["red", "blue", "red"]


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
