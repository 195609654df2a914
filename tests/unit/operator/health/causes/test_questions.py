"""A second look is taken only at what the first one calls for."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.questions import (
    Log,
    list_backends,
    list_logs,
    wants_events,
    wants_nodes,
    wants_policies,
)
from tests.unit.operator.health.causes.cluster import NOW, build_deployment, build_pod, ended, running, waiting
from tests.unit.operator.health.causes.test_placement import build_hungry


def see(*pods: Manifest, ready: int = 0) -> Evidence:
    names = {pod["metadata"]["labels"]["app"] for pod in pods}
    deployments = [build_deployment(name, ready=ready) for name in sorted(names)]
    return Evidence(namespace="dixi", now=NOW, deployments=deployments, pods=pods)


@pytest.mark.parametrize(
    ("pod", "nodes", "events", "policies"),
    [
        (build_hungry(), True, False, False),
        (build_pod(verdict="0/1 nodes are available: 1 Insufficient cpu."), False, False, False),
        (build_pod(state=waiting("ErrImagePull", "not found")), False, False, False),
        (build_pod(state=waiting("ContainerCreating")), False, True, False),
        (build_pod(state=waiting("CrashLoopBackOff"), last=ended(1)), False, False, False),
        (build_pod(state=running()), False, True, True),
    ],
)
def test_nodes_events_and_policies_are_read_only_where_they_may_matter(
    pod: Manifest, nodes: bool, events: bool, policies: bool
) -> None:
    evidence = see(pod)
    assert (wants_nodes(evidence), wants_events(evidence), wants_policies(evidence)) == (nodes, events, policies)


def test_nothing_more_is_read_of_a_component_that_is_well() -> None:
    evidence = see(build_pod(state=running()), build_hungry(), ready=1)
    questions: tuple[Any, ...] = (wants_nodes, wants_events, wants_policies, list_logs, list_backends)
    assert not any(question(evidence) for question in questions)


def test_one_log_a_component_is_read_and_that_of_the_run_that_ended() -> None:
    pods = [
        build_pod("backend", name="b-1", state=running()),
        build_pod("backend", name="b-2", state=running()),
        build_pod("redis", name="r-1", state=running(), last=ended(1)),
        build_pod("vision", name="v-1", state=waiting("CrashLoopBackOff"), last=ended(1)),
        build_pod("frontend", name="f-1", state=waiting("ErrImagePull")),
    ]
    assert list_logs(see(*pods)) == [
        Log("b-1", "backend", previous=False),
        Log("r-1", "redis", previous=True),
        Log("v-1", "vision", previous=False),
    ]
    assert list_backends(see(*pods)) == ["b-1", "b-2"]
