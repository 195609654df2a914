"""CoreDNS as a pod: https://github.com/kubernetes/dns/blob/master/docs/specification.md and https://coredns.io/plugins/kubernetes/"""

from collections.abc import Sequence

from hack.cluster import access
from hack.cluster.layout import Manifest
from hack.cluster.network import CLUSTER_DOMAIN, DNS_IP

IMAGE = "localhost/dixi-coredns:1.15.0"
NAME = "coredns"
SELECTOR = {"k8s-app": "kube-dns"}
METADATA = {"name": NAME, "namespace": "kube-system"}


def upstreams(resolv_conf: str) -> list[str]:
    """Name servers of the machine that a pod can reach, from the text of /etc/resolv.conf."""
    fields = [line.split() for line in resolv_conf.splitlines()]
    servers = [parts[1] for parts in fields if len(parts) > 1 and parts[0] == "nameserver"]
    return [server for server in servers if not server.startswith("127.") and server != "::1"]


def corefile(servers: Sequence[str]) -> str:
    """CoreDNS's configuration; without upstream servers, names outside the cluster do not exist."""
    lines = [
        "errors",
        "health",
        "ready",
        f"kubernetes {CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {{",
        "    pods insecure",
        "    fallthrough in-addr.arpa ip6.arpa",
        "    ttl 5",
        "}",
        *([f"forward . {' '.join(servers)}"] if servers else []),
        "prometheus :9153",
        "cache 5",
        "reload",
    ]
    return "\n".join([".:53 {", *(f"    {line}" for line in lines), "}"]) + "\n"


def manifests(servers: Sequence[str]) -> list[Manifest]:
    watch = ["list", "watch"]
    rules = [
        access.rule([""], ["services", "pods", "namespaces"], watch),
        access.rule(["discovery.k8s.io"], ["endpointslices"], watch),
    ]
    role = "system:coredns"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": METADATA},
        access.cluster_role(role, rules),
        access.bind(role, role, access.service_account(NAME, "kube-system")),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": METADATA, "data": {"Corefile": corefile(servers)}},
        _deployment(),
        _service(),
    ]


def _deployment() -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": METADATA,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": SELECTOR},
            "template": {"metadata": {"labels": SELECTOR}, "spec": _pod_spec()},
        },
    }


def _pod_spec() -> Manifest:
    """Any user may open port 53 in this pod's network: no capability is needed, and policies can name the port."""
    security = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    container = {
        "name": NAME,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"},
            {"name": "metrics", "containerPort": 9153, "protocol": "TCP"},
        ],
        "resources": {"requests": {"cpu": "50m", "memory": "48Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
        "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "failureThreshold": 5},
        "securityContext": security,
        "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": True}],
    }
    return {
        "serviceAccountName": NAME,
        "dnsPolicy": "Default",
        "priorityClassName": "system-cluster-critical",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": NAME}}],
    }


def _service() -> Manifest:
    ports = [
        {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53, "targetPort": 53, "protocol": "TCP"},
        {"name": "metrics", "port": 9153, "targetPort": 9153, "protocol": "TCP"},
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": SELECTOR},
        "spec": {"clusterIP": DNS_IP, "selector": SELECTOR, "ports": ports},
    }
