"""Pods get their GPU by resource or by claim, and everything that leads to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.gpu import build_claim_template
from dixi_operator.components.network_policies import build_vision_policy
from dixi_operator.components.ollama import build_ollama
from dixi_operator.components.vision import build_vision
from dixi_operator.facts import DEVICE_API_KIND
from dixi_operator.gpu.choice import Choice, Mode
from tests.unit.operator.components.contexts import FACTS, make_context

CLAIMED = {
    "policy": "Required",
    "deviceClass": "gpu.example.com",
    "count": 2,
    "deviceSelectors": ["device.driver == 'x'"],
}


def place(component: str, gpu: Manifest, mode: Mode = Mode.GPU, kinds: frozenset[str] | None = None) -> Context:
    choice = Choice(mode=mode, reason=Reason.PROGRESSING, message="")
    known = frozenset({*FACTS.kinds, DEVICE_API_KIND}) if kinds is None else kinds
    return make_context(replace(FACTS, choices={component: choice}, kinds=known), **{component: {"gpu": gpu}})


def find_pod(deployment: Manifest | None) -> tuple[Manifest, Manifest]:
    assert deployment is not None
    spec = deployment["spec"]["template"]["spec"]
    return spec, spec["containers"][0]


BUILDERS: list[tuple[str, Callable[[Context], Manifest | None]]] = [("vision", build_vision), ("ollama", build_ollama)]


@pytest.mark.parametrize(("component", "build"), BUILDERS)
def test_a_resource_is_a_limit_of_the_container(component: str, build: Callable[[Context], Manifest | None]) -> None:
    gpu = {"policy": "Preferred", "resource": "nvidia.com/mig-1g.10gb", "count": 2, "runtimeClassName": "nvidia"}
    spec, container = find_pod(build(place(component, gpu)))
    assert container["resources"]["limits"]["nvidia.com/mig-1g.10gb"] == "2"
    assert spec["runtimeClassName"] == "nvidia"
    assert "graphics" in str(container["env"]) or component == "ollama"
    spec, container = find_pod(build(place(component, gpu, Mode.CPU)))
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert "NVIDIA_DRIVER_CAPABILITIES" not in str(container["env"])
    assert "runtimeClassName" not in spec


@pytest.mark.parametrize(("component", "build"), BUILDERS)
def test_a_device_is_claimed_by_a_template(component: str, build: Callable[[Context], Manifest | None]) -> None:
    context = place(component, CLAIMED)
    template = build_claim_template(context, component)
    assert template is not None
    exactly = template["spec"]["spec"]["devices"]["requests"][0]["exactly"]
    assert exactly == {
        "deviceClassName": "gpu.example.com",
        "allocationMode": "ExactCount",
        "count": 2,
        "selectors": [{"cel": {"expression": "device.driver == 'x'"}}],
    }
    spec, container = find_pod(build(context))
    assert container["resources"]["claims"] == [{"name": "gpu"}]
    name = template["metadata"]["name"]
    assert spec["resourceClaims"] == [{"name": "gpu", "resourceClaimTemplateName": name}]
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}


def test_another_claim_has_another_template_since_none_can_be_changed() -> None:
    def name(**more: Any) -> str:
        template = build_claim_template(place("vision", {**CLAIMED, **more}), "vision")
        assert template is not None
        return str(template["metadata"]["name"])

    assert name() == name()
    assert len({name(), name(count=1), name(deviceSelectors=[]), name(deviceClass="other")}) == 4


def test_no_template_is_made_on_the_cpu_or_where_there_is_no_such_kind() -> None:
    assert build_claim_template(place("vision", CLAIMED, Mode.CPU), "vision") is None
    assert build_claim_template(place("vision", CLAIMED, kinds=frozenset()), "vision") is None
    assert build_claim_template(place("vision", {"policy": "Required"}), "vision") is None


def test_the_operator_may_ask_vision_only_where_a_gpu_is_asked_for() -> None:
    asked, unasked = (build_vision_policy(make_context(vision={"gpu": {"policy": p}})) for p in ("Preferred", "None"))
    assert ("dixi-system" in str(asked), "dixi-system" in str(unasked)) == (True, False)
