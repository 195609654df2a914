"""Pods that no node takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, Scene, find_since, read_condition

_COUNTED = re.compile(r"\b\d+ (?P<what>(?:Insufficient|Too many|node\(s\)|No ).*?)(?=, \d+ |\. |\.$|$)")
_INSUFFICIENT = re.compile(r"Insufficient (?P<resource>\S+/[^\s,]+[^\s,.])")


def check_gpu(scene: Scene) -> Cause | None:
    """Has a node a GPU, or another extended resource, to give?"""
    for pod, message in _list_unplaced(scene):
        wanted = _list_wanted(pod)
        resource = _find_scarce(message, wanted)
        if resource is None:
            continue
        what = _describe_scarcity(scene.evidence, pod, resource, wanted[resource])
        return Cause(
            check="gpu",
            component=scene.component,
            reason=Reason.NO_GPU,
            object=scene.label,
            message=f"{scene.label}: no node can give its pods {wanted[resource]} {resource}{what}",
            advice="Add a node with one and its device plugin, free one, tolerate the node's taint in "
            "spec.vision.gpu.tolerations, or set spec.vision.gpu.policy: Preferred.",
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
    return bool(_list_wanted(pod)) and _find_verdict(pod) is not None


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


def _list_wanted(pod: Manifest) -> dict[str, int]:
    """The extended resources that a pod asks for."""
    wanted: dict[str, int] = {}
    for container in (pod.get("spec") or {}).get("containers") or ():
        for resource, amount in ((container.get("resources") or {}).get("limits") or {}).items():
            if "/" in resource and str(amount).isdigit():
                wanted[resource] = wanted.get(resource, 0) + int(amount)
    return wanted


def _describe_scarcity(evidence: Evidence, pod: Manifest, resource: str, count: int) -> str:
    """Why none can be had, as far as nodes were read."""
    if evidence.nodes is None:
        return ""
    offering = {item["metadata"]["name"]: item for item in evidence.nodes if _count_offered(item, resource) > 0}
    if not offering:
        return ": no node has any"
    closed = [text for name, item in offering.items() if (text := _find_obstacle(name, item, pod))]
    if len(closed) == len(offering):
        return f": {'; '.join(closed)}"
    holders = [] if evidence.holders is None else _list_holders(evidence, resource, offering)
    held = f", held by {', '.join(holders)}" if holders else ""
    most = max(_count_offered(item, resource) for item in offering.values())
    if most < count:
        return f": no node has more than {most}"
    return f": all {sum(_count_offered(item, resource) for item in offering.values())} are taken{held}"


def _find_obstacle(name: str, node: Manifest, pod: Manifest) -> str:
    spec = node.get("spec") or {}
    if spec.get("unschedulable"):
        return f"node {name} has some, and is cordoned"
    tolerations = (pod.get("spec") or {}).get("tolerations") or ()
    for taint in spec.get("taints") or ():
        hard = taint.get("effect") in {"NoSchedule", "NoExecute"}
        if hard and not any(_tolerates(toleration, taint) for toleration in tolerations):
            value = f"={taint['value']}" if taint.get("value") else ""
            return f"node {name} has some, and its taint {taint['key']}{value}:{taint['effect']} is not tolerated"
    labels = node["metadata"].get("labels") or {}
    for key, value in ((pod.get("spec") or {}).get("nodeSelector") or {}).items():
        if labels.get(key) != value:
            return f"node {name} has some, and lacks the label {key}={value}"
    return ""


def _tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""
    if toleration.get("effect") not in {None, "", taint["effect"]}:
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in {None, "", taint["key"]}
    return toleration.get("key") == taint["key"] and (toleration.get("value") or "") == (taint.get("value") or "")


def _count_offered(node: Manifest, resource: str) -> int:
    amount = str(((node.get("status") or {}).get("allocatable") or {}).get(resource, "0"))
    return int(amount) if amount.isdigit() else 0


def _list_holders(evidence: Evidence, resource: str, offering: Mapping[str, Manifest]) -> list[str]:
    return [
        f"Pod {pod['metadata']['namespace']}/{pod['metadata']['name']}"
        for pod in evidence.holders or ()
        if (pod.get("spec") or {}).get("nodeName") in offering
        and (pod.get("status") or {}).get("phase") not in {"Succeeded", "Failed"}
        and resource in _list_wanted(pod)
    ]
