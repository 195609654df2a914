from __future__ import annotations

from pathlib import Path

import pytest

from dixi_runtime.vision.errors import SourceError
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.sources.choose import FALLBACK_NOTE, open_source


def test_synthetic_is_simulated_and_stands_for_nothing() -> None:
    with open_source(VisionSettings(vision_source="synthetic", synthetic_sequence=("fist",))) as source:
        assert (source.name, source.simulated, source.note) == ("synthetic", True, None)


def test_auto_without_a_camera_says_what_stands_in() -> None:
    with open_source(VisionSettings(vision_source="auto", synthetic_sequence=("fist",))) as source:
        assert (source.name, source.simulated, source.note) == ("synthetic", True, FALLBACK_NOTE)


def test_a_file_is_opened_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"clip:1\.mp4"):
        open_source(VisionSettings(vision_source=f"file:{tmp_path}/clip:1.mp4"))
