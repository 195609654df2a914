"""The pin of the wheel and the pip call that keeps to it."""

from pathlib import Path

import pytest

from hack.models.errors import ModelError
from hack.models.wheel import PIN, download_command, find_wheel, pinned_digest

DIGEST = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"


def test_the_pin_names_one_wheel_by_its_digest() -> None:
    assert pinned_digest(PIN.read_text(encoding="utf-8")) == DIGEST


@pytest.mark.parametrize("requirements", ["mediapipe==0.10.21", f"a --hash=sha256:{DIGEST}\nb --hash=sha256:{DIGEST}"])
def test_a_pin_of_no_wheel_or_of_several_is_refused(requirements: str) -> None:
    with pytest.raises(ModelError, match="exactly one wheel"):
        pinned_digest(requirements)


def test_pip_is_told_to_take_nothing_but_the_pinned_wheel() -> None:
    command = download_command(["pip"], Path("/cache/wheels"))
    assert command[:2] == ["pip", "download"]
    assert {"--no-deps", "--require-hashes", "--only-binary=:all:"} <= set(command)
    assert command[command.index("--dest") + 1] == "/cache/wheels"
    assert command[command.index("--requirement") + 1] == str(PIN)


def test_a_file_of_another_content_is_not_the_wheel(tmp_path: Path) -> None:
    (tmp_path / "mediapipe-0.10.21-cp311.whl").write_bytes(b"truncated")
    assert find_wheel(tmp_path) is None
