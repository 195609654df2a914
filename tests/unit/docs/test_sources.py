"""The page about sources says what the code does."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from dixi_runtime.vision.errors import FrameFault
from dixi_runtime.vision.intake import protocol
from dixi_runtime.vision.intake.protocol import parse_frame
from dixi_runtime.vision.pipeline import RETRY_FIRST, RETRY_LONGEST
from dixi_runtime.vision.sources.address import parse_address
from dixi_runtime.vision.sources.live import PATIENCE_SECONDS
from dixi_runtime.vision.sources.pixels import MAX_BYTES, MAX_PIXELS
from tests.unit.docs.pages import DOCS, list_blocks
from tests.unit.runtime.vision.intake.messages import PICTURE

PAGE = DOCS / "sources.md"
TEXT = PAGE.read_text()


def test_the_layout_of_a_message_is_that_of_the_code() -> None:
    rows = [line for line in str(protocol.__doc__).splitlines() if line.startswith("|")]
    assert len(rows) == 10
    assert "\n".join(rows) in TEXT


def test_the_example_makes_a_message_that_is_taken() -> None:
    (example,) = list_blocks(PAGE, "python")
    made: dict[str, Any] = {}
    exec(example, made)
    pushed = parse_frame(made["make_message"](PICTURE, 123), "wall")
    assert (pushed.layout, pushed.timestamp, bytes(pushed.picture)) == (protocol.JPEG, 123, PICTURE)


@pytest.mark.parametrize("fault", get_args(FrameFault))
def test_every_reason_is_explained(fault: str) -> None:
    assert f"| `{fault}` | " in TEXT


@pytest.mark.parametrize(
    "value",
    [
        *("camera", "camera:1", "camera:/dev/video1", "rtsp://host/path", "http://host/path", "file:/path"),
        *("push", "synthetic", "auto", "auto:http://host/path"),
    ],
)
def test_every_value_of_the_table_is_one(value: str) -> None:
    assert f"`{value}`" in TEXT
    parse_address(value)


def test_the_numbers_are_those_of_the_code() -> None:
    for sentence in (
        f"sent no picture that can be decoded for {PATIENCE_SECONDS:g} s",
        f"tried again after {RETRY_FIRST:g} s",
        f"at least every {RETRY_LONGEST:g} s",
        f"more than {MAX_BYTES} bytes",
        f"more than {MAX_PIXELS} pixels",
    ):
        assert sentence in TEXT
