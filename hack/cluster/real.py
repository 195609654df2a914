"""The real cluster: a control plane and one node of this machine, up and down."""

import os
import shutil
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hack.cluster import (
    binaries,
    containerd,
    control_plane,
    dns,
    images,
    kubectl,
    metrics,
    network,
    node,
    packages,
    pins,
    processes,
    storage,
    sweep,
)
from hack.cluster.control_plane import Endpoint
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout, Manifest, write_json

ENDPOINT = Endpoint(network.NODE_IP, 6443, 2379, 2380)
PROBE = "dixi-probe"


def require_root() -> None:
    if os.geteuid() != 0:
        raise ClusterError(
            "a real cluster needs either Docker (`docker info` must work for this user) or root on Linux, "
            "for containers, routes and packet filters; `up --fake N` needs neither"
        )


def up(layout: Layout, say: Callable[[str], None]) -> None:
    """Starts what does not run, and returns when a pod has resolved a Service name; errors name the log to read."""
    require_root()
    packages.install(packages.NODE, os.geteuid())
    binaries.install(binaries.select(pins.REAL_NODE))
    write_json(layout.description, {"kind": "real"})
    sweep.kill_strays(layout)
    network.set_up(layout)
    _prepare(layout)
    say("control plane")
    control_plane.start(layout, ENDPOINT, real_nodes=True)
    say("node")
    _start_node(layout)
    say("addons")
    kubectl.apply(layout, _manifests(layout))
    processes.start(layout, storage.service(layout))
    processes.start(layout, metrics.service(layout))
    await_ready(layout)
    say(resolve_from_pod(layout))


def down(layout: Layout, *, everything: bool) -> None:
    """Removes the cluster from the machine; images stay in the state folder unless `everything` goes."""
    require_root()
    services = processes.names(layout)
    # The kubelet first, or it would start again what the rest ends.
    processes.stop(layout, "kubelet")
    processes.stop(layout, *(name for name in services if name not in ("kubelet", "containerd")))
    sweep.kill_strays(layout)
    _forget_containers(layout)
    sweep.kill_containers(layout)
    processes.stop(layout, "containerd")
    sweep.unmount(layout.root)
    sweep.remove_cgroups()
    sweep.remove_rules()
    network.tear_down(layout)
    sweep.remove_files(layout)
    kept = set() if everything else {layout.containerd, layout.lock}
    for path in layout.root.iterdir():
        if path not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if everything:
        layout.root.rmdir()


def await_ready(layout: Layout) -> None:
    """Waits for the node, its rules, DNS and metrics; then everything must be running."""
    processes.await_ready(layout, "kubelet", lambda: _has(layout, "Ready", "node", network.NODE_NAME), timeout=90)
    processes.await_ready(
        layout, "kubelet", lambda: _has(layout, "Available", "-n", "kube-system", "deployment", dns.NAME), timeout=90
    )
    processes.await_ready(
        layout, metrics.NAME, lambda: _has(layout, "Available", "apiservice", f"v1beta1.{metrics.GROUP}"), timeout=60
    )
    for name, page in node.HEALTH_PAGES.items():
        processes.await_ready(layout, name, partial(node.answers, page), timeout=60)
    processes.require_running(layout)


def resolve_from_pod(layout: Layout) -> str:
    """Runs a pod that resolves a Service name and connects to it; returns the line it printed."""
    place = ("-n", "kube-system")
    kubectl.call(layout, "delete", "pod", PROBE, *place, "--ignore-not-found", "--grace-period=0", "--force")
    kubectl.apply(layout, [probe_pod()])
    deadline = time.monotonic() + 60
    while (phase := _phase(layout)) not in ("Succeeded", "Failed"):
        if time.monotonic() > deadline:
            raise ClusterError(f"the pod {PROBE} did not run within 60 s{processes.log_end(layout, 'kubelet')}")
        time.sleep(processes.POLL)
    said = kubectl.call(layout, "logs", PROBE, *place).strip()
    kubectl.call(layout, "delete", "pod", PROBE, *place, "--wait=false")
    if phase == "Failed":
        raise ClusterError(
            f"a pod could not reach kubernetes.default by name: {said}{processes.log_end(layout, 'kube-proxy')}"
        )
    return said


def probe_pod() -> Manifest:
    container = {
        "name": "probe",
        "image": images.PROBE_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": PROBE, "namespace": "kube-system"},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
        },
    }


def _prepare(layout: Layout) -> None:
    control_plane.prepare(layout, ENDPOINT)
    for component in (node, storage, metrics):
        component.prepare(layout, ENDPOINT.url)


def _start_node(layout: Layout) -> None:
    processes.start(layout, containerd.service(layout))
    processes.await_ready(layout, "containerd", lambda: containerd.is_serving(layout), timeout=30)
    images.load_own(layout)
    for service in (node.kubelet(layout), node.kube_proxy(layout), node.kube_router(layout)):
        processes.start(layout, service)


def _manifests(layout: Layout) -> list[Manifest]:
    servers = [server for server in dns.upstreams(Path("/etc/resolv.conf").read_text()) if _answers(server)]
    return [*node.manifests(), *storage.manifests(), *metrics.manifests(layout), *dns.manifests(servers)]


def _answers(server: str) -> bool:
    """Whether a name server answers a question for the root's name servers (RFC 1035 section 4) within a second."""
    question = bytes.fromhex("d1c1 0100 0001 0000 0000 0000 00 0002 0001")
    with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        try:
            client.sendto(question, (server, 53))
            return client.recv(512)[:2] == question[:2]
        except OSError:
            return False


def _has(layout: Layout, condition: str, *what: str) -> bool:
    return kubectl.condition(kubectl.get(layout, *what), condition) == "True"


def _phase(layout: Layout) -> str:
    pod = kubectl.get(layout, "-n", "kube-system", "pod", PROBE) or {}
    return str(pod.get("status", {}).get("phase", ""))


def _forget_containers(layout: Layout) -> None:
    """containerd itself must forget its containers, or the images it keeps would come back with them."""
    if processes.state(layout, "containerd").child is None:
        if not (layout.config / "containerd.toml").exists():
            return
        processes.start(layout, containerd.service(layout))
    processes.await_ready(layout, "containerd", lambda: containerd.is_serving(layout), timeout=30)
    containerd.remove_containers(layout)
