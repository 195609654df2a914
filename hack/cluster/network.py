"""The node's addresses, routes and kernel settings, and their removal.

Pods, Services and the node have fixed ranges. Each lies on a blackhole route beneath, so that a packet for an address
that is gone ends here instead of leaving by the default route. A locally made packet is routed before kube-proxy
rewrites its destination, so packets of this machine's own processes find the Service range in a table of its own:
towards `lo`, where one that nobody rewrote is discarded.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from hack.cluster.commands import attempt, found, run
from hack.cluster.layout import Layout, Manifest, read_json, write_json

NODE_NAME = "dixi-node"
NODE_IP = "10.88.0.1"
NODE_RANGE = "10.88.0.0/24"
POD_RANGE = "10.244.0.0/16"
NODE_POD_RANGE = "10.244.0.0/24"
SERVICE_RANGE = "10.96.0.0/16"
API_SERVICE_IP = "10.96.0.1"
DNS_IP = "10.96.0.10"
CLUSTER_DOMAIN = "cluster.local"

BRIDGE = "dixi0"
TABLE = "8896"
"""Routing table for Service addresses, seen only by this machine's own packets."""
RULE = ("iif", "lo", "to", SERVICE_RANGE, "lookup", TABLE, "priority", TABLE)
LAST_METRIC = "4294967290"
"""Lets any other route to the same range win over the blackhole."""
MASQUERADE_TABLE = "dixi-cluster"

SETTINGS: Mapping[str, str] = {
    "net/ipv4/ip_forward": "1",
    "net/bridge/bridge-nf-call-iptables": "1",
}
"""Kernel settings the network needs, as paths below /proc/sys."""

CHANGED_BY_KUBELET = ("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops")
"""Settings that the kubelet changes; put back with the others."""


def set_up(layout: Layout) -> None:
    """Adds what is missing; a second call changes nothing."""
    _remember_settings(layout)
    for name, value in SETTINGS.items():
        _write_setting(name, value)
    run(["ip", "address", "replace", f"{NODE_IP}/32", "dev", "lo"])
    for destination in (NODE_RANGE, POD_RANGE, SERVICE_RANGE):
        run(["ip", "route", "replace", "blackhole", destination, "metric", LAST_METRIC])
    run(["ip", "route", "replace", SERVICE_RANGE, "dev", "lo", "src", NODE_IP, "table", TABLE])
    if f"lookup {TABLE}" not in run(["ip", "rule", "show"]):
        run(["ip", "rule", "add", *RULE])
    run(["nft", "-f", "-"], stdin=masquerade_rules())


def tear_down(layout: Layout) -> None:
    """Removes all that set_up, the CNI plugins and the kubelet left; what is already gone is no error."""
    if found("nft"):
        attempt(["nft", "delete", "table", "ip", MASQUERADE_TABLE])
    while attempt(["ip", "rule", "del", *RULE]).returncode == 0:
        continue
    attempt(["ip", "route", "flush", "table", TABLE])
    for destination in (NODE_RANGE, POD_RANGE, SERVICE_RANGE):
        attempt(["ip", "route", "del", "blackhole", destination, "metric", LAST_METRIC])
    for link in pod_links(run(["ip", "-j", "link", "show"])):
        attempt(["ip", "link", "del", link])
    attempt(["ip", "link", "del", BRIDGE])
    attempt(["ip", "address", "del", f"{NODE_IP}/32", "dev", "lo"])
    for name, value in (read_json(_settings_file(layout)) or {}).items():
        _write_setting(name, value)
    _settings_file(layout).unlink(missing_ok=True)


def masquerade_rules() -> str:
    """nftables text: pods reach the outside with the machine's address, and each other with their own."""
    inside = ", ".join((NODE_RANGE, POD_RANGE, SERVICE_RANGE))
    lines = [
        f"table ip {MASQUERADE_TABLE}",
        f"delete table ip {MASQUERADE_TABLE}",
        f"table ip {MASQUERADE_TABLE} {{",
        "  chain postrouting {",
        "    type nat hook postrouting priority srcnat + 10; policy accept;",
        f"    ip saddr {POD_RANGE} ip daddr != {{ {inside} }} masquerade",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def pod_links(links: str) -> list[str]:
    """Host ends of pod interfaces, those enslaved to our bridge, in the output of `ip -j link show`."""
    return [link["ifname"] for link in json.loads(links or "[]") if link.get("master") == BRIDGE]


def cni_config(layout: Layout) -> Manifest:
    """The network of pods: https://www.cni.dev/docs/spec/#configuration-format"""
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": NODE_POD_RANGE}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(layout.cni / "addresses"),
    }
    bridge = {
        "type": "bridge",
        "bridge": BRIDGE,
        "isGateway": True,
        "hairpinMode": True,
        "ipMasq": False,
        "ipam": addresses,
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "0.4.0", "name": "dixi", "plugins": [bridge, portmap]}


def _settings_file(layout: Layout) -> Path:
    return layout.root / "settings-before.json"


def _remember_settings(layout: Layout) -> None:
    """Keeps the values from before the first `up`; a second one must not take ours for them."""
    if not _settings_file(layout).exists():
        files = {name: Path("/proc/sys") / name for name in (*SETTINGS, *CHANGED_BY_KUBELET)}
        write_json(
            _settings_file(layout), {name: file.read_text().strip() for name, file in files.items() if file.exists()}
        )


def _write_setting(name: str, value: str) -> None:
    file = Path("/proc/sys") / name
    if file.exists() and file.read_text().strip() != value:
        file.write_text(value)
