from __future__ import annotations

from pathlib import Path

import pytest

from dixi_runtime.vision.errors import ModelError
from dixi_runtime.vision.landmarks.models import CHECKSUMS, HAND_LANDMARKER, find_model


def test_every_model_of_the_folder_that_is_known_is_found(model_dir: Path) -> None:
    for name in CHECKSUMS:
        if (model_dir / name).exists():
            assert find_model(model_dir, name) == model_dir / name


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"hand_landmarker\.task: the model cannot be read .*hack/models"):
        find_model(tmp_path, HAND_LANDMARKER)


def test_a_changed_model_is_refused(tmp_path: Path, model_dir: Path) -> None:
    content = bytearray((model_dir / HAND_LANDMARKER).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / HAND_LANDMARKER).write_bytes(content)
    with pytest.raises(ModelError, match=r"SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}"):
        find_model(tmp_path, HAND_LANDMARKER)
