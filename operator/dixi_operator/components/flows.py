"""The flows that exist between components, as peers and rules of network policies.

A rule without peers means any peer, one without ports any port
(https://kubernetes.io/docs/concepts/services-networking/network-policies/).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from dixi_operator.api import names
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_selector

VISION_PORTS = (names.VISION_ALIAS_PORT, names.VISION_PORT)
BACKEND_PORTS = (names.BACKEND_PORT, names.BACKEND_WS_PORT)
API_SERVER_PORTS = (443, 6443)
DEFAULT_PORTS = {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "rtsp": 554, "rtsps": 322}
"""https://www.iana.org/assignments/service-names-port-numbers"""


def allow_from(peers: Sequence[Manifest], ports: Iterable[int]) -> Manifest:
    """An ingress rule; no peers means anybody."""
    rule: Manifest = {"ports": [_build_port(port) for port in ports]}
    return {"from": list(peers), **rule} if peers else rule


def allow_to(peers: Sequence[Manifest], ports: Iterable[int]) -> Manifest:
    """An egress rule; no peers means anywhere."""
    rule: Manifest = {"ports": [_build_port(port) for port in ports]}
    return {"to": list(peers), **rule} if peers else rule


def find_component(context: Context, component: str) -> Manifest:
    """The pods of a component of this install."""
    return {"podSelector": {"matchLabels": build_selector(context.install, component)}}


def find_namespace(namespace: str) -> Manifest:
    """Every pod of another namespace."""
    return {"namespaceSelector": {"matchLabels": {names.LABEL_NAMESPACE: namespace}}}


def find_operator(context: Context) -> Manifest:
    """The pods of the operator, which ask the gateway whether it serves."""
    return {
        **find_namespace(context.facts.operator_namespace),
        "podSelector": {"matchLabels": {names.LABEL_NAME: names.OPERATOR_NAME}},
    }


def allow_metrics(context: Context, port: int) -> list[Manifest]:
    """Lets monitoring read metrics; nothing when no namespace monitors."""
    peers = [find_namespace(namespace) for namespace in context.spec.network_policy.monitoring_namespaces]
    return [allow_from(peers, [port])] if peers else []


def allow_dns() -> Manifest:
    """Lets pods resolve names: UDP, and TCP for long answers."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return {"to": [find_namespace("kube-system")], "ports": ports}


def allow_url(url: str, own_namespace: str) -> list[Manifest]:
    """Lets pods reach an address as narrowly as a network policy can say it.

    An IP address: that one. A Service of the cluster: the pods of its namespace, on any port, because policies see the
    port of the pod and not that of the Service. Any other host name: its port, anywhere. A name of two parts may be
    either, so it gets both.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
    else:
        return [allow_to([{"ipBlock": {"cidr": f"{address}/{address.max_prefixlen}"}}], [port])]
    if len(labels) == 1:
        return [{"to": [find_namespace(own_namespace)]}]
    in_cluster = {"to": [find_namespace(labels[1])]}
    if len(labels) == 2:
        return [in_cluster, allow_to([], [port])]
    return [in_cluster] if labels[2] == "svc" else [allow_to([], [port])]


def _build_port(port: int) -> Manifest:
    return {"protocol": "TCP", "port": port}
