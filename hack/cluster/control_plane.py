"""etcd, API server, controller manager and scheduler: the same for real and for fake nodes.

Flags: https://kubernetes.io/docs/reference/command-line-tools-reference/
"""

from dataclasses import dataclass

from hack.cluster import binaries, kubectl, pki, processes
from hack.cluster.layout import Layout, Manifest, write_json
from hack.cluster.network import API_SERVICE_IP, POD_RANGE, SERVICE_RANGE
from hack.cluster.processes import Service

SERVICES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
SERVED_NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)

FAST_CLIENT = ("--kube-api-qps=200", "--kube-api-burst=400")
"""The default limits hold a new cluster back for seconds."""

AUDIT_POLICY: Manifest = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata"}],
}


@dataclass(frozen=True)
class Endpoint:
    """Where this control plane listens."""

    address: str
    port: int
    etcd_port: int
    etcd_peer_port: int

    @property
    def url(self) -> str:
        return f"https://{self.address}:{self.port}"


def certificates(endpoint: Endpoint) -> list[pki.Certificate]:
    """What the control plane itself needs, beside the users."""
    addresses = sorted({"127.0.0.1", API_SERVICE_IP, endpoint.address})
    return [
        pki.Certificate("apiserver", "kube-apiserver", dns=SERVED_NAMES, addresses=addresses),
        pki.Certificate("apiserver-kubelet-client", "kube-apiserver-kubelet-client", ["system:masters"]),
        pki.Certificate("front-proxy", "front-proxy-client", authority="front-proxy-ca"),
        *pki.USERS,
    ]


def prepare(layout: Layout, endpoint: Endpoint) -> None:
    """Makes certificates, kubeconfigs and configuration files."""
    pki.ensure_authority(layout, "ca")
    pki.ensure_authority(layout, "front-proxy-ca")
    pki.ensure_signing_key(layout)
    for certificate in certificates(endpoint):
        pki.ensure_certificate(layout, certificate)
    pki.ensure_kubeconfigs(layout, endpoint.url, [user.name for user in pki.USERS])
    write_json(layout.config / "audit-policy.json", AUDIT_POLICY)


def start(layout: Layout, endpoint: Endpoint, *, real_nodes: bool) -> None:
    """Starts the four and returns when the API server serves and the controllers run."""
    layout.etcd.mkdir(parents=True, exist_ok=True, mode=0o700)
    processes.start(layout, etcd(layout, endpoint))
    processes.start(layout, api_server(layout, endpoint, real_nodes=real_nodes))
    processes.await_ready(layout, "kube-apiserver", lambda: is_serving(layout), timeout=90)
    processes.start(layout, controller_manager(layout, real_nodes=real_nodes))
    processes.start(layout, scheduler(layout))


def is_serving(layout: Layout) -> bool:
    """Whether the API server says it is ready, its own bootstrap objects included."""
    return kubectl.ask(layout, "get", "--raw", "/readyz").stdout == "ok"


def etcd(layout: Layout, endpoint: Endpoint) -> Service:
    client, peer = (f"http://127.0.0.1:{port}" for port in (endpoint.etcd_port, endpoint.etcd_peer_port))
    argv = [
        str(binaries.path("etcd")),
        f"--data-dir={layout.etcd}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        # The data dies with the cluster; waiting for the disk would only slow the tests.
        "--unsafe-no-fsync",
        "--auto-compaction-retention=10m",
        "--quota-backend-bytes=4294967296",
    ]
    return Service("etcd", argv)


def api_server(layout: Layout, endpoint: Endpoint, *, real_nodes: bool) -> Service:
    pki_dir, audit = layout.pki, layout.config / "audit-policy.json"
    files = ("apiserver.crt", "apiserver.key", "ca.crt", "front-proxy-ca.crt", "front-proxy.crt", "sa.pub")
    argv = [
        str(binaries.path("kube-apiserver")),
        f"--etcd-servers=http://127.0.0.1:{endpoint.etcd_port}",
        f"--secure-port={endpoint.port}",
        f"--bind-address={'0.0.0.0' if real_nodes else endpoint.address}",
        f"--cert-dir={pki_dir}",
        f"--tls-cert-file={pki_dir}/apiserver.crt",
        f"--tls-private-key-file={pki_dir}/apiserver.key",
        f"--client-ca-file={pki_dir}/ca.crt",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        f"--service-account-key-file={pki_dir}/sa.pub",
        f"--service-account-signing-key-file={pki_dir}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--allow-privileged=true",
        f"--audit-policy-file={audit}",
        f"--audit-log-path={layout.logs}/audit.log",
        "--audit-log-maxsize=200",
        "--audit-log-maxbackup=1",
        "--profiling=false",
        *_aggregation(layout),
        *(_kubelet_client(layout, endpoint) if real_nodes else ["--endpoint-reconciler-type=none"]),
    ]
    # It would wait for its watchers to go, who do not.
    return Service("kube-apiserver", argv, inputs=[*(pki_dir / name for name in files), audit], grace=1)


def _aggregation(layout: Layout) -> list[str]:
    return [
        f"--requestheader-client-ca-file={layout.pki}/front-proxy-ca.crt",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={layout.pki}/front-proxy.crt",
        f"--proxy-client-key-file={layout.pki}/front-proxy.key",
        "--enable-aggregator-routing=true",
    ]


def _kubelet_client(layout: Layout, endpoint: Endpoint) -> list[str]:
    return [
        f"--advertise-address={endpoint.address}",
        f"--kubelet-certificate-authority={layout.pki}/ca.crt",
        f"--kubelet-client-certificate={layout.pki}/apiserver-kubelet-client.crt",
        f"--kubelet-client-key={layout.pki}/apiserver-kubelet-client.key",
        "--kubelet-preferred-address-types=InternalIP",
    ]


def controller_manager(layout: Layout, *, real_nodes: bool) -> Service:
    kubeconfig = layout.kubeconfig("controller-manager")
    argv = [
        str(binaries.path("kube-controller-manager")),
        f"--kubeconfig={kubeconfig}",
        # With a lease, a restart of the API server would end this process too.
        "--leader-elect=false",
        *FAST_CLIENT,
        "--use-service-account-credentials=true",
        "--secure-port=0",
        f"--root-ca-file={layout.pki}/ca.crt",
        f"--service-account-private-key-file={layout.pki}/sa.key",
        f"--cluster-signing-cert-file={layout.pki}/ca.crt",
        f"--cluster-signing-key-file={layout.pki}/ca.key",
        "--horizontal-pod-autoscaler-sync-period=5s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=30s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=5s",
        f"--allocate-node-cidrs={'true' if real_nodes else 'false'}",
        *([f"--cluster-cidr={POD_RANGE}", f"--service-cluster-ip-range={SERVICE_RANGE}"] if real_nodes else []),
    ]
    return Service("kube-controller-manager", argv, inputs=[kubeconfig])


def scheduler(layout: Layout) -> Service:
    kubeconfig = layout.kubeconfig("scheduler")
    argv = [
        str(binaries.path("kube-scheduler")),
        f"--kubeconfig={kubeconfig}",
        "--leader-elect=false",
        *FAST_CLIENT,
        "--secure-port=0",
    ]
    return Service("kube-scheduler", argv, inputs=[kubeconfig])
