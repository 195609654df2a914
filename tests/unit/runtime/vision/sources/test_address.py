from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.sources.address import Address, parse_address


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("synthetic", Address("synthetic")),
        ("push", Address("push")),
        ("camera", Address("camera")),
        ("camera:2", Address("camera", "2")),
        ("camera:/dev/v4l/by-id/wall", Address("camera", "/dev/v4l/by-id/wall")),
        ("file:/data/clip:1.mp4", Address("file", "/data/clip:1.mp4")),
        ("rtsp://cam/live", Address("rtsp", "rtsp://cam/live")),
        ("rtsps://cam:322/live", Address("rtsp", "rtsps://cam:322/live")),
        ("http://[::1]:8080/video?q=1", Address("http", "http://[::1]:8080/video?q=1")),
        ("https://cam/shot.jpg", Address("http", "https://cam/shot.jpg")),
        ("auto", Address("camera", fallback=True)),
        ("auto:camera:1", Address("camera", "1", fallback=True)),
        ("auto:rtsp://cam/live", Address("rtsp", "rtsp://cam/live", fallback=True)),
    ],
)
def test_every_kind_of_source_has_an_address(value: str, address: Address) -> None:
    assert parse_address(value) == address


@pytest.mark.parametrize(
    "value",
    [
        *("", "webcam", "camera:", "camera:-1", "camera:9999", "camera:video0", "camera:²", "file:", "synthetic:fist"),
        *("rtsp:", "rtsp://", "http:///video", "http://cam:port/", "http://cam:99999/", "http://[::1/", "http://a b/"),
        *("auto:", "auto:auto", "auto:push", "auto:synthetic", "auto:auto:camera", "ftp://cam/video", "RTSP"),
    ],
)
def test_anything_else_is_refused_with_what_was_expected(value: str) -> None:
    with pytest.raises(ValueError, match="expected `synthetic`, `push`, `camera`"):
        parse_address(value)


@given(st.text())
def test_no_text_does_anything_but_parse_or_be_refused(value: str) -> None:
    for prefix in ("", "auto:", "camera:", "http://", "rtsp://", "file:"):
        try:
            address = parse_address(prefix + value)
        except ValueError:
            continue
        assert address.name


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_name_shows_neither_password_nor_token(scheme: str) -> None:
    name = parse_address(f"{scheme}://kim:s3cret@cam:8080/live?token=t0ken#part").name
    assert name == f"{scheme}://cam:8080/live"


def test_the_names_of_cameras_and_files_are_their_addresses() -> None:
    assert parse_address("camera").name == "camera"
    assert parse_address("camera:1").name == "camera:1"
    assert parse_address("file:/clip.mp4").name == "file:/clip.mp4"
