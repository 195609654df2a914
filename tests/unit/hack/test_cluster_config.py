"""Configuration of the cluster's programs, as plain values."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hack.cluster import cli, containerd, control_plane, dns, fake, kubectl, network, node, packages
from hack.cluster.control_plane import Endpoint
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout, read_json

LAYOUT = Layout(Path("/var/lib/x"))
KEYS = st.text("abcxyz._-:/", min_size=1, max_size=8)
VALUES = st.one_of(st.booleans(), st.integers(0, 99), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
TABLES = st.recursive(st.dictionaries(KEYS, VALUES, max_size=4), lambda inner: st.dictionaries(KEYS, inner, max_size=3))


@given(TABLES)
def test_toml_reads_back_as_it_was_written(table: dict[str, Any]) -> None:
    assert tomllib.loads(containerd.toml(table)) == table


def test_containerd_uses_a_local_pause_image_and_no_right_it_lacks() -> None:
    cri = containerd.settings(LAYOUT)["plugins"][containerd.CRI]
    assert cri["sandbox_image"] == "localhost/dixi-pause:1"
    assert cri["disable_apparmor"]
    assert cri["restrict_oom_score_adj"]


def test_the_kubelet_never_collects_images_or_evicts_for_reserved_blocks() -> None:
    config = node.kubelet_config(LAYOUT)
    assert config["imageGCHighThresholdPercent"] == 100
    assert config["evictionHard"]["imagefs.available"] == "1%"


def test_everything_of_the_node_lies_in_the_state_folder() -> None:
    config = node.kubelet_config(LAYOUT)
    assert config["podLogsDir"].startswith("/var/lib/x/")
    assert config["volumePluginDir"].startswith("/var/lib/x/")
    assert network.cni_config(LAYOUT)["plugins"][0]["ipam"]["dataDir"].startswith("/var/lib/x/")


def test_coredns_forwards_only_where_there_is_somebody_to_ask() -> None:
    assert "forward . 192.0.2.53" in dns.corefile(["192.0.2.53"])
    assert "forward" not in dns.corefile([])


def test_a_resolver_on_the_machine_itself_is_out_of_reach_for_pods() -> None:
    assert dns.upstreams(
        "nameserver 127.0.0.53\nnameserver ::1\nnameserver 192.0.2.1\noptions edns0\nnameserver\n"
    ) == ["192.0.2.1"]


def test_the_api_server_answers_to_each_of_its_names() -> None:
    served = control_plane.certificates(Endpoint("10.88.0.1", 6443, 2379, 2380))[0]
    assert {"127.0.0.1", "10.96.0.1", "10.88.0.1"} == set(served.addresses)
    assert "kubernetes.default.svc" in served.dns


def test_a_fake_cluster_keeps_its_ports(tmp_path: Path) -> None:
    first = fake.choose_endpoint(Layout(tmp_path), 26443)
    assert first.port == 26443
    assert fake.choose_endpoint(Layout(tmp_path), None) == first
    assert len({first.port, first.etcd_port, first.etcd_peer_port}) == 3


def test_a_fake_cluster_does_not_move_to_another_port(tmp_path: Path) -> None:
    fake.choose_endpoint(Layout(tmp_path), 26443)
    with pytest.raises(ClusterError, match=r"listens on port 26443; take it down before giving it port 26444"):
        fake.choose_endpoint(Layout(tmp_path), 26444)


def test_fake_nodes_are_marked_for_kwok() -> None:
    assert fake.node(3)["metadata"]["name"] == "fake-3"
    assert fake.node(3)["metadata"]["annotations"] == {fake.MARK: "fake"}


@pytest.mark.parametrize(
    ("manifest", "status"),
    [
        (None, ""),
        ({}, ""),
        ({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, "True"),
        ({"status": {"conditions": [{"type": "Other", "status": "True"}]}}, ""),
    ],
)
def test_a_condition_is_read_where_there_is_one(manifest: dict[str, Any] | None, status: str) -> None:
    assert kubectl.condition(manifest, "Ready") == status


def test_missing_packages_are_named_to_those_who_cannot_install_them() -> None:
    with pytest.raises(ClusterError, match=r"these Debian packages are needed: no-such-package; install them"):
        packages.install({"no-such-program": "no-such-package"}, euid=1000)


def test_a_broken_description_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cluster.json"
    file.write_text("{")
    with pytest.raises(ClusterError, match=r"cluster\.json is not JSON"):
        read_json(file)


def test_status_says_where_it_found_no_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--dir", str(tmp_path)]) == 1
    assert f"no cluster in {tmp_path}" in capsys.readouterr().out


def test_an_image_needs_a_node_to_go_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["load", "--dir", str(tmp_path), "localhost/x:1"]) == 1
    assert "no cluster with real nodes" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_fake_cluster_has_at_least_one_node(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["up", f"--fake={number}"])
    assert "is not a number of nodes" in capsys.readouterr().err
