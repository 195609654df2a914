from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dixi_runtime.vision.settings import KNOWN_SIX, VisionSettings


def test_the_defaults_are_the_contracts() -> None:
    settings = VisionSettings()
    assert (settings.vision_service_port, settings.vision_fps, settings.num_hands) == (5001, 30.0, 2)
    assert (settings.position_space, settings.gesture_classifier) == ("signed", "default")
    assert settings.synthetic_sequence == KNOWN_SIX
    assert settings.alias_port is None


def test_a_container_also_listens_on_the_alias_port() -> None:
    assert VisionSettings(profile="container").alias_port == 5000
    assert VisionSettings(profile="container", vision_alias_port=5010).alias_port == 5010


def test_every_variable_is_read_by_its_name(tmp_path: Path) -> None:
    variables = tmp_path / "variables"
    variables.write_text("VISION_SERVICE_PORT=6001\nMODEL_DIR=/srv/models\nSYNTHETIC_SEQUENCE='fist, wave'\n")
    settings = VisionSettings(_env_file=variables)
    assert (settings.vision_service_port, settings.model_dir) == (6001, Path("/srv/models"))
    assert settings.synthetic_sequence == ("fist", "wave")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("vision_source", "webcam", "expected `synthetic`, `push`, `camera`"),
        ("vision_source", "file:", "expected `synthetic`, `push`, `camera`"),
        ("push_streams", 65, "less than or equal to 64"),
        ("vision_fps", 0, "greater than 0"),
        ("num_hands", 3, "less than or equal to 2"),
        ("synthetic_sequence", "fist,shrug", "'shrug' is not a gesture that can be rendered"),
        ("synthetic_sequence", "", "at least one gesture"),
        ("gesture_classifier", "magic", "'default' or 'upstream'"),
        ("position_space", "polar", "'signed' or 'unit'"),
        ("backend_url", "localhost:3001", "expected an http:// or https:// URL"),
        ("vision_service_port", 70000, "less than or equal to 65535"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(field: str, value: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        VisionSettings.model_validate({field: value})
    assert sentence in str(refusal.value)


def test_every_setting_is_documented() -> None:
    for name in VisionSettings.__annotations__.keys() - {"model_config"}:
        assert VisionSettings.model_fields[name].description, name
