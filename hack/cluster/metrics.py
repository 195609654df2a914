"""metrics-server, a process of the machine, behind the API server's aggregation layer.

Flags: https://github.com/kubernetes-sigs/metrics-server; objects: https://kubernetes.io/docs/tasks/extend-kubernetes/setup-extension-api-server/
"""

import base64

from hack.cluster import access, binaries, pki
from hack.cluster.layout import Layout, Manifest
from hack.cluster.network import NODE_IP
from hack.cluster.processes import Service

NAME = "metrics-server"
USER = "system:metrics-server"
PORT = 4443
GROUP = "metrics.k8s.io"


def prepare(layout: Layout, server: str) -> None:
    served = [f"{NAME}.kube-system.svc"]
    pki.ensure_certificate(layout, pki.Certificate(NAME, USER))
    pki.ensure_certificate(layout, pki.Certificate(f"{NAME}-server", NAME, dns=served, addresses=[NODE_IP]))
    pki.ensure_kubeconfigs(layout, server, [NAME])


def service(layout: Layout) -> Service:
    kubeconfig, pki_dir = layout.kubeconfig(NAME), layout.pki
    argv = [
        str(binaries.path(NAME)),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        f"--secure-port={PORT}",
        f"--bind-address={NODE_IP}",
        f"--tls-cert-file={pki_dir}/{NAME}-server.crt",
        f"--tls-private-key-file={pki_dir}/{NAME}-server.key",
        f"--kubelet-certificate-authority={pki_dir}/ca.crt",
        f"--kubelet-client-certificate={pki_dir}/{NAME}.crt",
        f"--kubelet-client-key={pki_dir}/{NAME}.key",
        "--kubelet-preferred-address-types=InternalIP",
        # It panics unless the resolution is the longer of the two.
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
    ]
    return Service(NAME, argv, inputs=[kubeconfig, pki_dir / f"{NAME}-server.crt"])


def manifests(layout: Layout) -> list[Manifest]:
    """The API's registration, a Service that leads to the process, and its rights."""
    place = {"name": NAME, "namespace": "kube-system"}
    rules = [
        access.rule([""], ["nodes/metrics"], ["get"]),
        access.rule([""], ["pods", "nodes"], ["get", "list", "watch"]),
    ]
    return [
        access.cluster_role(USER, rules),
        access.bind(USER, USER, access.user(USER)),
        access.bind(f"{USER}:delegator", "system:auth-delegator", access.user(USER)),
        access.bind_in("kube-system", f"{NAME}-reader", "extension-apiserver-authentication-reader", access.user(USER)),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": place,
            "spec": {"ports": [{"name": "https", "port": 443, "targetPort": PORT}]},
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**place, "labels": {"kubernetes.io/service-name": NAME}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [NODE_IP], "conditions": {"ready": True}}],
            "ports": [{"name": "https", "port": PORT, "protocol": "TCP"}],
        },
        _registration(layout),
    ]


def _registration(layout: Layout) -> Manifest:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"v1beta1.{GROUP}"},
        "spec": {
            "group": GROUP,
            "version": "v1beta1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"name": NAME, "namespace": "kube-system"},
            "caBundle": base64.b64encode((layout.pki / "ca.crt").read_bytes()).decode(),
        },
    }
