"""A PriorityClass holds for every pod of an install, or for none."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.plan import build_plan
from hack.golden import list_templates
from tests.unit.operator.components.contexts import make_context


@pytest.mark.parametrize("given", [{}, {"priorityClassName": "wall"}])
def test_every_pod_has_the_priority_class_that_was_given(given: dict[str, Any]) -> None:
    plan = build_plan(make_context(backup={"destination": {"volume": {}}}, **given))
    pods = [template["spec"] for _, template in list_templates(item.manifest for item in plan.items)]
    assert {pod.get("priorityClassName") for pod in pods} == {given.get("priorityClassName")}
    assert len(pods) == 6
