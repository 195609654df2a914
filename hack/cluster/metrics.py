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
PLACE = {"name": NAME, "namespace": "kube-system"}
POD_IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.9.0"


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
    authority = base64.b64encode((layout.pki / "ca.crt").read_bytes()).decode()
    endpoints = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {**PLACE, "labels": {"kubernetes.io/service-name": NAME}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [NODE_IP], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": PORT, "protocol": "TCP"}],
    }
    return [*_rights(access.user(USER)), _service({}), endpoints, _registration({"caBundle": authority})]


def pod_manifests() -> list[Manifest]:
    """The same as a pod, from its project's own image, for a cluster that can pull it; its certificate is its own."""
    selector = {"k8s-app": NAME}
    container = {
        "name": NAME,
        "image": POD_IMAGE,
        "args": [
            f"--secure-port={PORT}",
            "--cert-dir=/tmp",
            "--kubelet-insecure-tls",
            "--kubelet-preferred-address-types=InternalIP",
            "--metric-resolution=15s",
        ],
        "ports": [{"name": "https", "containerPort": PORT}],
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": PORT, "scheme": "HTTPS"}, "periodSeconds": 5},
        "securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "runAsNonRoot": True},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }
    spec = {"serviceAccountName": NAME, "containers": [container], "volumes": [{"name": "tmp", "emptyDir": {}}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": PLACE,
        "spec": {
            "selector": {"matchLabels": selector},
            "template": {"metadata": {"labels": selector}, "spec": spec},
        },
    }
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": PLACE}
    rights = _rights(access.service_account(NAME, "kube-system"))
    return [account, *rights, deployment, _service(selector), _registration({"insecureSkipTLSVerify": True})]


def _rights(subject: Manifest) -> list[Manifest]:
    rules = [
        access.rule([""], ["nodes/metrics"], ["get"]),
        access.rule([""], ["pods", "nodes"], ["get", "list", "watch"]),
    ]
    return [
        access.cluster_role(USER, rules),
        access.bind(USER, USER, subject),
        access.bind(f"{USER}:delegator", "system:auth-delegator", subject),
        access.bind_in("kube-system", f"{NAME}-reader", "extension-apiserver-authentication-reader", subject),
    ]


def _service(selector: Manifest) -> Manifest:
    """Without a selector, the Service leads where an EndpointSlice made beside it says."""
    ports = {"ports": [{"name": "https", "port": 443, "targetPort": PORT}]}
    spec = {**ports, "selector": selector} if selector else ports
    return {"apiVersion": "v1", "kind": "Service", "metadata": PLACE, "spec": spec}


def _registration(trust: Manifest) -> Manifest:
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
            **trust,
        },
    }
