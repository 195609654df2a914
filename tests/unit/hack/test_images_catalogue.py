"""The images and the names they go by."""

import pytest

from hack.images.catalogue import ROOT, find_image, images
from hack.images.errors import ImageError


def test_every_image_has_its_dockerfile_with_the_base_as_an_argument() -> None:
    for image in images().values():
        text = (ROOT / image.dockerfile).read_text(encoding="utf-8")
        assert f"ARG {image.base_argument}=" in text


def test_every_source_that_a_dockerfile_copies_from_the_repository_counts_for_the_stamp() -> None:
    for image in (image for image in images().values() if not image.binary):
        copies = [
            line.split()[1:-1] for line in (ROOT / image.dockerfile).read_text().splitlines() if line[:5] == "COPY "
        ]
        copied = {source for sources in copies if not sources[0].startswith("--") for source in sources}
        assert copied <= set(image.sources)


def test_no_image_is_tagged_latest() -> None:
    assert all(
        image.reference.count(":") == 1 and not image.reference.endswith(":latest") for image in images().values()
    )


@pytest.mark.parametrize("name", ["dixi-redis", "dixi-redis:7.0.15", "localhost/dixi-redis:7.0.15"])
def test_an_image_is_found_by_name_or_reference(name: str) -> None:
    assert find_image(name).reference == "localhost/dixi-redis:7.0.15"


def test_an_unknown_image_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ImageError, match="dixi-runtime"):
        find_image("dixi-vision")


def test_another_version_than_the_one_built_here_is_refused() -> None:
    with pytest.raises(ImageError, match=r"localhost/dixi-redis:7\.0\.15"):
        find_image("localhost/dixi-redis:6.0")
