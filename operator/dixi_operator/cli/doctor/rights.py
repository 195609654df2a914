"""Checks of who may do what."""

from __future__ import annotations

from dixi_operator.api.names import GROUP, LABEL_POD_SECURITY, PLURAL
from dixi_operator.cli.doctor.facts import ClusterFacts, Need, Unread
from dixi_operator.cli.doctor.result import Result, doubt, fail, ok, warn

LIST_INSTALLS = Need("list", GROUP, PLURAL, "every command but render")
NEEDS: tuple[Need, ...] = (
    LIST_INSTALLS,
    Need("patch", GROUP, PLURAL, "suspend, resume and reconcile"),
    Need("list", "events.k8s.io", "events", "events, explain and report"),
    Need("list", "", "pods", "doctor, explain and report"),
    Need("get", "", "pods/log", "explain and report"),
    Need("list", "apps", "deployments", "diff, doctor and report"),
    Need("list", "", "secrets", "report"),
    Need("create", "apps", "deployments", "diff"),
    Need("patch", "apps", "deployments", "diff"),
    Need("patch", "", "secrets", "diff"),
)
"""What the commands need of the caller, in all namespaces; diff needs the same of every kind of the operator's."""

RESTRICTED = "restricted"


def check_access(facts: ClusterFacts) -> Result:
    """The caller may do what the commands do."""
    if isinstance(facts.access, Unread):
        return doubt(f"The caller's rights could not be read: {facts.access.why}.", "kubectl auth can-i --list tells.")
    missing = [need for need, allowed in facts.access.items() if not allowed]
    if not missing:
        return ok("You may do what every command does.")
    words = "; ".join(f"{need} (for {need.commands})" for need in missing)
    advice = "Ask for a ClusterRole with these rights, or do without those commands."
    sentence = f"You may not: {words}."
    return fail(sentence, advice) if LIST_INSTALLS in missing else warn(sentence, advice)


def check_pod_security(facts: ClusterFacts) -> Result:
    """The namespaces of installs let no pods in but restricted ones, and let those in."""
    if isinstance(facts.namespaces, Unread):
        return doubt(f"Namespaces could not be read: {facts.namespaces.why}.", "kubectl get namespace --show-labels")
    levels = {
        name: (namespace["metadata"].get("labels") or {}).get(LABEL_POD_SECURITY, "none")
        for name, namespace in facts.namespaces.items()
        if namespace is not None
    }
    other = [f"{name} ({level})" for name, level in sorted(levels.items()) if level != RESTRICTED]
    if other:
        advice = f"kubectl label namespace NAME --overwrite {LABEL_POD_SECURITY}={RESTRICTED}"
        return warn(f"Pods that are not {RESTRICTED} may run in {', '.join(other)}.", advice)
    if not levels:
        return ok("There is no namespace of an install yet; the operator makes it restricted.")
    return ok(f"Only restricted pods may run in {', '.join(sorted(levels))}.")
