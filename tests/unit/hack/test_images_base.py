"""The base made with debootstrap: its mirror, its sources and what is left out."""

from pathlib import Path

import pytest

from hack.images.base import find_mirror, recipe, sources_list, trim
from hack.images.errors import ImageError

TARGETS = """\
Debian bookworm-updates http://mirror.example/debian/
Other bookworm http://other.example/packages/
Debian bookworm http://mirror.example/debian/
"""


def test_the_mirror_is_the_one_that_apt_uses_here() -> None:
    assert find_mirror(TARGETS) == "http://mirror.example/debian"


def test_on_another_system_debootstrap_chooses_its_mirror() -> None:
    assert find_mirror("Ubuntu noble http://mirror.example/ubuntu/\n") == ""


def test_the_security_archive_of_the_same_mirror_is_a_source_too() -> None:
    assert sources_list("deb http://mirror.example/debian bookworm main\n").splitlines() == [
        "deb http://mirror.example/debian bookworm main",
        "deb http://mirror.example/debian bookworm-updates main",
        "deb http://mirror.example/debian-security bookworm-security main",
    ]


def test_unexpected_sources_are_refused() -> None:
    with pytest.raises(ImageError, match="sources"):
        sources_list("deb http://mirror.example/debian trixie main\n")


def test_documentation_and_downloads_go_and_licences_stay(tmp_path: Path) -> None:
    kept = [tmp_path / "usr/share/doc/bash/copyright", tmp_path / "usr/bin/bash"]
    gone = [tmp_path / "usr/share/doc/bash/README", tmp_path / "var/cache/apt/archives/bash.deb"]
    for path in kept + gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    trim(tmp_path)
    assert [path.exists() for path in kept + gone] == [True, True, False, False]


def test_the_recipe_is_a_stamp_that_stays() -> None:
    assert recipe() == recipe()
