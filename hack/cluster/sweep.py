"""Removing what processes leave in the kernel when they are killed: mounts, cgroups, packet filter rules, links."""

import json
from itertools import pairwise
from pathlib import Path

from hack.cluster import processes
from hack.cluster.commands import attempt, found, run
from hack.cluster.layout import Layout

CGROUPS = Path("/sys/fs/cgroup")
POD_CGROUP = "kubepods"
CHAINS = ("KUBE-", "CNI-")
"""Prefixes of iptables chains made by kube-router and the CNI plugins."""
PROXY_TABLES = (("ip", "kube-proxy"), ("ip6", "kube-proxy"))
SET_PREFIXES = ("KUBE-", "kube-router-", "inet6:KUBE-", "inet6:kube-router-")
PROGRAMS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "containerd",
    "containerd-shim-runc-v2",
    "kubelet",
    "kube-proxy",
    "kube-router",
    "metrics-server",
    "provisioner",
    "gpu-plugin",
    "kwok",
    "supervise",
)


def kill_strays(layout: Layout) -> None:
    """Ends processes at work on this state folder that no pid file knows; container shims are containerd's to keep."""
    processes.kill(processes.strays(layout, set(PROGRAMS) - {"containerd-shim-runc-v2"}))


def kill_containers(layout: Layout) -> None:
    """Ends the shims of our containerd, and then all that runs in a pod's cgroup."""
    processes.kill(processes.strays(layout, ["containerd-shim-runc-v2"]))
    for cgroup in pod_cgroups():
        for file in cgroup.rglob("cgroup.procs"):
            processes.kill(int(pid) for pid in file.read_text().split())


def unmount(root: Path) -> None:
    """Unmounts everything at or below the folder, innermost first."""
    for target in mounts_below(Path("/proc/self/mounts").read_text(), root):
        if attempt(["umount", target]).returncode != 0:
            attempt(["umount", "--lazy", target])


def mounts_below(table: str, root: Path) -> list[str]:
    """Mount points at or below the folder in the text of /proc/mounts (fstab(5): a space is \\040), last one first."""
    points = [line.split(" ")[1].replace("\\040", " ") for line in table.splitlines()]
    return [point for point in reversed(points) if Path(point).is_relative_to(root)]


def pod_cgroups() -> list[Path]:
    """The pods' cgroup in each controller's hierarchy (version 1) or in the one hierarchy (version 2)."""
    return [path for path in (CGROUPS / POD_CGROUP, *CGROUPS.glob(f"*/{POD_CGROUP}")) if path.is_dir()]


def remove_cgroups() -> None:
    """Removes the pods' cgroups, innermost first; one that still has a process stays."""
    for top in pod_cgroups():
        for folder in sorted((path for path in top.rglob("*") if path.is_dir()), key=lambda path: -len(path.parts)):
            _rmdir(folder)
        _rmdir(top)


def remove_rules() -> None:
    """Removes kube-proxy's tables, the chains of kube-router and CNI, their sets, and tables that held nothing else."""
    if found("nft"):
        for family, table in PROXY_TABLES:
            attempt(["nft", "delete", "table", family, table])
    for tool in ("iptables", "ip6tables"):
        if found(f"{tool}-save"):
            saved = run([f"{tool}-save"])
            stripped = strip_chains(saved)
            if stripped != saved:
                run([f"{tool}-restore"], stdin=stripped)
    if found("nft"):
        for family, table in hollow_tables(run(["nft", "-j", "list", "ruleset"])):
            attempt(["nft", "delete", "table", family, table])
    if found("ipset"):
        ours = [name for name in run(["ipset", "list", "-name"]).split() if name.startswith(SET_PREFIXES)]
        # A set of sets holds the others, so two rounds may be needed.
        for name in (*ours, *ours):
            attempt(["ipset", "destroy", name])


def strip_chains(saved: str) -> str:
    """The text of iptables-save without our chains, the rules in them and the jumps to them."""
    return "".join(line for line in saved.splitlines(keepends=True) if not _mentions_ours(line))


def _mentions_ours(line: str) -> bool:
    words = line.split()
    if line.startswith(":"):
        return words[0][1:].startswith(CHAINS)
    named = [after for flag, after in pairwise(words) if flag in ("-A", "-j", "-g")]
    return any(name.startswith(CHAINS) for name in named)


def hollow_tables(ruleset: str) -> list[tuple[str, str]]:
    """iptables' own tables in the JSON of `nft -j list ruleset` that have base chains that accept, and nothing else."""
    items = json.loads(ruleset)["nftables"]
    tables = [(item["table"]["family"], item["table"]["name"]) for item in items if "table" in item]
    full = {
        (value["family"], value["table"])
        for item in items
        for kind, value in item.items()
        if kind in ("rule", "set", "map") or (kind == "chain" and value.get("policy") != "accept")
    }
    own = {"filter", "nat", "mangle", "raw", "security"}
    return [
        (family, name)
        for family, name in tables
        if family in ("ip", "ip6") and name in own and (family, name) not in full
    ]


def remove_files(layout: Layout) -> None:
    """Removes what the kubelet and CNI leave outside the state folder: log links, sockets, cached results."""
    for link in Path("/var/log/containers").glob("*.log"):
        if link.is_symlink() and str(link.readlink()).startswith(f"{layout.logs}/"):
            link.unlink()
    for file in (*Path("/var/lib/kubelet/device-plugins").glob("*"), *Path("/var/lib/cni/results").glob("dixi-*")):
        file.unlink(missing_ok=True)


def _rmdir(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
