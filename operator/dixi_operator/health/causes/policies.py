"""Which pods a set of NetworkPolicies lets send where.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dixi_operator.api.types import Manifest

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A port of a pod."""

    namespace: str
    namespace_labels: Labels
    pod_labels: Labels
    protocol: str
    """``UDP``, ``TCP`` or ``SCTP``."""

    port: int
    address: str = ""
    """IP address of the pod; empty when it is not known."""

    port_names: frozenset[str] = field(default_factory=frozenset)
    """Names that the pod gives to the port."""


def find_obstacles(policies: Sequence[Manifest], labels: Labels, destination: Destination) -> list[str]:
    """Names of the policies that keep a pod with these labels from sending to ``destination``.

    Empty when it may send: no policy restricts what it sends, or one of those that do allows this.
    ``policies`` are those of the pod's own namespace.
    """
    restricting = [policy for policy in policies if _restricts_egress(policy, labels)]
    rules = [(policy, rule) for policy in restricting for rule in policy["spec"].get("egress") or ()]
    if any(_allows(rule, policy["metadata"].get("namespace", ""), destination) for policy, rule in rules):
        return []
    return sorted(policy["metadata"]["name"] for policy in restricting)


def matches(selector: Mapping[str, Any], labels: Labels) -> bool:
    """Whether a label selector selects ``labels``; an empty one selects everything.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
    """
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_meets(requirement, labels) for requirement in selector.get("matchExpressions") or ())


def _meets(requirement: Mapping[str, Any], labels: Labels) -> bool:
    key, values = requirement["key"], requirement.get("values") or ()
    match requirement["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def _restricts_egress(policy: Manifest, labels: Labels) -> bool:
    spec = policy["spec"]
    kinds = spec.get("policyTypes") or ("Ingress", *(("Egress",) if spec.get("egress") else ()))
    return "Egress" in kinds and matches(spec.get("podSelector") or {}, labels)


def _allows(rule: Mapping[str, Any], own_namespace: str, destination: Destination) -> bool:
    ports, peers = rule.get("ports") or (), rule.get("to") or ()
    return (not ports or any(_covers(port, destination) for port in ports)) and (
        not peers or any(_is_peer(peer, own_namespace, destination) for peer in peers)
    )


def _covers(port: Mapping[str, Any], destination: Destination) -> bool:
    if port.get("protocol", "TCP") != destination.protocol:
        return False
    first = port.get("port")
    if isinstance(first, str):
        return first in destination.port_names
    return first is None or first <= destination.port <= port.get("endPort", first)


def _is_peer(peer: Mapping[str, Any], own_namespace: str, destination: Destination) -> bool:
    if "ipBlock" in peer:
        return _contains(peer["ipBlock"], destination.address)
    elsewhere = peer.get("namespaceSelector")
    if elsewhere is None:
        there = destination.namespace == own_namespace
    else:
        there = matches(elsewhere, destination.namespace_labels)
    return there and matches(peer.get("podSelector") or {}, destination.pod_labels)


def _contains(block: Mapping[str, Any], address: str) -> bool:
    if not address:
        return False
    found = ipaddress.ip_address(address)
    return found in ipaddress.ip_network(block["cidr"], strict=False) and not any(
        found in ipaddress.ip_network(hole, strict=False) for hole in block.get("except") or ()
    )
