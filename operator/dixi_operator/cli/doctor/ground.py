"""Checks of what a cluster offers to installs: nodes, volumes, names, metrics, GPUs, network policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Unread
from dixi_operator.cli.doctor.result import Result, doubt, fail, ok, warn
from dixi_operator.cluster.observe import DEFAULT_CLASS

ENFORCING = ("antrea-agent", "calico-node", "canal", "cilium", "kube-router", "weave-net")
NOT_ENFORCING = ("kube-flannel",)
"""Names of DaemonSets of network add-ons that enforce NetworkPolicies, and of those that by themselves do not."""


def check_nodes(facts: ClusterFacts) -> Result:
    """There is a node for pods to run on."""
    if isinstance(facts.nodes, Unread):
        return doubt(f"Nodes could not be listed: {facts.nodes.why}.", "Ask for the right to list them.")
    ready = [node for node in facts.nodes if _has_condition(node, "Ready") and not node["spec"].get("unschedulable")]
    sentence = f"{len(ready)} of {len(facts.nodes)} nodes are ready for pods."
    if not ready:
        return fail(sentence, "kubectl describe nodes says why.")
    return ok(sentence) if len(ready) == len(facts.nodes) else warn(sentence, "kubectl describe nodes says why.")


def check_storage(facts: ClusterFacts) -> Result:
    """Claims that name no StorageClass get a volume."""
    if isinstance(facts.storage_classes, Unread):
        return doubt(f"StorageClasses could not be listed: {facts.storage_classes.why}.", "Ask for the right.")
    names = [item["metadata"]["name"] for item in facts.storage_classes]
    default = next((item["metadata"]["name"] for item in facts.storage_classes if _is_default(item)), None)
    if default:
        return ok(f"StorageClass {default} is the default.")
    advice = (
        "Name one in the spec (className), make one the default, or do without volumes (ephemeral)."
        if names
        else "Install a provisioner, or do without volumes (ephemeral)."
    )
    return warn(f"No StorageClass is the default; there is {', '.join(sorted(names)) or 'none at all'}.", advice)


def check_dns(facts: ClusterFacts) -> Result:
    """Names of Services can be looked up."""
    if isinstance(facts.dns_service, Unread) or isinstance(facts.dns_pods, Unread):
        unread = facts.dns_service if isinstance(facts.dns_service, Unread) else facts.dns_pods
        why = unread.why if isinstance(unread, Unread) else ""
        return doubt(f"Cluster DNS could not be looked at: {why}.", "Look a Service up from within a pod.")
    if facts.dns_service is None:
        advice = "If another DNS is in use, look a Service up from within a pod."
        return doubt("There is no Service kube-dns in kube-system.", advice)
    ready = sum(_has_condition(pod, "Ready") for pod in facts.dns_pods)
    if facts.dns_pods and not ready:
        return fail("No pod of cluster DNS is ready.", "kubectl -n kube-system describe pods -l k8s-app=kube-dns")
    if not facts.dns_pods:
        advice = "If DNS runs outside of pods, look a Service up from within a pod."
        return doubt("The Service kube-dns has no pods of its label.", advice)
    return ok(f"{ready} of {len(facts.dns_pods)} pods of cluster DNS are ready.")


def check_metrics(facts: ClusterFacts) -> Result:
    """The autoscaler of the gateway gets its figures."""
    if isinstance(facts.metrics, Unread):
        return doubt(f"The metrics API could not be looked at: {facts.metrics.why}.", "kubectl top nodes tells.")
    advice = "Install metrics-server; without it the backend keeps its least number of replicas."
    if facts.metrics is None:
        return warn("There is no metrics API (v1beta1.metrics.k8s.io).", advice)
    if not _has_condition(facts.metrics, "Available"):
        return warn("The metrics API is not available.", "kubectl describe apiservice v1beta1.metrics.k8s.io")
    return ok("The metrics API is available.")


def check_prometheus(facts: ClusterFacts) -> Result:
    """Metrics are collected, where an install asks for it."""
    if isinstance(facts.prometheus, Unread):
        return doubt(f"The API's kinds could not be looked at: {facts.prometheus.why}.", "kubectl api-resources tells.")
    if facts.prometheus:
        return ok("The Prometheus operator's ServiceMonitor is served.")
    asking = [name for name, spec in _read_specs(facts) if _dig(spec, "monitoring", "serviceMonitor") is True]
    if asking:
        advice = "Install the Prometheus operator, or set spec.monitoring.serviceMonitor: false."
        return warn(f"{', '.join(asking)} asks for ServiceMonitors, and the cluster has no such kind.", advice)
    return ok("There is no Prometheus operator, and no install asks for it.")


def check_gpus(facts: ClusterFacts) -> Result:
    """Vision finds the GPUs that installs require."""
    if isinstance(facts.nodes, Unread):
        return doubt(f"Nodes could not be listed: {facts.nodes.why}.", "kubectl describe nodes tells.")
    found = list(_list_gpus(facts.nodes))
    if found:
        return ok(f"Extended resources: {'; '.join(found)}.")
    asking = [name for name, spec in _read_specs(facts) if _dig(spec, "vision", "gpu", "policy") == "Required"]
    if asking:
        advice = "Add a node with a GPU and its device plugin, or set spec.vision.gpu.policy: Preferred."
        return warn(f"{', '.join(asking)} requires a GPU, and no node offers one.", advice)
    return ok("No node offers a GPU; vision computes on the CPU.")


def check_network_policies(facts: ClusterFacts) -> Result:
    """Network policies are enforced, as far as that can be told from outside."""
    advice = "See whether a pod outside of an install can reach its backend: it must not."
    if isinstance(facts.daemon_sets, Unread):
        return doubt(f"DaemonSets could not be listed: {facts.daemon_sets.why}.", advice)
    names = {item["metadata"]["name"] for item in facts.daemon_sets}
    if known := sorted(name for name in names if name.startswith(ENFORCING)):
        return ok(f"{known[0]} enforces NetworkPolicies.")
    if known := sorted(name for name in names if name.startswith(NOT_ENFORCING)):
        return warn(f"{known[0]} by itself does not enforce NetworkPolicies.", "Use a network add-on that does.")
    return doubt("Whether NetworkPolicies are enforced cannot be told.", advice)


def _is_default(storage_class: Manifest) -> bool:
    return (storage_class["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true"


def _has_condition(item: Manifest, kind: str) -> bool:
    conditions = item.get("status", {}).get("conditions") or ()
    return any(condition["type"] == kind and condition["status"] == "True" for condition in conditions)


def _list_gpus(nodes: Sequence[Manifest]) -> Iterator[str]:
    for node in nodes:
        for resource, quantity in (node.get("status", {}).get("allocatable") or {}).items():
            if "/" in resource and not resource.startswith("attachable-volumes") and quantity != "0":
                yield f"{node['metadata']['name']} has {quantity} {resource}"


def _read_specs(facts: ClusterFacts) -> Iterator[tuple[str, Manifest]]:
    for install in () if isinstance(facts.installs, Unread) else facts.installs:
        yield install["metadata"]["name"], install.get("spec") or {}


def _dig(spec: Manifest, *keys: str) -> object:
    value: object = spec
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
