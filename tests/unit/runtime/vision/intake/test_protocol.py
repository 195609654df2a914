from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.errors import FrameError
from dixi_runtime.vision.intake import protocol
from dixi_runtime.vision.intake.protocol import (
    MAX_MESSAGE,
    RESTART_MICROSECONDS,
    decode_frame,
    follow_clock,
    parse_frame,
)
from dixi_runtime.vision.sources.base import Origin
from dixi_runtime.vision.sources.pixels import MAX_PIXELS, MIN_SIDE, RawFormat
from tests.unit.runtime.vision.intake.messages import PICTURE, make_message
from tests.unit.runtime.vision.sources.cameras import RED, colour_of


def fault_of(message: bytes) -> str:
    with pytest.raises(FrameError) as refusal:
        decode_frame(parse_frame(message, "wall"))
    return refusal.value.fault


def test_a_bare_jpeg_is_a_frame_of_unknown_time() -> None:
    frame = decode_frame(parse_frame(PICTURE, "wall"))
    assert (colour_of(frame.image), frame.simulated, frame.origin) == ("red", False, Origin("wall", 0))


def test_a_jpeg_with_a_header_has_a_time_and_says_whether_it_is_simulated() -> None:
    frame = decode_frame(parse_frame(make_message(flags=1, timestamp=123_456_789), "wall"))
    assert (colour_of(frame.image), frame.simulated, frame.origin) == ("red", True, Origin("wall", 123_456_789))


def test_raw_pixels_are_a_frame() -> None:
    message = make_message(RED.tobytes(), layout=RawFormat.RGB, size=(64, 48), timestamp=2**64 - 1)
    frame = decode_frame(parse_frame(message, "wall"))
    assert np.array_equal(frame.image, RED)
    assert frame.origin == Origin("wall", 2**64 - 1)


def test_the_layout_is_as_written_down() -> None:
    message = b"DXF1" + bytes([2, 1]) + b"\x00\x40\x00\x30" + b"\0\0" + (7_000_000).to_bytes(8, "big") + RED.tobytes()
    pushed = parse_frame(message, "wall")
    assert (pushed.layout, pushed.simulated, pushed.width, pushed.height) == (RawFormat.RGB, True, 64, 48)
    assert (pushed.timestamp, len(pushed.picture)) == (7_000_000, 64 * 48 * 3)
    for layout in RawFormat:
        assert f"{layout.value} {layout.name}" in str(protocol.__doc__)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (b"", "empty"),
        (make_message(b""), "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "format"),
        (b"DXF2" + b"\0" * 100, "format"),
        (b"DXF1", "length"),
        (make_message()[:19], "length"),
        (make_message(layout=0), "format"),
        (make_message(layout=6), "format"),
        (make_message(flags=2), "format"),
        (make_message(spare=1), "format"),
        (make_message(b"GIF89a"), "format"),
        (make_message(PICTURE[: len(PICTURE) // 2]), "corrupt"),
        (PICTURE[: len(PICTURE) // 2], "corrupt"),
        (make_message(RED.tobytes()[:-1], layout=2, size=(64, 48)), "length"),
        (make_message(RED.tobytes(), layout=3, size=(64, 48)), "length"),
        (make_message(b"", layout=2, size=(0, 0)), "size"),
        (make_message(b"", layout=2, size=(10_000, 10_000)), "size"),
        (make_message(b"\0" * 200, layout=4, size=(9, 15)), "size"),
        (make_message(b"\0" * MAX_MESSAGE), "bytes"),
    ],
)
def test_a_bad_message_is_refused_by_name(message: bytes, fault: str) -> None:
    assert fault_of(message) == fault


def test_time_goes_on_and_unknown_time_is_no_time() -> None:
    assert follow_clock(0, 5) == (5, True)
    assert follow_clock(5, 5) == (5, False)
    assert follow_clock(5, 4) == (5, False)
    assert follow_clock(5, 0) == (5, True)


def test_a_clock_that_was_set_back_costs_one_frame() -> None:
    last = 10 * RESTART_MICROSECONDS
    assert follow_clock(last, last - RESTART_MICROSECONDS) == (last, False)
    assert follow_clock(last, 3) == (3, False)
    assert follow_clock(3, 4) == (4, True)


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_no_clock_lets_two_frames_of_one_time_pass(timestamps: list[int]) -> None:
    last = 0
    for timestamp in timestamps:
        before, (last, taken) = last, follow_clock(last, timestamp)
        assert taken == (timestamp == 0 or timestamp > before)


HEADERS = st.builds(
    make_message,
    st.one_of(
        st.binary(max_size=800), st.just(PICTURE), st.binary(max_size=60).map(lambda cut: PICTURE[: len(cut) * 9])
    ),
    layout=st.integers(0, 7),
    flags=st.sampled_from([0, 1, 2, 255]),
    size=st.tuples(st.integers(0, 24), st.integers(0, 24)) | st.tuples(st.integers(0, 65535), st.integers(0, 65535)),
    spare=st.sampled_from([0, 0, 0, 7]),
    timestamp=st.integers(0, 2**64 - 1),
)


@st.composite
def broken_messages(draw: st.DrawFn) -> bytes:
    """A message with bytes changed, cut out and put in."""
    message = bytearray(draw(HEADERS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(message)))
        message[at : at + draw(st.integers(0, 12))] = draw(st.binary(max_size=12))
    return bytes(message)


@given(st.one_of(st.binary(max_size=200), HEADERS, broken_messages()))
def test_no_message_does_anything_but_become_a_frame_or_be_refused(message: bytes) -> None:
    try:
        frame = decode_frame(parse_frame(message, "wall"))
    except FrameError:
        return
    height, width, channels = frame.image.shape
    assert channels == 3
    assert min(width, height) >= MIN_SIDE
    assert width * height <= MAX_PIXELS
