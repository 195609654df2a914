"""Vision gets its source and speed from the specification, and a GPU as policy and nodes allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.components.vision import build_vision, build_vision_service
from dixi_operator.gpu.choice import Choice, Mode, Rollout
from tests.unit.operator.components.contexts import FACTS, make_context


def choose(mode: Mode, rollout: Rollout | None = None) -> Mapping[str, Choice]:
    return {"vision": Choice(mode=mode, reason=Reason.PROGRESSING, message="", rollout=rollout)}


def deploy(choices: Mapping[str, Choice] | None = None, **vision: Any) -> Manifest:
    return build_vision(make_context(replace(FACTS, choices=choices or {}), vision=vision))


def variables(deployment: Manifest) -> dict[str, str]:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {item["name"]: item["value"] for item in container["env"] if "value" in item}


def limits(deployment: Manifest) -> dict[str, str]:
    found: dict[str, str] = deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    return found


def test_source_and_speed_are_passed_on() -> None:
    given = variables(deploy(source="synthetic", fps=15, numHands=1))
    assert (given["VISION_SOURCE"], given["VISION_FPS"], given["NUM_HANDS"]) == ("synthetic", "15", "1")
    assert given["BACKEND_URL"] == "http://backend:3001"


@pytest.mark.parametrize(
    ("policy", "choices", "used"),
    [
        ("None", {}, False),
        ("Preferred", {}, False),
        ("Preferred", choose(Mode.CPU), False),
        ("Preferred", choose(Mode.GPU), True),
        ("Required", {}, True),
        ("Required", choose(Mode.GPU), True),
    ],
)
def test_a_gpu_is_used_as_it_was_chosen(policy: str, choices: Mapping[str, Choice], used: bool) -> None:
    deployment = deploy(choices, gpu={"policy": policy, "nodeSelector": {"gpu": "yes"}, "runtimeClassName": "nvidia"})
    pod = deployment["spec"]["template"]["spec"]
    assert limits(deployment).get("nvidia.com/gpu") == ("1" if used else None)
    assert ("nodeSelector" in pod, "runtimeClassName" in pod) == (used, used)
    assert ("NVIDIA_DRIVER_CAPABILITIES" in variables(deployment)) is used


def test_tolerations_are_passed_on_with_a_gpu() -> None:
    gpu = {
        "policy": "Required",
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    }
    assert deploy(gpu=gpu)["spec"]["template"]["spec"]["tolerations"] == gpu["tolerations"]


@pytest.mark.parametrize(
    ("choices", "surge", "unavailable"),
    [({}, 1, 0), (choose(Mode.GPU, Rollout.SURGE), 1, 0), (choose(Mode.GPU, Rollout.HANDOVER), 0, 1)],
)
def test_pods_are_replaced_as_it_was_chosen(choices: Mapping[str, Choice], surge: int, unavailable: int) -> None:
    strategy = deploy(choices, gpu={"policy": "Required"})["spec"]["strategy"]
    assert strategy["type"] == "RollingUpdate"
    assert strategy["rollingUpdate"] == {"maxSurge": surge, "maxUnavailable": unavailable}


def test_the_service_answers_on_the_guides_port_and_on_the_runtimes() -> None:
    service = build_vision_service(make_context())
    assert service["metadata"]["name"] == "vision-service"
    assert [port["port"] for port in service["spec"]["ports"]] == [5000, 5001]
