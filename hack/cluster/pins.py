"""Which Go modules become which programs. Versions are pinned by go.mod and go.sum in go/<module>/."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GO_MODULES = Path(__file__).parent / "go"
GO_VERSION = (1, 26)
KUBERNETES = "v1.37.2"
GPU_PLUGIN = "gpu-plugin"

_KUBERNETES_VERSION = {
    "k8s.io/component-base/version.gitVersion": KUBERNETES,
    "k8s.io/component-base/version.gitMajor": KUBERNETES.split(".")[0].removeprefix("v"),
    "k8s.io/component-base/version.gitMinor": KUBERNETES.split(".")[1],
}
_LEASED = "kustomize/stage/node/heartbeat-with-lease"


@dataclass(frozen=True)
class Module:
    """Main packages built together, as program name -> package path."""

    name: str
    programs: Mapping[str, str]
    folder: str = ""
    """Folder below go/ (default: the name)."""
    defines: Mapping[str, str] = field(default_factory=dict)
    """Linker -X values."""
    cgo: bool = False
    optional: bool = False
    """Built only when asked for by name."""
    source: str = ""
    """Go module that `files` are copied from."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Path below the module's folder in the cache -> path within the source."""
    debian: Mapping[str, str] = field(default_factory=dict)
    """Programs and files that the build needs -> the Debian package that brings them."""


def home(module: Module) -> Path:
    """Folder with the module's go.mod, go.sum and sources."""
    return GO_MODULES / (module.folder or module.name)


def _kubernetes(*programs: str) -> dict[str, str]:
    return {program: f"k8s.io/kubernetes/cmd/{program}" for program in programs}


MODULES: tuple[Module, ...] = (
    Module(
        "kubernetes",
        _kubernetes("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
        defines=_KUBERNETES_VERSION,
    ),
    Module("kubectl", _kubernetes("kubectl"), folder="kubernetes", defines=_KUBERNETES_VERSION),
    Module("etcd", {"etcd": "go.etcd.io/etcd/server/v3"}),
    Module(
        "kwok",
        {"kwok": "sigs.k8s.io/kwok/cmd/kwok"},
        source="sigs.k8s.io/kwok",
        files={
            "node-initialize.yaml": "kustomize/stage/node/fast/node-initialize.yaml",
            "node-heartbeat.yaml": f"{_LEASED}/node-heartbeat-with-lease.yaml",
            "pod-ready.yaml": "kustomize/stage/pod/fast/pod-ready.yaml",
            "pod-complete.yaml": "kustomize/stage/pod/fast/pod-complete.yaml",
            "pod-delete.yaml": "kustomize/stage/pod/fast/pod-delete.yaml",
        },
    ),
    Module("metrics-server", {"metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server"}),
    Module("kube-router", {"kube-router": "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"}),
    Module("coredns", {"coredns": "github.com/coredns/coredns"}),
    Module("helm", {"helm": "helm.sh/helm/v3/cmd/helm"}),
    Module("tools", {"pause": "./pause", "probe": "./probe"}),
    Module("provisioner", {"provisioner": "."}),
    # Go leaves vendor folders out of modules, and with them three header-only libraries of llama.cpp.
    Module(
        "ollama",
        {"ollama": "github.com/ollama/ollama"},
        defines={"github.com/ollama/ollama/version.Version": "0.17.4"},
        cgo=True,
        optional=True,
        source="github.com/gen2brain/malgo",
        files={"include/miniaudio/miniaudio.h": "miniaudio.h"},
        debian={
            "g++": "g++",
            "/usr/include/nlohmann/json.hpp": "nlohmann-json3-dev",
            "/usr/include/stb/stb_image.h": "libstb-dev",
        },
    ),
    Module("versitygw", {"versitygw": "github.com/versity/versitygw/cmd/versitygw"}, optional=True),
    Module("kind", {"kind": "sigs.k8s.io/kind"}, optional=True),
    Module(GPU_PLUGIN, {GPU_PLUGIN: "."}, optional=True),
)

REAL_NODE = tuple(module.name for module in MODULES if not module.optional and module.name != "kwok")
"""What a cluster with a real node runs, and helm to fill it."""

FAKE_NODES = ("kubernetes", "kubectl", "etcd", "kwok")
"""What a cluster of fake nodes runs."""
