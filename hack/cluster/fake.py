"""A cluster whose nodes are fake: a real control plane, and kwok, which says for each node and pod that it runs."""

import shutil
import socket
from collections.abc import Callable

from hack.cluster import binaries, control_plane, kubectl, packages, pins, processes, sweep
from hack.cluster.control_plane import Endpoint
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout, Manifest, read_json, write_json
from hack.cluster.processes import Service

ADDRESS = "127.0.0.1"
MARK = "kwok.x-k8s.io/node"
"""Annotation of the nodes that kwok is to play."""


def up(layout: Layout, nodes: int, port: int | None, say: Callable[[str], None]) -> None:
    """Starts what does not run, and returns when the control plane serves and every fake node is Ready."""
    packages.install(packages.FAKE, 1)
    binaries.install(binaries.select(pins.FAKE_NODES))
    endpoint = choose_endpoint(layout, port)
    sweep.kill_strays(layout)
    control_plane.prepare(layout, endpoint)
    say(f"control plane at {endpoint.url}")
    control_plane.start(layout, endpoint, real_nodes=False)
    processes.start(layout, kwok(layout))
    kubectl.apply(layout, [node(number) for number in range(nodes)])
    processes.await_ready(layout, "kwok", lambda: ready_nodes(layout) >= nodes, timeout=60)
    processes.require_running(layout)


def down(layout: Layout) -> None:
    """Ends the processes and removes the state folder."""
    processes.stop(layout, *processes.names(layout))
    sweep.kill_strays(layout)
    shutil.rmtree(layout.root, ignore_errors=True)


def choose_endpoint(layout: Layout, port: int | None) -> Endpoint:
    """The ports this cluster had before, else the wanted one and free ones; kept in the cluster's description."""
    known = read_json(layout.description) or {}
    if not known:
        first, second, third = free_ports(3)
        known = {"kind": "fake", "port": port or first, "etcd_port": second, "etcd_peer_port": third}
        write_json(layout.description, known)
    if port not in (None, known["port"]):
        raise ClusterError(
            f"the cluster in {layout.root} listens on port {known['port']}; take it down before giving it port {port}"
        )
    return Endpoint(ADDRESS, int(known["port"]), int(known["etcd_port"]), int(known["etcd_peer_port"]))


def free_ports(count: int) -> list[int]:
    """TCP ports that nobody listens on now."""
    sockets = [socket.create_server((ADDRESS, 0)) for _ in range(count)]
    ports = [int(listener.getsockname()[1]) for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


def kwok(layout: Layout) -> Service:
    kubeconfig = layout.kubeconfig("admin")
    stages = [path for module in binaries.select(["kwok"]) for path in binaries.files(module)]
    argv = [
        str(binaries.path("kwok")),
        f"--kubeconfig={kubeconfig}",
        f"--manage-nodes-with-annotation-selector={MARK}=fake",
        "--node-lease-duration-seconds=40",
        *(f"--config={stage}" for stage in stages),
    ]
    return Service("kwok", argv, inputs=[kubeconfig, *stages])


def node(number: int) -> Manifest:
    name = f"fake-{number}"
    room = {"cpu": "32", "memory": "128Gi", "pods": "250", "ephemeral-storage": "500Gi"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {MARK: "fake"},
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "type": "kwok",
            },
        },
        "status": {"allocatable": room, "capacity": room},
    }


def ready_nodes(layout: Layout) -> int:
    listed = kubectl.get(layout, "nodes") or {"items": []}
    return sum(kubectl.condition(item, "Ready") == "True" for item in listed["items"])
