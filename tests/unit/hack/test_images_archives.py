"""Archives are named by what they were made of, and old ones do not pile up."""

from pathlib import Path

from hack.images.archives import archive_path, remove_others

REFERENCE = "localhost/dixi-redis:7.0.15"


def test_the_name_tells_the_image_the_version_and_the_stamp(tmp_path: Path) -> None:
    assert archive_path(tmp_path, REFERENCE, "0a1b") == tmp_path / "dixi-redis_7.0.15_0a1b.tar"


def test_only_older_archives_of_the_same_reference_go(tmp_path: Path) -> None:
    new, old = archive_path(tmp_path, REFERENCE, "new"), archive_path(tmp_path, REFERENCE, "old")
    other = archive_path(tmp_path, "localhost/dixi-redis:8.0", "old")
    half = old.with_suffix(".tar.partial")
    for path in (new, old, other, half):
        path.touch()
    remove_others(new, REFERENCE)
    assert sorted(tmp_path.iterdir()) == sorted([new, other])
