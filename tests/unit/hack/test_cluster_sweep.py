"""What is taken off the machine, and what is left alone."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hack.cluster import footprint, network, sweep

SAVED = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
:KUBE-ROUTER-INPUT - [0:0]
-A INPUT -m comment --comment "kube-router netpol" -j KUBE-ROUTER-INPUT
-A FORWARD -j DOCKER-USER
-A KUBE-ROUTER-INPUT -d 10.96.0.0/16 -j RETURN
COMMIT
"""


def test_only_our_chains_their_rules_and_jumps_go() -> None:
    kept = [line for line in SAVED.splitlines(keepends=True) if "KUBE-ROUTER" not in line]
    assert sweep.strip_chains(SAVED) == "".join(kept)


@given(st.lists(st.from_regex(r"-A [A-Z]{1,8} -s 10\.0\.0\.[0-9]{1,2}/32 -j (ACCEPT|DROP|MINE)", fullmatch=True)))
def test_rules_of_others_are_kept_to_the_letter(rules: list[str]) -> None:
    saved = "".join(f"{rule}\n" for rule in rules)
    assert sweep.strip_chains(saved) == saved


def test_a_table_of_empty_accepting_chains_is_hollow_and_one_with_a_rule_is_not() -> None:
    chain = {"family": "ip", "name": "INPUT", "hook": "input", "policy": "accept"}
    items = [
        {"metainfo": {}},
        {"table": {"family": "ip", "name": "nat"}},
        {"table": {"family": "ip", "name": "filter"}},
        {"table": {"family": "ip", "name": "somebody"}},
        {"chain": {**chain, "table": "nat"}},
        {"chain": {**chain, "table": "filter"}},
        {"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": []}},
    ]
    assert sweep.hollow_tables(json.dumps({"nftables": items})) == [("ip", "nat")]


def test_a_chain_that_drops_keeps_its_table() -> None:
    table = {"table": {"family": "ip", "name": "filter"}}
    chain = {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "policy": "drop"}}
    assert sweep.hollow_tables(json.dumps({"nftables": [table, chain]})) == []


def test_mounts_below_a_folder_are_found_innermost_first() -> None:
    lines = [
        "tmpfs /var/lib/x/a tmpfs rw 0 0",
        "tmpfs /var/lib/xy tmpfs rw 0 0",
        r"tmpfs /var/lib/x/a/with\040space tmpfs rw 0 0",
    ]
    assert sweep.mounts_below("\n".join(lines), Path("/var/lib/x")) == ["/var/lib/x/a/with space", "/var/lib/x/a"]


def test_only_links_on_our_bridge_are_pods() -> None:
    links = [{"ifname": "lo"}, {"ifname": "veth1", "master": network.BRIDGE}, {"ifname": "veth2", "master": "docker0"}]
    assert network.pod_links(json.dumps(links)) == ["veth1"]


def test_differences_name_what_came_and_what_went() -> None:
    before = {"rule": frozenset(["a", "b"]), "mount": frozenset[str]()}
    after = {"rule": frozenset(["b"]), "mount": frozenset(["m"]), "ipset": frozenset(["KUBE-SRC"])}
    assert footprint.differences(before, after) == ["+ ipset: KUBE-SRC", "+ mount: m", "- rule: a"]
    assert footprint.differences(after, after) == []


def test_counters_and_empty_accepting_chains_are_no_difference() -> None:
    rule = {"family": "ip", "table": "t", "chain": "c", "handle": 7, "expr": [{"counter": {"packets": 3, "bytes": 9}}]}
    other = {**rule, "handle": 9, "expr": [{"counter": {"packets": 4, "bytes": 12}}]}
    empty = {"chain": {"family": "ip", "table": "t", "name": "INPUT", "policy": "accept"}}
    first, second = (json.dumps({"nftables": items}) for items in ([{"rule": rule}], [empty, {"rule": other}]))
    assert footprint.nftables_lines(first) == footprint.nftables_lines(second)


def test_iptables_lines_leave_out_counters_and_accepting_built_in_chains() -> None:
    lines = footprint.iptables_lines(SAVED)
    assert ":FORWARD DROP" in lines
    assert ":INPUT ACCEPT" not in lines
    assert "-A FORWARD -j DOCKER-USER" in lines


def test_mounts_of_image_builds_are_no_difference() -> None:
    mounts = "overlay /var/lib/containers/storage/overlay/x/merged overlay rw 0 0\ntmpfs /run tmpfs rw 0 0\n"
    assert footprint.mount_lines(mounts) == ["tmpfs /run tmpfs rw 0 0"]


def test_addresses_are_compared_one_by_one() -> None:
    shown = [
        {"ifname": "lo", "addr_info": [{"local": "127.0.0.1", "prefixlen": 8}, {"local": "::1", "prefixlen": 128}]}
    ]
    assert footprint.address_lines(json.dumps(shown)) == ["lo 127.0.0.1/8", "lo ::1/128"]
