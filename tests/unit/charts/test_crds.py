from __future__ import annotations

from pathlib import Path

import yaml

from tests.unit.charts.conftest import CHART, Manifests, Render, pick

CRDS = CHART.parents[1] / "crds"


def read_folder(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.yaml")}


def test_the_charts_copy_of_the_crds_is_current() -> None:
    assert read_folder(CHART / "files" / "crds") == read_folder(CRDS), "run: make generate"
    assert read_folder(CRDS) != {}


def test_the_crd_is_rendered_whole_and_outlives_the_release(manifests: Manifests) -> None:
    rendered = pick(manifests, "CustomResourceDefinition")
    (source,) = (yaml.safe_load(text) for text in read_folder(CRDS).values())
    assert rendered["metadata"].pop("annotations")["helm.sh/resource-policy"] == "keep"
    source["metadata"].pop("annotations", None)
    assert rendered == source


def test_crds_that_are_managed_elsewhere_are_left_out(render: Render) -> None:
    kinds = {manifest["kind"] for manifest in render({"crds": {"install": False}})}
    assert "CustomResourceDefinition" not in kinds
