"""An address is one that a network policy can be made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dixi_operator.api.addresses import HttpUrl, Origin, RedisUrl, Source, find_camera
from dixi_operator.components.flows import allow_url

URLS: TypeAdapter[str] = TypeAdapter(HttpUrl)
REDIS: TypeAdapter[str] = TypeAdapter(RedisUrl)
ORIGINS: TypeAdapter[str] = TypeAdapter(Origin)
SOURCES: TypeAdapter[str] = TypeAdapter(Source)


@pytest.mark.parametrize(
    "url",
    [
        "http://ollama",
        "https://ollama.ai.svc:11434/v1/",
        "http://10.1.2.3:80",
        "http://[fd00::1]:8080/a%20b",
        "http://A_b.c",
    ],
)
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert URLS.validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    ["http://[", "http://[]", "http://[1.2.3.4]:x", "http://a:0", "http://a:65536", "http://user:secret@a",
     "http://a b", "http://a\u2003b", "http://a/?q", "http://a/#f", "ftp://a", "http://-a", "http://" + "a" * 64,
     "http://a..b", "http://a."],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        URLS.validate_python(url)


def test_a_redis_may_have_a_number_and_an_origin_may_be_any() -> None:
    assert REDIS.validate_python("rediss://redis.data:6380/15")
    assert ORIGINS.validate_python("*")
    with pytest.raises(ValidationError):
        ORIGINS.validate_python("https://wall.example.com/page")


@given(st.from_regex(r"http://[\[\]:.0-9a-fA-F_-]{1,30}", fullmatch=True))
def test_whatever_is_taken_can_be_let_through(url: str) -> None:
    try:
        URLS.validate_python(url)
    except ValidationError:
        return
    assert allow_url(url, "dixi")


@pytest.mark.parametrize(
    ("source", "camera"),
    [
        ("auto", None),
        ("push", None),
        ("camera:/dev/video0", None),
        ("file:/clips/wall.mp4", None),
        ("rtsp://camera.example.com:8554/live?profile=1", "rtsp://camera.example.com:8554/live?profile=1"),
        ("auto:http://10.0.0.7/video.mjpg", "http://10.0.0.7/video.mjpg"),
    ],
)
def test_frames_come_from_a_camera_in_the_network_or_from_none(source: str, camera: str | None) -> None:
    assert SOURCES.validate_python(source) == source
    assert find_camera(source) == camera
    assert camera is None or allow_url(camera, "dixi")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "cam",
        "auto:synthetic",
        "auto:push",
        "camera:",
        "rtsp://",
        "rtsp://user:secret@camera/live",
        "rtsp://[1.2.3.4]",
    ],
)
def test_a_source_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(ValidationError):
        SOURCES.validate_python(source)
