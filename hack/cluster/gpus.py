"""Devices that the node offers as GPUs: a device plugin that behaves, in front of nothing that computes."""

import json

from hack.cluster import binaries, kubectl, processes
from hack.cluster.layout import Layout
from hack.cluster.network import NODE_NAME
from hack.cluster.pins import GPU_PLUGIN
from hack.cluster.processes import Service

NVIDIA = "nvidia.com/gpu"
NAME = "gpu-plugin"
SECONDS = 30.0


def offer(layout: Layout, count: int, resource: str = NVIDIA) -> None:
    """Has the node offer that many devices under that name; returns when the scheduler can know. 0 takes them back."""
    if count:
        binaries.install(binaries.select([GPU_PLUGIN]))
        processes.start(layout, service(count, resource))
    else:
        processes.stop(layout, NAME)
    processes.await_ready(layout, NAME, lambda: count_offered(layout, resource) == count, timeout=SECONDS)


def service(count: int, resource: str) -> Service:
    return Service(NAME, [str(binaries.path(NAME)), f"--resource={resource}", f"--count={count}"])


def count_offered(layout: Layout, resource: str) -> int:
    """Devices of that name that pods can be given."""
    found = json.loads(kubectl.call(layout, "get", "node", NODE_NAME, "-o", "json"))
    return int(found["status"].get("allocatable", {}).get(resource, 0))
