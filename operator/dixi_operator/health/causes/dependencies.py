"""What a running backend needs and cannot reach: names, Redis, and whatever else its readiness asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dixi_operator.api.names import BACKEND, LABEL_NAMESPACE
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, Scene, find_since, list_containers
from dixi_operator.health.causes.policies import Destination, find_obstacles

DNS_NAMESPACE = "kube-system"
DNS_LABELS = {"k8s-app": "kube-dns"}
"""Labels of the pods that resolve names, whatever program they run.

https://github.com/kubernetes/dns/blob/master/docs/specification.md
"""

DNS_PORT = 53
_REDIS_AWAY = "Redis unavailable"
"""What the readiness route of the backend says."""


def check_dns(scene: Scene) -> Cause | None:
    """May the pods that run ask for names?"""
    for pod in _list_running(scene):
        labels = pod["metadata"].get("labels") or {}
        ways = _list_dns_ways(scene.evidence)
        obstacles = [find_obstacles(scene.evidence.policies, labels, way) for way in ways]
        if all(obstacles):
            named = " and ".join(obstacles[0])
            return Cause(
                check="dns",
                component=scene.component,
                reason=Reason.DNS_BLOCKED,
                object=f"NetworkPolicy {obstacles[0][0]}",
                message=f"{scene.label}: its pods cannot resolve names, because NetworkPolicy {named} lets them send "
                f"nothing to port {DNS_PORT} of the DNS pods in {DNS_NAMESPACE}",
                advice=f"Allow UDP and TCP port {DNS_PORT} to namespace {DNS_NAMESPACE} in it, or delete it: "
                f"kubectl -n {scene.evidence.namespace} describe networkpolicy {obstacles[0][0]}",
                since=find_since(pod, "ContainersReady"),
                quote=scene.evidence.readiness.get(pod["metadata"]["name"], ""),
            )
    return None


def check_redis(scene: Scene) -> Cause | None:
    """Does Redis answer the backend?"""
    for pod in _list_running(scene):
        name = pod["metadata"]["name"]
        if scene.component == BACKEND and scene.evidence.readiness.get(name) == _REDIS_AWAY:
            address = scene.evidence.redis or "the install's own"
            return Cause(
                check="redis",
                component=scene.component,
                reason=Reason.REDIS_UNREACHABLE,
                object=scene.label,
                message=f"{scene.label}: Redis does not answer its pods: {address}",
                advice="See that Redis runs, that its address and password (spec.redis) are right, and that nothing on "
                "the way refuses the backend's pods.",
                since=find_since(pod, "ContainersReady"),
                quote=scene.evidence.last_lines.get(name, ""),
            )
    return None


def _list_running(scene: Scene) -> Iterator[Manifest]:
    """Pods with a container that runs and is not ready."""
    seen: set[str] = set()
    for container in list_containers(scene):
        name = container.pod["metadata"]["name"]
        if container.running and name not in seen:
            seen.add(name)
            yield container.pod


def _list_dns_ways(evidence: Evidence) -> Sequence[Destination]:
    """Every way to ask for a name by UDP; where the DNS pods were not read, one to such a pod as they usually are."""
    labels = evidence.namespaces.get(DNS_NAMESPACE, {LABEL_NAMESPACE: DNS_NAMESPACE})
    return [
        Destination(
            namespace=DNS_NAMESPACE,
            namespace_labels=labels,
            pod_labels=pod["metadata"].get("labels") or {},
            protocol="UDP",
            port=DNS_PORT,
            address=(pod.get("status") or {}).get("podIP", ""),
            port_names=_find_port_names(pod),
        )
        for pod in evidence.dns_pods or ({"metadata": {"labels": DNS_LABELS}},)
    ]


def _find_port_names(pod: Manifest) -> frozenset[str]:
    return frozenset(
        port.get("name", "")
        for container in (pod.get("spec") or {}).get("containers") or ()
        for port in container.get("ports") or ()
        if port.get("protocol", "TCP") == "UDP"
    )
