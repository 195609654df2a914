"""The first rule that names a field decides about it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dixi_operator.api.drift import DriftPolicy, DriftRule, DriftSpec
from dixi_operator.drift.policy import choose_policy, pick_paths

BACKEND = {"kind": "Deployment", "metadata": {"name": "backend"}}
REPLICAS = ("spec", "replicas")
IMAGE = ("spec", "template", "spec", "containers", "backend", "image")
RULES = DriftSpec(
    rules=(
        DriftRule(kind="Deployment", name="backend", paths=("/spec/replicas",), policy=DriftPolicy.IGNORE),
        DriftRule(kind="Deployment", paths=("/spec",), policy=DriftPolicy.REPORT),
    )
)


def test_without_rules_everything_is_repaired() -> None:
    assert choose_policy(DriftSpec(), BACKEND, REPLICAS) is DriftPolicy.REPAIR


def test_the_first_rule_that_names_a_field_counts() -> None:
    assert choose_policy(RULES, BACKEND, REPLICAS) is DriftPolicy.IGNORE
    assert choose_policy(RULES, BACKEND, IMAGE) is DriftPolicy.REPORT


def test_a_rule_is_about_its_kind_and_name_alone() -> None:
    other = {"kind": "Deployment", "metadata": {"name": "vision"}}
    service = {"kind": "Service", "metadata": {"name": "backend"}}
    assert choose_policy(RULES, other, REPLICAS) is DriftPolicy.REPORT
    assert choose_policy(RULES, service, REPLICAS) is DriftPolicy.REPAIR


def test_paths_are_picked_by_what_is_said_about_them() -> None:
    assert pick_paths(RULES, BACKEND, [REPLICAS, IMAGE], DriftPolicy.REPORT) == (IMAGE,)
    both = pick_paths(RULES, BACKEND, [REPLICAS, IMAGE], DriftPolicy.REPORT, DriftPolicy.IGNORE)
    assert both == (REPLICAS, IMAGE)


@pytest.mark.parametrize("pointer", ["spec/replicas", "/", "", "/spec//x", "/a~2b"])
def test_what_is_no_pointer_is_refused(pointer: str) -> None:
    with pytest.raises(ValidationError, match="paths"):
        DriftRule(kind="Deployment", paths=(pointer,), policy=DriftPolicy.IGNORE)
