"""Pods that the API server does not let a Deployment create."""

from __future__ import annotations

import re

from dixi_operator.api.quantities import parse_quantity
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Scene, find_since, read_condition

# https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
_QUOTA = re.compile(
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>\S+), used: (?P<used>\S+), limited: (?P<limited>\S+)"
)
_POD = re.compile(r'^pods "[^"]*" is forbidden: ')


def check_quota(scene: Scene) -> Cause | None:
    """Does the namespace's quota leave room for the pods?"""
    message = _find_refusal(scene)
    found = read_quota(message)
    if found is None:
        return None
    quota, excess = found
    return Cause(
        check="quota",
        component=scene.component,
        reason=Reason.QUOTA_EXCEEDED,
        object=f"ResourceQuota {quota}",
        message=f"{scene.label}: ResourceQuota {quota} leaves no room for its pods: {excess}",
        advice=f"Raise the quota, or ask for less in spec.{scene.component}.resources: "
        f"kubectl -n {scene.evidence.namespace} describe quota {quota}",
        since=find_since(scene.deployment, "ReplicaFailure"),
        quote=message,
    )


def check_refusal(scene: Scene) -> Cause | None:
    """Does admission let the pods be created?"""
    message = _find_refusal(scene)
    if not message:
        return None
    return Cause(
        check="admission",
        component=scene.component,
        reason=Reason.REPLICA_FAILURE,
        object=scene.label,
        message=f"{scene.label} cannot create pods: {message}",
        advice="Allow in the namespace what admission refused: its Pod Security label, a LimitRange or a webhook.",
        since=find_since(scene.deployment, "ReplicaFailure"),
    )


def read_quota(message: str) -> tuple[str, str] | None:
    """Name of the ResourceQuota that a refusal is about, and what of it does not suffice; None if it is about another.

    What does not suffice reads like ``pods: 1 of 1 used, 1 more wanted``.
    """
    found = _QUOTA.search(message)
    if found is None:
        return None
    wanted, used, most = (_read_amounts(found[part]) for part in ("requested", "used", "limited"))
    excess = (
        f"{name}: {used.get(name, '0')} of {most[name]} used, {amount} more wanted"
        for name, amount in wanted.items()
        if name in most and _exceeds(used.get(name, "0"), amount, most[name])
    )
    return found["quota"], "; ".join(excess)


def strip_pod(message: str) -> str:
    """A refusal without the name of the pod in front, which is another one at each attempt."""
    return _POD.sub("", message)


def _find_refusal(scene: Scene) -> str:
    failing = read_condition(scene.deployment, "ReplicaFailure")
    return strip_pod(str(failing.get("message", ""))) if failing.get("status") == "True" else ""


def _read_amounts(text: str) -> dict[str, str]:
    return {name: amount for name, _, amount in (pair.partition("=") for pair in text.split(","))}


def _exceeds(used: str, requested: str, limited: str) -> bool:
    try:
        return parse_quantity(used) + parse_quantity(requested) > parse_quantity(limited)
    except ArithmeticError:
        return True
