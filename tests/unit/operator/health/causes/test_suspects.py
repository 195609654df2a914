"""Nobody is asked about what is well or has just started."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.suspects import deserves_a_look, find_claims, find_suspects
from tests.unit.operator.components.contexts import make_context
from tests.unit.operator.health.causes.cluster import NOW, build_claim, build_deployment
from tests.unit.operator.health.live import observe


def progressing(seconds: float, *, ready: int = 0, replicas: int = 1) -> Manifest:
    deployment = build_deployment(ready=ready, Progressing="")
    deployment["status"]["replicas"] = replicas
    moved = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    deployment["status"]["conditions"][0]["lastUpdateTime"] = moved
    return deployment


@pytest.mark.parametrize(
    ("live", "before", "expected"),
    [
        (progressing(2), "", False),
        (progressing(6), "", True),
        (progressing(6, replicas=0), "", False),
        (progressing(2), "CrashLoop", True),
        (progressing(2), "RolloutInProgress", False),
        (progressing(60, ready=1), "CrashLoop", False),
        (build_deployment(), "", False),
        (build_deployment(ReplicaFailure="exceeded quota"), "", True),
    ],
)
def test_only_a_component_that_fails_or_does_not_get_on_is_looked_at(
    live: Manifest, before: str, expected: bool
) -> None:
    assert deserves_a_look(build_deployment(), live, before, NOW) is expected


def test_what_is_no_deployment_has_no_pods_to_look_at() -> None:
    assert not deserves_a_look(build_claim(), build_claim(), "", NOW)


def test_of_an_install_that_is_well_nothing_is_read() -> None:
    assert find_suspects(observe(make_context()), {}, NOW) == []


def test_of_an_install_that_is_starting_nothing_is_read_until_it_does_not_get_on() -> None:
    for seconds, expected in ((1, []), (10, ["vision"])):
        live = progressing(seconds)
        suspects = find_suspects(observe(make_context(), {"Deployment/vision": live}), {}, NOW)
        assert [item["metadata"]["name"] for item in suspects] == expected


def test_what_the_status_told_to_be_failing_is_looked_at_again_at_once() -> None:
    condition = {
        "type": "VisionReady",
        "status": "False",
        "reason": "CrashLoop",
        "message": "",
        "observedGeneration": 1,
    }
    previous = {"conditions": [{**condition, "lastTransitionTime": "2026-11-25T11:00:00Z"}]}
    waves = observe(make_context(), {"Deployment/vision": progressing(1), "Deployment/redis": progressing(1)})
    assert [item["metadata"]["name"] for item in find_suspects(waves, previous, NOW)] == ["vision"]


def test_the_claims_of_an_install_are_found_where_they_exist() -> None:
    waves = observe(make_context(), {"PersistentVolumeClaim/ollama-models": None})
    assert [item["metadata"]["name"] for item in find_claims(waves)] == ["redis-data"]
