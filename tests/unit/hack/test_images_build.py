"""What an image is built from, and when that is a new image."""

from pathlib import Path

import pytest

from hack.images.build import context_of, current_stamp, is_buildable, place_program
from hack.images.catalogue import ROOT, find_image
from hack.images.errors import ImageError


def test_the_projects_own_images_are_built_from_the_repository(tmp_path: Path) -> None:
    assert context_of(find_image("dixi-runtime"), tmp_path, tmp_path) == ROOT


def test_an_image_of_a_program_sees_the_program_and_nothing_else(tmp_path: Path) -> None:
    binaries, scratch = tmp_path / "bin", tmp_path / "scratch"
    binaries.mkdir()
    scratch.mkdir()
    (binaries / "ollama").write_bytes(b"program")
    (binaries / "kubelet").write_bytes(b"another")
    context = context_of(find_image("dixi-ollama"), binaries, scratch)
    assert [path.name for path in context.iterdir()] == ["ollama"]
    assert (context / "ollama").read_bytes() == b"program"


def test_a_missing_program_is_named_with_what_makes_it(tmp_path: Path) -> None:
    image = find_image("dixi-ollama")
    assert not is_buildable(image, tmp_path)
    with pytest.raises(ImageError, match="hack/cluster"):
        context_of(image, tmp_path, tmp_path)


def test_another_program_is_another_image(tmp_path: Path) -> None:
    image = find_image("dixi-ollama")
    program = tmp_path / "ollama"
    program.write_bytes(b"one")
    first = current_stamp(image, tmp_path)
    assert current_stamp(image, tmp_path) == first
    program.write_bytes(b"two")
    assert current_stamp(image, tmp_path) != first


def test_a_placed_program_is_the_same_file(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"code")
    program.chmod(0o755)
    place_program(program, tmp_path / "placed")
    assert (tmp_path / "placed").read_bytes() == b"code"
    assert (tmp_path / "placed").stat().st_mode == program.stat().st_mode
