"""The GPU of a component's pods, as it was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson

from dixi_operator.api import names
from dixi_operator.api.gpu import GpuPolicy, GpuSpec
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata
from dixi_operator.components.workload import HANDOVER, ROLLING
from dixi_operator.facts import DEVICE_API_KIND
from dixi_operator.gpu.choice import Mode, Rollout

CLAIM = "gpu"
"""Name of the claim within a pod."""


def find_gpu_spec(context: Context, component: str) -> GpuSpec:
    """What the specification says of the component's GPU."""
    return {names.VISION: context.spec.vision.gpu, names.OLLAMA: context.spec.ollama.gpu}[component]


def is_gpu_used(context: Context, component: str) -> bool:
    """Whether the component's pods ask for a GPU; as long as nothing was chosen, only where it is required."""
    choice = context.facts.choices.get(component)
    if choice is None:
        return find_gpu_spec(context, component).policy is GpuPolicy.REQUIRED
    return choice.mode is Mode.GPU


def add_gpu(context: Context, component: str, resources: Manifest) -> Manifest:
    """The container's resources with the GPU that it asks for, if it does."""
    if not is_gpu_used(context, component):
        return resources
    gpu = find_gpu_spec(context, component)
    if gpu.device_class:
        return {**resources, "claims": [{"name": CLAIM}]}
    return {**resources, "limits": {**resources["limits"], gpu.resource: str(gpu.count)}}


def build_gpu_placement(context: Context, component: str) -> Manifest:
    """The pod fields that lead to a GPU; empty without one."""
    if not is_gpu_used(context, component):
        return {}
    gpu = find_gpu_spec(context, component)
    placement: Manifest = {}
    if gpu.node_selector:
        placement["nodeSelector"] = dict(gpu.node_selector)
    if gpu.tolerations:
        placement["tolerations"] = [
            item.model_dump(mode="json", by_alias=True, exclude_none=True) for item in gpu.tolerations
        ]
    if gpu.runtime_class_name:
        placement["runtimeClassName"] = gpu.runtime_class_name
    if gpu.device_class:
        placement["resourceClaims"] = [
            {"name": CLAIM, "resourceClaimTemplateName": _name_template(component, _build_devices(gpu))}
        ]
    return placement


def build_claim_template(context: Context, component: str) -> Manifest | None:
    """The template from which each pod's claim for devices is made; absent where an extended resource does.

    Its specification is immutable, so that its name tells what it asks for: another one is another template
    (https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/).
    """
    gpu = find_gpu_spec(context, component)
    if not gpu.device_class or not is_gpu_used(context, component) or DEVICE_API_KIND not in context.facts.kinds:
        return None
    devices = _build_devices(gpu)
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": build_metadata(context, _name_template(component, devices), component),
        "spec": {"spec": {"devices": devices}},
    }


def choose_strategy(context: Context, component: str) -> Mapping[str, object]:
    """How pods are replaced: side by side unless that would need a GPU that nobody has to spare."""
    choice = context.facts.choices.get(component)
    return HANDOVER if choice is not None and choice.rollout is Rollout.HANDOVER else ROLLING


def _build_devices(gpu: GpuSpec) -> Manifest:
    exactly: Manifest = {"deviceClassName": gpu.device_class, "allocationMode": "ExactCount", "count": gpu.count}
    if gpu.device_selectors:
        exactly["selectors"] = [{"cel": {"expression": expression}} for expression in gpu.device_selectors]
    return {"requests": [{"name": CLAIM, "exactly": exactly}]}


def _name_template(component: str, devices: Manifest) -> str:
    return f"{component}-gpu-{hashlib.sha256(orjson.dumps(devices, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]}"
