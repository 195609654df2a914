"""Image archives: written from one program, and described without a container runtime."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from hack.cluster import images
from hack.cluster.errors import ClusterError


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "pause"
    file.write_bytes(b"\x7fELF")
    return file


def test_an_archive_describes_itself(tmp_path: Path, program: Path) -> None:
    file = tmp_path / "image.tar"
    images.write_archive(file, "localhost/x:1", program)
    described = images.described(file)
    assert list(described) == ["localhost/x:1"]
    with tarfile.open(file) as archive:
        config = archive.extractfile(f"blobs/{described['localhost/x:1'].replace(':', '/')}")
        assert config is not None
        assert json.load(config)["config"]["Entrypoint"] == ["/pause"]


def test_equal_input_gives_equal_bytes(tmp_path: Path, program: Path) -> None:
    files = [tmp_path / "a.tar", tmp_path / "b.tar"]
    for file in files:
        images.write_archive(file, "localhost/x:1", program)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_docker_archive_is_described_by_its_tags(tmp_path: Path) -> None:
    file = tmp_path / "docker.tar"
    manifest = json.dumps([{"Config": "abc.json", "RepoTags": ["localhost/x:1", "localhost/y:1"]}]).encode()
    with tarfile.open(file, "w") as archive:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
    assert images.described(file) == {"localhost/x:1": "sha256:abc", "localhost/y:1": "sha256:abc"}


def test_a_file_that_is_no_archive_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    with pytest.raises(ClusterError, match=r"notes\.txt is not a tar archive of an image"):
        images.described(file)


def test_a_tar_of_something_else_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "other.tar"
    with tarfile.open(file, "w"):
        pass
    with pytest.raises(ClusterError, match=r"other\.tar is not an image archive"):
        images.described(file)
