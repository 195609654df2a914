"""A wave is as healthy as its worst object, and the cause is the wave that waits for no other."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.objects import State
from dixi_operator.health.waves import assess_waves, find_cause
from tests.unit.operator.components.contexts import make_context
from tests.unit.operator.health.live import grow, observe

CONTEXT = make_context()
# With Ollama among what the backend needs, the plan has every edge that a plan can have.
EVERY_EDGE = make_context(config={"readyRequires": ["vision", "redis", "ollama"]})
NEEDS = [(needed, wave.name) for wave in observe(EVERY_EDGE) for needed in wave.needs]
EDGES = [(before, wave.name) for wave in observe(EVERY_EDGE) for before in wave.after]


def cause(changed: dict[str, Any]) -> str | None:
    waves = observe(CONTEXT, changed)
    found = find_cause(waves, assess_waves(waves))
    return found.name if found else None


def stuck(name: str) -> dict[str, Any]:
    desired = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"replicas": 1}}
    progressing = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    return grow(desired, observedGeneration=2, conditions=[progressing])


def test_nothing_is_the_cause_when_all_is_well() -> None:
    assert cause({}) is None


def test_the_first_wave_that_waits_for_no_other_is_the_cause() -> None:
    assert cause({"Deployment/vision": None, "Deployment/backend": None, "Service/backend": None}) == "vision"


def test_a_failed_wave_is_the_cause_rather_than_one_that_progresses() -> None:
    assert cause({"Deployment/redis": None, "Deployment/vision": stuck("vision")}) == "vision"


def test_a_wave_of_which_nothing_exists_says_what_it_waits_for() -> None:
    absent = dict.fromkeys(("Deployment/redis", "Deployment/backend", "Service/backend"))
    health = assess_waves(observe(CONTEXT, absent))["backend"]
    assert (health.state, health.reason) == (State.PROGRESSING, Reason.WAITING_FOR_REDIS)
    assert health.message == "not started, because it waits for redis"


def test_a_wave_that_has_started_speaks_for_itself() -> None:
    health = assess_waves(observe(CONTEXT, {"Deployment/redis": None, "Deployment/backend": stuck("backend")}))[
        "backend"
    ]
    assert (health.state, health.reason) == (State.FAILED, Reason.ROLLOUT_STUCK)


def test_a_pending_volume_is_told_beside_the_pod_that_waits_for_it() -> None:
    claim = grow(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "redis-data"}}, phase="Pending"
    )
    health = assess_waves(observe(CONTEXT, {"PersistentVolumeClaim/redis-data": claim, "Deployment/redis": None}))[
        "redis"
    ]
    assert (health.state, health.reason) == (State.PROGRESSING, Reason.ABSENT)
    assert "PersistentVolumeClaim redis-data waits" in health.message


def test_the_plan_has_the_edges_that_the_documentation_draws() -> None:
    assert [
        ("namespace", "config"),
        ("namespace", "secrets"),
        *((before, wave) for wave in ("redis", "ollama", "vision") for before in ("config", "secrets")),
        ("redis", "backend"),
        *((before, "frontend") for before in ("config", "secrets")),
        *((before, "edge") for before in ("backend", "frontend")),
    ] == EDGES
    assert NEEDS == [("ollama", "backend"), ("vision", "backend"), ("backend", "frontend")]


@pytest.mark.parametrize(("needed", "needing"), NEEDS)
def test_a_wave_is_no_cause_while_one_is_not_ready_that_it_needs(needed: str, needing: str) -> None:
    waves = observe(EVERY_EDGE, {f"Deployment/{needed}": None, f"Deployment/{needing}": stuck(needing)})
    found = find_cause(waves, assess_waves(waves))
    assert found is not None
    assert found.name == needed


@pytest.mark.parametrize(("before", "after"), EDGES)
def test_a_wave_that_has_not_started_names_each_wave_that_it_waits_for(before: str, after: str) -> None:
    absent = {
        f"{item.desired['kind']}/{item.desired['metadata']['name']}": None
        for wave in observe(EVERY_EDGE)
        if wave.name in {before, after}
        for item in wave.objects
    }
    health = assess_waves(observe(EVERY_EDGE, absent))[after]
    assert (health.state, health.reason.value) == (State.PROGRESSING, f"WaitingFor{before.capitalize()}")
    assert health.message == f"not started, because it waits for {before}"


def blame(component: str, reason: Reason = Reason.IMAGE_PULL_FAILED) -> dict[str, Cause]:
    message = f"Deployment {component}: image x cannot be pulled"
    found = Cause(check="image", component=component, reason=reason, object="Deployment", message=message, advice="")
    return {component: found}


def test_what_keeps_a_deployment_from_getting_ready_is_told_in_its_stead() -> None:
    health = assess_waves(observe(CONTEXT, {"Deployment/vision": None}), blame("vision"))["vision"]
    assert (health.state, health.reason) == (State.FAILED, Reason.IMAGE_PULL_FAILED)
    assert health.message == "Deployment vision: image x cannot be pulled"


def test_a_deployment_that_is_well_has_nothing_to_blame() -> None:
    assert assess_waves(observe(CONTEXT), blame("vision"))["vision"].is_healthy


def test_a_claim_that_waits_is_not_told_beside_a_pod_that_says_what_it_waits_for() -> None:
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "redis-data"}}
    changed = {"PersistentVolumeClaim/redis-data": grow(claim, phase="Pending"), "Deployment/redis": None}
    health = assess_waves(observe(CONTEXT, changed), blame("redis", Reason.VOLUME_PENDING))["redis"]
    assert health.message == "Deployment redis: image x cannot be pulled"
