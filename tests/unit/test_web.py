from __future__ import annotations

import json
from pathlib import Path

import pytest

from hack.web.npm import HERE, LOCK, version_of
from hack.web.vendor import FILES, STATIC

MANIFEST = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
PACKAGES = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]


@pytest.mark.parametrize("name", sorted(set(PACKAGES) - {""}))
def test_every_package_is_pinned_by_its_digest_and_names_no_registry(name: str) -> None:
    assert PACKAGES[name]["integrity"].startswith("sha512-")
    assert "resolved" not in PACKAGES[name]


def test_what_is_asked_for_is_what_is_pinned() -> None:
    asked = {**MANIFEST["dependencies"], **MANIFEST["devDependencies"]}
    assert {name: version_of(name) for name in asked} == asked


def test_the_pages_import_map_names_a_file_that_is_put_there() -> None:
    page = (STATIC / "projector.html").read_text(encoding="utf-8")
    names = {Path(name).name for name in FILES}
    assert '"/static/vendor/three/three.module.js"' in page
    assert "three.module.js" in names
