"""Reads what is known of GPUs off the objects of an API server."""

from __future__ import annotations

from collections.abc import Iterator

from dixi_operator.api.names import LABEL_APP, LABEL_INSTANCE
from dixi_operator.api.types import Manifest
from dixi_operator.gpu.inventory import GpuNode, GpuPod, GpuQuota, Taint

_ENDED = frozenset({"Succeeded", "Failed"})
_REQUESTS = "requests."
_NO_DEVICES = ("attachable-volumes", "hugepages-")


def read_node(node: Manifest) -> GpuNode:
    """One node and the extended resources that it can give."""
    spec, status = node.get("spec") or {}, node.get("status") or {}
    return GpuNode(
        name=node["metadata"]["name"],
        offers={name: int(amount) for name, amount in _list_extended(status.get("allocatable"))},
        labels=node["metadata"].get("labels") or {},
        taints=tuple(Taint(item["key"], item.get("value") or "", item["effect"]) for item in spec.get("taints") or ()),
        cordoned=bool(spec.get("unschedulable")),
        ready=_find_condition(node, "Ready").get("status", "True") == "True",
    )


def read_pod(pod: Manifest) -> GpuPod | None:
    """One pod as far as GPUs are concerned; None for one that neither asks for devices nor belongs to an install.

    A pod that has ended holds nothing. Init containers run before the others, so that only the larger need counts;
    device plugins count so too
    (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
    """
    metadata, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    labels = metadata.get("labels") or {}
    wants, claims = list_wanted(pod), bool(spec.get("resourceClaims"))
    is_ours = LABEL_INSTANCE in labels and LABEL_APP in labels
    if status.get("phase") in _ENDED or not (wants or claims or is_ours):
        return None
    scheduled, readiness = _find_condition(pod, "PodScheduled"), _find_condition(pod, "Ready")
    return GpuPod(
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        component=labels.get(LABEL_APP, "") if is_ours else "",
        node=spec.get("nodeName") or "",
        wants=wants,
        claims=claims,
        ready=readiness.get("status") == "True",
        leaving="deletionTimestamp" in metadata,
        verdict=str(scheduled.get("message") or "no reason") if scheduled.get("status") == "False" else "",
        since=readiness.get("lastTransitionTime") or metadata.get("creationTimestamp") or "",
        address=status.get("podIP") or "",
    )


def read_quotas(quota: Manifest) -> Iterator[GpuQuota]:
    """What a ResourceQuota says of extended resources; none can be limited but by its requests."""
    status = quota.get("status") or {}
    used = dict(_list_extended(status.get("used")))
    for name, hard in _list_extended(status.get("hard") or (quota.get("spec") or {}).get("hard")):
        if name.startswith(_REQUESTS):
            yield GpuQuota(
                name=quota["metadata"]["name"],
                resource=name.removeprefix(_REQUESTS),
                hard=int(hard),
                used=int(used.get(name, 0)),
            )


def list_wanted(pod: Manifest) -> dict[str, int]:
    """The extended resources that a pod asks for."""
    spec = pod.get("spec") or {}
    wanted: dict[str, int] = {}
    for container in spec.get("containers") or ():
        for name, amount in _list_extended((container.get("resources") or {}).get("limits")):
            wanted[name] = wanted.get(name, 0) + int(amount)
    for container in spec.get("initContainers") or ():
        for name, amount in _list_extended((container.get("resources") or {}).get("limits")):
            wanted[name] = max(wanted.get(name, 0), int(amount))
    return wanted


def _list_extended(amounts: Manifest | None) -> Iterator[tuple[str, str]]:
    """The extended resources among amounts, which are whole numbers with a domain in their name."""
    for name, amount in (amounts or {}).items():
        text = str(amount)
        if "/" in name and text.isdigit() and not name.removeprefix(_REQUESTS).startswith(_NO_DEVICES):
            yield name, text


def _find_condition(item: Manifest, kind: str) -> Manifest:
    conditions: list[Manifest] = (item.get("status") or {}).get("conditions") or []
    return next((condition for condition in conditions if condition.get("type") == kind), {})
