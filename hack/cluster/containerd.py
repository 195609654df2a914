"""The cluster's own containerd: its configuration, its service, and the removal of all containers.

Configuration: https://github.com/containerd/containerd/blob/release/1.6/docs/cri/config.md
"""

import json
from collections.abc import Sequence
from typing import Any

from hack.cluster.commands import attempt, run
from hack.cluster.layout import Layout, write_json, write_text
from hack.cluster.network import cni_config
from hack.cluster.processes import Service

CNI_PLUGINS = "/usr/lib/cni"
PAUSE_IMAGE = "localhost/dixi-pause:1"
CRI = "io.containerd.grpc.v1.cri"


def settings(layout: Layout) -> dict[str, Any]:
    """Contents of config.toml."""
    cri = {
        "sandbox_image": PAUSE_IMAGE,
        "disable_apparmor": True,
        # Without CAP_SYS_RESOURCE nobody may lower oom_score_adj, and runc dies trying.
        "restrict_oom_score_adj": True,
        "netns_mounts_under_state_dir": True,
        "cni": {"bin_dir": CNI_PLUGINS, "conf_dir": str(layout.cni / "net.d")},
        "containerd": {
            "default_runtime_name": "runc",
            "runtimes": {"runc": {"runtime_type": "io.containerd.runc.v2"}},
        },
    }
    return {
        "version": 2,
        "root": str(layout.containerd / "root"),
        "state": str(layout.containerd / "state"),
        "disabled_plugins": [f"io.containerd.snapshotter.v1.{name}" for name in ("aufs", "btrfs", "devmapper", "zfs")],
        "grpc": {"address": str(layout.containerd_socket)},
        "plugins": {CRI: cri},
    }


def toml(table: dict[str, Any], path: Sequence[str] = ()) -> str:
    """TOML text of nested tables; strings, booleans, integers and string lists look the same in JSON and TOML."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    lines = [f"{_literal(key)} = {_literal(value)}" for key, value in table.items() if key not in tables]
    if path and (lines or not tables):
        lines.insert(0, f"[{'.'.join(_literal(part) for part in path)}]")
    return "".join(f"{line}\n" for line in lines) + "".join(toml(value, (*path, key)) for key, value in tables.items())


def _literal(value: Any) -> str:
    """JSON escapes what lies beyond 16 bits in a way that TOML refuses, and leaves DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def prepare(layout: Layout) -> None:
    write_text(layout.config / "containerd.toml", toml(settings(layout)))
    write_json(layout.cni / "net.d" / "10-dixi.conflist", cni_config(layout))


def service(layout: Layout) -> Service:
    """Its environment is the user's, proxy included, through which it may pull images."""
    config = layout.config / "containerd.toml"
    return Service("containerd", ["/usr/bin/containerd", "--config", str(config)], inputs=[config], environment={})


def ctr(layout: Layout, *arguments: str, timeout: float = 300) -> str:
    return run(["ctr", "--address", layout.containerd_socket, "--namespace", "k8s.io", *arguments], timeout=timeout)


def is_serving(layout: Layout) -> bool:
    return attempt(["ctr", "--address", layout.containerd_socket, "version"]).returncode == 0


def remove_containers(layout: Layout) -> None:
    """Ends every container and forgets it, snapshots included; images stay."""
    tasks = ctr(layout, "tasks", "ls", "-q").split()
    if tasks:
        attempt(
            ["ctr", "--address", layout.containerd_socket, "--namespace", "k8s.io", "tasks", "rm", "--force", *tasks]
        )
    containers = ctr(layout, "containers", "ls", "-q").split()
    if containers:
        ctr(layout, "containers", "rm", *containers)
