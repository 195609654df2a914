"""Where a cluster keeps what: one state folder holds all of it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hack.cluster.errors import ClusterError

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """Paths below one cluster's state folder."""

    root: Path

    @property
    def pki(self) -> Path:
        return self.root / "pki"

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def services(self) -> Path:
        """Specification and pid file of each supervised process."""
        return self.root / "services"

    @property
    def etcd(self) -> Path:
        return self.root / "etcd"

    @property
    def volumes(self) -> Path:
        return self.root / "volumes"

    @property
    def containerd(self) -> Path:
        return self.root / "containerd"

    @property
    def containerd_socket(self) -> Path:
        return self.containerd / "containerd.sock"

    @property
    def kubelet(self) -> Path:
        return self.root / "kubelet"

    @property
    def cni(self) -> Path:
        return self.root / "cni"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def description(self) -> Path:
        """What kind of cluster this is, for commands that get nothing but the folder."""
        return self.root / "cluster.json"

    def kubeconfig(self, user: str) -> Path:
        return self.root / f"{user}.conf"

    def log(self, service: str) -> Path:
        return self.logs / f"{service}.log"


def default_root() -> Path:
    """State folder: DIXI_CLUSTER_DIR, else /var/lib/dixi-cluster, or for one who is not root in the cache."""
    usual = Path("/var/lib/dixi-cluster") if os.geteuid() == 0 else cache() / "cluster"
    return Path(os.environ.get("DIXI_CLUSTER_DIR", usual)).resolve()


def default_fake_root() -> Path:
    """State folder of the cluster whose nodes are fake; it needs no root."""
    return cache() / "fake"


def cache() -> Path:
    """Folder for what outlives clusters: DIXI_CACHE, else ~/.cache/dixi."""
    return Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache" / "dixi")).resolve()


def write_json(path: Path, value: Manifest) -> Path:
    """Writes a configuration file; every Kubernetes component that reads YAML reads JSON."""
    return write_text(path, json.dumps(value, indent=2) + "\n")


def write_text(path: Path, text: str, mode: int = 0o600) -> Path:
    """Replaces the file whole, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.chmod(mode)
    partial.replace(path)
    return path


def read_json(path: Path) -> Manifest | None:
    """The object in the file, or None where there is no such file; ClusterError when it is not a JSON object."""
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except PermissionError:
        raise ClusterError(f"{path} belongs to another user; run this as that user, or choose another --dir") from None
    except ValueError as error:
        raise ClusterError(f"{path} is not JSON ({error}); remove it and try again") from None
    if not isinstance(value, dict):
        raise ClusterError(f"{path} holds no JSON object; remove it and try again")
    return value
