"""What ``helm uninstall`` shows about the installs that were there."""

from __future__ import annotations

import pytest

from dixi_operator.release.farewell import describe
from dixi_operator.release.settings import OnInstalls


@pytest.mark.parametrize("on_installs", OnInstalls)
def test_without_installs_nothing_stands_in_the_way(on_installs: OnInstalls) -> None:
    assert describe([], on_installs) == "There is no DixiInstall left."


def test_what_was_deleted_is_named() -> None:
    assert describe(["east", "west"], OnInstalls.DELETE) == "Deleted east, west; what they own goes with them."


def test_a_refusal_says_what_stands_in_the_way_and_both_ways_out() -> None:
    sentence = describe(["east", "west"], OnInstalls.REFUSE)
    assert "kubectl delete dixi east west" in sentence
    assert "--no-hooks" in sentence
