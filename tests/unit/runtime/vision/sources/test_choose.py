from __future__ import annotations

import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.choose import open_source
from dixi_runtime.vision.sources.inlet import Inlet
from dixi_runtime.vision.sources.live import Terms
from dixi_runtime.vision.sources.push import PushSource
from tests.support.processes import find_free_port
from tests.unit.runtime.vision.sources.cameras import RED

TERMS = Terms(30, lambda fault: None)
PUSHED: PushSource[bytes] = PushSource("push", Inlet(lambda item: Frame(RED, simulated=False), 30, TERMS.refuse))


def make_settings(source: str) -> VisionSettings:
    return VisionSettings(vision_source=source, synthetic_sequence=("fist",), camera_index=250)


def test_synthetic_is_simulated_and_stands_for_nothing() -> None:
    with open_source(make_settings("synthetic"), TERMS, lambda: PUSHED) as source:
        assert (source.name, source.simulated, source.note, source.error) == ("synthetic", True, None, None)


def test_auto_without_a_camera_says_what_stands_in_and_for_what() -> None:
    with open_source(make_settings("auto"), TERMS, lambda: PUSHED) as source:
        assert (source.name, source.simulated) == ("synthetic", True)
        assert "Rendered hands stand in" in str(source.note)
        assert "there is no /dev/video250" in str(source.error)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("camera", "camera:250: there is no /dev/video250"),
        ("camera:251", "camera:251: there is no /dev/video251"),
        ("file:/nowhere/clip:1.mp4", r"file:/nowhere/clip:1\.mp4: there is no such file"),
        (f"http://127.0.0.1:{find_free_port()}/video", "no answer"),
        (f"rtsp://127.0.0.1:{find_free_port()}/live", "no RTSP video"),
    ],
)
def test_a_source_that_is_not_there_is_an_error(source: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        open_source(make_settings(source), TERMS, lambda: PUSHED)


def test_what_clients_push_is_a_source_that_waits_for_them() -> None:
    with open_source(make_settings("push"), TERMS, lambda: PUSHED) as source:
        assert (source.name, source.waiting, source.live) == ("push", True, True)
