"""Gives nodes devices that nobody made: as a device plugin reports them, or as a driver of dynamic allocation does."""

from __future__ import annotations

import json
from collections.abc import Mapping

import yaml

from tests.support.fake import Api

DRIVER = "gpu.example.com"
CLASS: Mapping[str, object] = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "DeviceClass",
    "metadata": {"name": DRIVER},
    "spec": {"selectors": [{"cel": {"expression": f"device.driver == '{DRIVER}'"}}]},
}
RUNTIME: Mapping[str, object] = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "gpu"},
    "handler": "runc",
}


def offer_resource(api: Api, node: str, resource: str, count: int) -> None:
    """Have a node offer so many of an extended resource; what kwok simulates says nothing of it."""
    patch = [
        {"op": "add", "path": f"/status/{part}/{resource.replace('/', '~1')}", "value": str(count)}
        for part in ("allocatable", "capacity")
    ]
    api.kubectl("patch", "node", node, "--subresource=status", "--type=json", f"-p={json.dumps(patch)}")


def offer_devices(api: Api, node: str, count: int) -> None:
    """Have a node offer so many devices of the DeviceClass :data:`DRIVER`, which is made too."""
    piece = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": f"{node}-gpus"},
        "spec": {
            "driver": DRIVER,
            "nodeName": node,
            "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
            "devices": [{"name": f"gpu-{number}"} for number in range(count)],
        },
    }
    api.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump_all([CLASS, piece]))


def make_runtime_class(api: Api) -> None:
    """Have the cluster know the RuntimeClass ``gpu``."""
    api.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump(RUNTIME))
