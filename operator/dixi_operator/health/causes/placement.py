"""Pods that no node takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.gpu.demand import read_demand
from dixi_operator.gpu.fit import Lack, Request, find_lack
from dixi_operator.gpu.reading import list_wanted
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, Scene, find_since, read_condition

_COUNTED = re.compile(r"\b\d+ (?P<what>(?:Insufficient|Too many|node\(s\)|No ).*?)(?=, \d+ |\. |\.$|$)")
_INSUFFICIENT = re.compile(r"Insufficient (?P<resource>\S+/[^\s,]+[^\s,.])")


def check_gpu(scene: Scene) -> Cause | None:
    """Has a node a GPU, or another extended resource, to give?"""
    for pod, message in _list_unplaced(scene):
        wanted = list_wanted(pod)
        resource = _find_scarce(message, wanted)
        if resource is None:
            continue
        lack = _find_lack(scene.evidence, pod, resource, wanted[resource])
        what = f": {lack.message}" if lack else ""
        return Cause(
            check="gpu",
            component=scene.component,
            reason=lack.reason if lack else Reason.NO_GPU,
            object=scene.label,
            message=f"{scene.label}: no node can give its pods {wanted[resource]} {resource}{what}",
            advice=f"Add a node with one and its device plugin, free one, name another in spec.{scene.component}.gpu, "
            f"tolerate the node's taint there, or set spec.{scene.component}.gpu.policy: Preferred.",
            since=find_since(pod, "PodScheduled"),
            quote=message,
        )
    return None


def check_placement(scene: Scene) -> Cause | None:
    """Is there a node for the pods?"""
    for pod, message in _list_unplaced(scene):
        what = summarise(message)
        return Cause(
            check="placement",
            component=scene.component,
            reason=Reason.UNSCHEDULABLE,
            object=scene.label,
            message=f"{scene.label}: no node takes its pods" + (f": {what}" if what else ""),
            advice=f"Add a node, or ask for less in spec.{scene.component}.resources: "
            f"kubectl -n {scene.evidence.namespace} describe pods -l app={scene.component}",
            since=find_since(pod, "PodScheduled"),
            quote=message,
        )
    return None


def summarise(message: str) -> str:
    """What a scheduler says of the nodes, without their numbers, each thing once.

    ``0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: ...`` becomes
    ``Insufficient cpu; node(s) had untolerated taint(s)``.
    """
    head = message.partition("preemption:")[0]
    return "; ".join(sorted({found["what"].strip() for found in _COUNTED.finditer(head)}))


def is_short_of_extended(pod: Manifest) -> bool:
    """Whether a pod asks for an extended resource and has no node."""
    return bool(list_wanted(pod)) and _find_verdict(pod) is not None


def _list_unplaced(scene: Scene) -> Iterator[tuple[Manifest, str]]:
    for pod in scene.pods:
        verdict = _find_verdict(pod)
        if verdict is not None:
            yield pod, verdict


def _find_verdict(pod: Manifest) -> str | None:
    """What the scheduler says of a pod that it has found no node for; None when it has, or has not tried."""
    scheduled = read_condition(pod, "PodScheduled")
    return str(scheduled.get("message", "")) if scheduled.get("status") == "False" else None


def _find_scarce(message: str, wanted: Mapping[str, int]) -> str | None:
    """The extended resource that keeps a pod from its node; taints are named instead of it where they come first."""
    scarce = (found["resource"] for found in _INSUFFICIENT.finditer(message))
    named = next((resource for resource in scarce if resource in wanted), None)
    return named or next(iter(wanted), None)


def _find_lack(evidence: Evidence, pod: Manifest, resource: str, count: int) -> Lack | None:
    """Why none can be had, as far as nodes were read."""
    if evidence.gpus is None:
        return None
    request = Request(read_demand(pod, resource, count), evidence.gpus, evidence.namespace)
    return find_lack(request)
