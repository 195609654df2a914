"""The GPU of vision's pods, chosen by policy and by what the nodes offer."""

from __future__ import annotations

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.api.workloads import GpuPolicy
from dixi_operator.components.context import Context
from dixi_operator.facts import Facts


def is_gpu_used(install: DixiInstall, facts: Facts) -> bool:
    """Whether vision's pods ask for a GPU: always when it is required, if nodes offer it when it is preferred."""
    gpu = install.spec.vision.gpu
    match gpu.policy:
        case GpuPolicy.REQUIRED:
            return True
        case GpuPolicy.PREFERRED:
            return facts.gpus.get(gpu.resource, 0) >= gpu.count
        case GpuPolicy.NONE:
            return False


def build_gpu_limits(context: Context) -> dict[str, int]:
    """The extended resource that the container asks for; empty without a GPU."""
    gpu = context.spec.vision.gpu
    return {gpu.resource: gpu.count} if is_gpu_used(context.install, context.facts) else {}


def build_gpu_placement(context: Context) -> Manifest:
    """The pod fields that lead to nodes with GPUs; empty without a GPU."""
    gpu = context.spec.vision.gpu
    if not is_gpu_used(context.install, context.facts):
        return {}
    placement: Manifest = {}
    if gpu.node_selector:
        placement["nodeSelector"] = dict(gpu.node_selector)
    if gpu.tolerations:
        placement["tolerations"] = [
            item.model_dump(mode="json", by_alias=True, exclude_none=True) for item in gpu.tolerations
        ]
    if gpu.runtime_class_name:
        placement["runtimeClassName"] = gpu.runtime_class_name
    return placement
