"""The status tells who computes on what and since when, and what it tells is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.api.status import GpuStatus
from dixi_operator.gpu.choice import Choice, Mode, Rollout
from dixi_operator.health.conditions import judge_allocation
from dixi_operator.health.gpus import list_gpus, read_before
from dixi_operator.health.ready import Situation
from tests.unit.operator.components.contexts import FACTS, make_context
from tests.unit.operator.gpu.clusters import make_facts, make_own

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TAKEN = Choice(mode=Mode.CPU, reason=Reason.GPUS_TAKEN, message="all 1 are taken")
HAD = Choice(
    mode=Mode.GPU,
    reason=Reason.GPU_ALLOCATED,
    message="1 nvidia.com/gpu on node a",
    rollout=Rollout.HANDOVER,
    rollout_message="none is spare",
)
INSTALL = make_context(namespace={"name": "wall"}, vision={"gpu": {"policy": "Preferred"}}).install


def describe(choice: Choice, previous: dict[str, Any] | None = None, now: datetime = NOW) -> GpuStatus:
    gpus = make_facts(make_own(ready=True), make_own("vision-2", leaving=True, node="b"))
    facts = replace(FACTS, gpus=gpus, choices={"vision": choice})
    (status,) = list_gpus(INSTALL, facts, {"vision": "gpu"}, previous or {}, now)
    return status


def dump(status: GpuStatus) -> dict[str, Any]:
    return {"gpus": [status.model_dump(mode="json", by_alias=True)]}


def test_node_resource_and_delegate_are_named() -> None:
    status = describe(HAD)
    assert (status.nodes, status.resource, status.delegate, status.rollout) == (
        ("a",),
        "nvidia.com/gpu",
        "gpu",
        "Handover",
    )


def test_since_is_when_mode_or_reason_changed() -> None:
    first = describe(TAKEN)
    later = NOW + timedelta(minutes=5)
    assert describe(replace(TAKEN, message="others"), dump(first), later).since == first.since == "2026-11-25T12:00:00Z"
    assert describe(HAD, dump(first), later).since == "2026-11-25T12:05:00Z"


def test_a_choice_is_remembered_through_the_status() -> None:
    before = read_before(dump(describe(TAKEN)))["vision"]
    assert (before.mode, before.reason, before.message, before.since) == (Mode.CPU, "GpusTaken", TAKEN.message, NOW)


@pytest.mark.parametrize(
    "gpus", [None, 7, [3], [{"component": "vision", "mode": "TPU"}], [{**dump(describe(HAD))["gpus"][0], "since": "?"}]]
)
def test_a_status_that_somebody_spoilt_is_not_believed(gpus: object) -> None:
    assert read_before({"gpus": gpus}) == {}


def judge(**choices: Choice) -> tuple[str, Reason, str] | None:
    verdict = judge_allocation(
        Situation(install=INSTALL, findings=(), waves=(), healths={}, probe=None, choices=choices)
    )
    return None if verdict is None else (verdict.status, verdict.reason, verdict.message)


def test_the_condition_holds_when_every_component_has_its_gpu() -> None:
    assert judge() is None
    assert judge(vision=HAD) == ("True", Reason.GPU_ALLOCATED, "vision on the GPU: 1 nvidia.com/gpu on node a")
    assert judge(vision=HAD, ollama=TAKEN) == ("False", Reason.GPUS_TAKEN, "ollama on the CPU: all 1 are taken")
