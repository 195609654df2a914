"""What a cluster could leave on a machine, as plain values: none may differ between before `up` and after `down`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hack.cluster import network, processes, sweep
from hack.cluster.commands import found, run
from hack.cluster.layout import default_root

Footprint = Mapping[str, frozenset[str]]
"""Kind of thing -> one line for each."""

IMAGE_BUILDS = "/var/lib/containers/"

VOLATILE = (
    "handle",
    "packets",
    "bytes",
    "expires",
    "used",
    "flags",
    "valid_life_time",
    "preferred_life_time",
    "linkinfo",
    "operstate",
)


def take() -> Footprint:
    """The machine as it is now, with processes of the default state folder; needs root for the packet filter."""
    return {
        "address": frozenset(address_lines(run(["ip", "-j", "address", "show"]))),
        "link": frozenset(_ip("link")),
        "route": frozenset(_ip("route", "table", "all")),
        "rule": frozenset(_ip("rule")),
        "network namespace": frozenset(run(["ip", "netns", "list"]).splitlines()),
        "nftables": frozenset(nftables_lines(run(["nft", "-j", "-s", "list", "ruleset"])))
        if found("nft")
        else frozenset(),
        "iptables": frozenset(line for tool in ("iptables-save", "ip6tables-save") for line in _saved(tool)),
        "ipset": frozenset(run(["ipset", "list", "-name"]).split()) if found("ipset") else frozenset(),
        "mount": frozenset(mount_lines(Path("/proc/self/mounts").read_text())),
        "cgroup": frozenset(_cgroups()),
        "process": frozenset(_processes(default_root())),
        "setting": frozenset(_settings()),
    }


def differences(before: Footprint, after: Footprint) -> list[str]:
    """One line for each thing left behind (+) or taken away (-), sorted by kind."""
    lines = []
    for kind in sorted({*before, *after}):
        old, new = before.get(kind, frozenset()), after.get(kind, frozenset())
        lines += [f"+ {kind}: {line}" for line in sorted(new - old)] + [
            f"- {kind}: {line}" for line in sorted(old - new)
        ]
    return lines


def address_lines(shown: str) -> list[str]:
    """Interface and address, in the output of `ip -j address show`."""
    return [
        f"{link['ifname']} {item['local']}/{item['prefixlen']}"
        for link in json.loads(shown)
        for item in link["addr_info"]
    ]


def mount_lines(table: str) -> list[str]:
    """Lines of /proc/mounts; those of image builds, which may run at the same time, are left out."""
    return [line for line in table.splitlines() if not line.split(" ")[1].startswith(IMAGE_BUILDS)]


def nftables_lines(ruleset: str) -> list[str]:
    """Rules, sets and chains in the JSON of `nft -j list ruleset`, without counters and empty accepting chains."""
    items: list[dict[str, Any]] = json.loads(ruleset)["nftables"]
    kept = [item for item in items if "metainfo" not in item and "table" not in item]
    return [
        json.dumps(_steady(item), sort_keys=True) for item in kept if item.get("chain", {}).get("policy") != "accept"
    ]


def iptables_lines(saved: str) -> list[str]:
    """Rules, and chains that are not an accepting built-in one, in the text of iptables-save."""
    lines = [line.split(" [")[0] for line in saved.splitlines() if line.startswith((":", "-A"))]
    return [line for line in lines if not (line.startswith(":") and line.endswith(" ACCEPT"))]


def _saved(tool: str) -> list[str]:
    return [f"{tool}: {line}" for line in iptables_lines(run([tool]))] if found(tool) else []


def _ip(kind: str, *selection: str) -> Iterable[str]:
    for item in json.loads(run(["ip", "-j", kind, "show", *selection]) or "[]"):
        yield json.dumps(_steady(item), sort_keys=True)


def _steady(value: Any) -> Any:
    """The value without what changes by itself."""
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items() if key not in VOLATILE}
    return [_steady(item) for item in value] if isinstance(value, list) else value


def _cgroups() -> Iterable[str]:
    """Folders that belong to pods or containers; other programs of the machine come and go."""
    for top in sweep.pod_cgroups():
        yield str(top)


def _processes(root: Path) -> Iterable[str]:
    """The cluster's own programs, without pids, which would differ each time."""
    programs = set(sweep.PROGRAMS)
    return (" ".join(argv).strip() for _, argv in processes.command_lines() if processes.is_ours(argv, root, programs))


def _settings() -> Iterable[str]:
    for name in (*network.SETTINGS, *network.CHANGED_BY_KUBELET):
        file = Path("/proc/sys") / name
        if file.exists():
            yield f"{name} = {file.read_text().strip()}"
