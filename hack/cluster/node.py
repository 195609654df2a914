"""The node: kubelet, kube-proxy, kube-router, beside the containerd they use.

Configuration types: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ and
https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
"""

import urllib.request

from hack.cluster import access, binaries, containerd, pki
from hack.cluster.layout import Layout, Manifest, write_json
from hack.cluster.network import CLUSTER_DOMAIN, DNS_IP, NODE_IP, NODE_NAME, POD_RANGE, SERVICE_RANGE
from hack.cluster.processes import Service

SERVICES = ("containerd", "kubelet", "kube-proxy", "kube-router")
PROXY_HEALTH = "127.0.0.1:10256"
ROUTER_HEALTH_PORT = 20244
HEALTH_PAGES = {
    "kube-proxy": f"http://{PROXY_HEALTH}/healthz",
    "kube-router": f"http://127.0.0.1:{ROUTER_HEALTH_PORT}/healthz",
}
"""Pages that answer 200 once the rules are in place."""

CERTIFICATES = (
    pki.Certificate("kubelet", f"system:node:{NODE_NAME}", ["system:nodes"]),
    pki.Certificate("kubelet-server", NODE_NAME, dns=[NODE_NAME], addresses=[NODE_IP]),
    pki.Certificate("kube-proxy", "system:kube-proxy"),
    pki.Certificate("kube-router", "system:kube-router"),
)


def kubelet_config(layout: Layout) -> Manifest:
    """Image collection and eviction go by df, which counts reserved blocks as used: their limits are at the edge."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE_IP,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(layout.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(layout.pki / "kubelet-server.crt"),
        "tlsPrivateKeyFile": str(layout.pki / "kubelet-server.key"),
        "containerRuntimeEndpoint": f"unix://{layout.containerd_socket}",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [DNS_IP],
        "clusterDomain": CLUSTER_DOMAIN,
        "podLogsDir": str(layout.logs / "pods"),
        "volumePluginDir": str(layout.kubelet / "volume-plugins"),
        "makeIPTablesUtilChains": False,
        "oomScoreAdj": 0,
        "serializeImagePulls": False,
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
            "nodefs.inodesFree": "1%",
        },
    }


def proxy_config(layout: Layout) -> Manifest:
    """Zero conntrack limits leave the machine's own settings alone."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": POD_RANGE,
        "hostnameOverride": NODE_NAME,
        "healthzBindAddress": PROXY_HEALTH,
        "metricsBindAddress": "127.0.0.1:10249",
        "oomScoreAdj": 0,
        "clientConnection": {"kubeconfig": str(layout.kubeconfig("kube-proxy"))},
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }


def prepare(layout: Layout, server: str) -> None:
    """Makes certificates, kubeconfigs and configuration files; the authority must exist."""
    for certificate in CERTIFICATES:
        pki.ensure_certificate(layout, certificate)
    pki.ensure_kubeconfigs(layout, server, ["kubelet", "kube-proxy", "kube-router"])
    write_json(layout.config / "kubelet.json", kubelet_config(layout))
    write_json(layout.config / "kube-proxy.json", proxy_config(layout))
    containerd.prepare(layout)


def kubelet(layout: Layout) -> Service:
    config, kubeconfig = layout.config / "kubelet.json", layout.kubeconfig("kubelet")
    argv = [
        str(binaries.path("kubelet")),
        f"--config={config}",
        f"--kubeconfig={kubeconfig}",
        f"--root-dir={layout.kubelet}",
        f"--cert-dir={layout.pki}",
        f"--hostname-override={NODE_NAME}",
        f"--node-ip={NODE_IP}",
    ]
    return Service("kubelet", argv, inputs=[config, kubeconfig, layout.pki / "kubelet-server.crt"])


def kube_proxy(layout: Layout) -> Service:
    config = layout.config / "kube-proxy.json"
    return Service(
        "kube-proxy",
        [str(binaries.path("kube-proxy")), f"--config={config}"],
        inputs=[config, layout.kubeconfig("kube-proxy")],
    )


def kube_router(layout: Layout) -> Service:
    """Network policies only; kube-proxy does Services."""
    kubeconfig = layout.kubeconfig("kube-router")
    argv = [
        str(binaries.path("kube-router")),
        f"--kubeconfig={kubeconfig}",
        "--run-firewall=true",
        "--run-router=false",
        "--run-service-proxy=false",
        "--enable-cni=false",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        f"--hostname-override={NODE_NAME}",
        f"--health-port={ROUTER_HEALTH_PORT}",
    ]
    return Service("kube-router", argv, inputs=[kubeconfig])


def answers(page: str) -> bool:
    """Whether the health page says that all is well."""
    try:
        with urllib.request.urlopen(page, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def manifests() -> list[Manifest]:
    """What kube-router may see; the other users have roles built into Kubernetes."""
    watch = ["get", "list", "watch"]
    rules = [
        access.rule([""], ["namespaces", "pods", "services", "nodes", "endpoints"], watch),
        access.rule(["networking.k8s.io"], ["networkpolicies"], watch),
        access.rule(["discovery.k8s.io"], ["endpointslices"], watch),
    ]
    name = "system:kube-router"
    return [access.cluster_role(name, rules), access.bind(name, name, access.user(name))]
