"""Every example is a valid document that becomes an install."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dixi_operator.api.checks import check_spec
from dixi_operator.api.install import DixiInstall
from dixi_operator.plan import build_plan
from dixi_operator.preflight import check_plan
from tests.unit.operator.components.contexts import FACTS, place

FOLDER = Path(__file__).resolve().parents[3] / "examples"
INSTALLS = sorted(
    path for path in FOLDER.glob("*.yaml") if yaml.safe_load(path.read_text()).get("kind") == "DixiInstall"
)


@pytest.mark.parametrize("path", INSTALLS, ids=lambda path: path.name)
def test_an_example_can_be_installed(path: Path) -> None:
    install = DixiInstall.model_validate(yaml.safe_load(path.read_text()))
    assert check_spec(install) == []
    assert check_plan(install, FACTS) == []
    assert build_plan(place(install)).waves


def test_the_demo_has_every_kind_of_object_and_needs_no_internet() -> None:
    install = DixiInstall.model_validate(yaml.safe_load((FOLDER / "dixi-demo.yaml").read_text()))
    kinds = {item.manifest["kind"] for item in build_plan(place(install)).items}
    assert kinds >= {"HorizontalPodAutoscaler", "PodDisruptionBudget", "CronJob", "NetworkPolicy", "Secret"}
    assert not install.spec.ollama.auto_pull
    assert install.spec.vision.source == "synthetic"
