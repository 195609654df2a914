"""A stamp follows the content that goes into an image, and nothing else."""

from pathlib import Path

import pytest

from hack.images.stamp import stamp_of


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "package" / "nested").mkdir(parents=True)
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "nested" / "code.py").write_text("x = 1\n")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


def test_the_same_content_has_the_same_stamp_wherever_it_lies(
    sources: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    for file in (path for path in sources.rglob("*") if path.is_file()):
        target = copy / file.relative_to(sources)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    names = ["Dockerfile", "package"]
    assert stamp_of(sources, names) == stamp_of(copy, names)


def test_a_changed_line_a_new_file_and_an_executable_bit_change_it(sources: Path) -> None:
    code = sources / "package" / "nested" / "code.py"
    stamps = [stamp_of(sources, ["package"])]
    code.write_text("x = 2\n")
    stamps.append(stamp_of(sources, ["package"]))
    (sources / "package" / "more.py").write_text("")
    stamps.append(stamp_of(sources, ["package"]))
    code.chmod(0o755)
    stamps.append(stamp_of(sources, ["package"]))
    assert len(set(stamps)) == len(stamps)


def test_bytecode_and_files_beside_the_sources_do_not_change_it(sources: Path) -> None:
    before = stamp_of(sources, ["package"])
    (sources / "package" / "__pycache__").mkdir()
    (sources / "package" / "__pycache__" / "code.cpython-311.pyc").write_bytes(b"bytecode")
    (sources / "README.md").write_text("read me")
    assert stamp_of(sources, ["package"]) == before


def test_the_extra_texts_change_it(sources: Path) -> None:
    assert stamp_of(sources, ["package"], ["a:1"]) != stamp_of(sources, ["package"], ["a:2"])
