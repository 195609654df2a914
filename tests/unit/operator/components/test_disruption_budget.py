"""Disruption budgets follow the least number of replicas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.names import BACKEND, FRONTEND, VISION
from dixi_operator.components.disruption_budget import build_disruption_budget
from dixi_operator.facts import Facts
from tests.unit.operator.components.contexts import FACTS, make_context


def list_budgets(facts: Facts = FACTS, **spec: Any) -> set[str]:
    context = make_context(facts, **spec)
    return {
        component
        for component in (BACKEND, FRONTEND, VISION)
        if build_disruption_budget(context, component) is not None
    }


@pytest.mark.parametrize("component", [BACKEND, FRONTEND])
def test_a_drain_takes_one_of_several_at_a_time(component: str) -> None:
    budget = build_disruption_budget(make_context(), component)
    assert budget is not None
    assert budget["metadata"]["name"] == component
    assert budget["spec"]["maxUnavailable"] == 1
    assert budget["spec"]["selector"]["matchLabels"]["app"] == component


def test_a_single_pod_has_no_budget() -> None:
    assert list_budgets(profile="dev") == set()
    assert list_budgets(profile="dev", frontend={"replicas": 2}) == {FRONTEND}
    assert list_budgets(profile="dev", vision={"replicas": 2}) == {VISION}
    scaled = {"source": "push", "autoscaling": {"enabled": True, "minReplicas": 2}}
    assert list_budgets(profile="dev", vision=scaled) == {VISION}


def test_what_an_autoscaler_has_left_counts() -> None:
    assert list_budgets(replace(FACTS, kept={BACKEND: 4}), profile="dev") == {BACKEND}
