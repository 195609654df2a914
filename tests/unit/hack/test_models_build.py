"""The bundles themselves, made from the real wheel."""

import os
import zipfile
from pathlib import Path

import pytest

from hack.models.build import CHECKSUMS, EXPECTED, build_bundles, missing_bundles, verify_bundle
from hack.models.catalogue import BUNDLES
from hack.models.checksums import differing, read_checksums
from hack.models.cli import cache_folder, make_models
from hack.models.errors import ModelError
from hack.models.graph import load_model, text
from hack.models.metadata import ENTRY, add_metadata
from hack.models.wheel import fetch_wheel, read_model


@pytest.fixture(scope="module")
def wheel() -> Path:
    return fetch_wheel(cache_folder() / "wheels")


@pytest.fixture(scope="module")
def models(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_bundles(wheel, folder, list(BUNDLES))
    return folder


def test_the_list_of_digests_and_the_catalogue_name_the_same_bundles() -> None:
    assert set(read_checksums(EXPECTED)) == set(BUNDLES)


def test_every_bundle_has_the_expected_digest(models: Path) -> None:
    expected = read_checksums(EXPECTED)
    assert differing(expected, models, expected) == []
    assert missing_bundles(models) == []


def test_only_a_damaged_bundle_is_made_again(models: Path, tmp_path: Path) -> None:
    for bundle in models.glob("*.task"):
        os.link(bundle, tmp_path / bundle.name)
    damaged = tmp_path / "hand_landmarker_lite.task"
    damaged.unlink()
    damaged.write_bytes(b"half a bundle")
    assert make_models(tmp_path).startswith("made hand_landmarker_lite.task in")
    assert make_models(tmp_path) == f"the models in {tmp_path} are complete"
    assert (tmp_path / CHECKSUMS).read_bytes() == EXPECTED.read_bytes()


def test_metadata_is_added_once_however_often_it_is_asked_for(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        original = read_model(archive, "palm_detection/palm_detection_lite")
    twice = load_model(add_metadata(add_metadata(original, "PalmDetection"), "PalmDetection"))
    assert [text(entry.name) for entry in twice.metadata].count(ENTRY) == 1


def test_a_bundle_that_came_out_differently_is_removed_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "hand_landmarker.task.partial"
    path.write_bytes(b"other")
    with pytest.raises(ModelError, match="flatbuffers"):
        verify_bundle(path, "hand_landmarker.task", "0" * 64)
    assert not path.exists()
