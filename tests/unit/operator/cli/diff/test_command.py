from __future__ import annotations

import pytest

from dixi_operator.api.install import DixiInstall
from dixi_operator.cli.diff.command import is_file, place_install


@pytest.mark.parametrize("target", ["-", "wall.yaml", "wall.yml", "wall.json", "./wall", "some/wall"])
def test_a_file_is_told_by_its_ending_or_a_slash(target: str) -> None:
    assert is_file(target)


@pytest.mark.parametrize("target", ["wall", "wall.example", "yaml"])
def test_everything_else_is_a_name(target: str) -> None:
    assert not is_file(target)


def test_an_install_of_a_file_takes_the_uid_of_the_stored_one_so_that_owners_are_no_difference() -> None:
    document = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": "wall", "uid": "stale"}}
    wanted = DixiInstall.model_validate(document)
    assert place_install(wanted, {"metadata": {"uid": "live"}}).metadata.uid == "live"
    assert place_install(wanted, None).metadata.uid == ""
