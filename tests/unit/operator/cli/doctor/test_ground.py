from __future__ import annotations

import pytest

from dixi_operator.cli.doctor.ground import (
    check_dns,
    check_gpus,
    check_metrics,
    check_network_policies,
    check_nodes,
    check_prometheus,
    check_storage,
)
from dixi_operator.cli.doctor.result import Verdict
from tests.unit.operator.cli.doctor.clusters import make_condition, make_install, make_node, with_facts


def test_one_ready_node_is_enough_and_none_is_not() -> None:
    some = [make_node("a"), make_node("b", ready="False")]
    assert check_nodes(with_facts(nodes=some)).message == "1 of 2 nodes are ready for pods."
    assert check_nodes(with_facts(nodes=some)).verdict is Verdict.WARNING
    assert check_nodes(with_facts(nodes=some[1:])).verdict is Verdict.FAILURE
    cordoned = {**make_node("a"), "spec": {"unschedulable": True}}
    assert check_nodes(with_facts(nodes=[cordoned])).verdict is Verdict.FAILURE


def test_without_a_default_storage_class_those_there_are_named() -> None:
    result = check_storage(with_facts(storage_classes=[{"metadata": {"name": "slow"}}, {"metadata": {"name": "fast"}}]))
    assert (result.verdict, "there is fast, slow" in result.message) == (Verdict.WARNING, True)
    assert "Install a provisioner" in check_storage(with_facts(storage_classes=[])).advice


def test_dns_without_a_ready_pod_fails_and_dns_of_another_make_cannot_be_told() -> None:
    unready = [{"status": make_condition("Ready", "False")}]
    assert check_dns(with_facts(dns_pods=unready)).verdict is Verdict.FAILURE
    assert check_dns(with_facts(dns_pods=[])).verdict is Verdict.UNKNOWN
    assert check_dns(with_facts(dns_service=None)).verdict is Verdict.UNKNOWN


def test_a_metrics_api_that_is_away_only_keeps_the_gateway_from_scaling() -> None:
    assert check_metrics(with_facts(metrics=None)).verdict is Verdict.WARNING
    unavailable = {"status": make_condition("Available", "False")}
    assert check_metrics(with_facts(metrics=unavailable)).verdict is Verdict.WARNING


def test_prometheus_is_missed_only_by_an_install_that_asks_for_it() -> None:
    assert check_prometheus(with_facts(prometheus=False)).verdict is Verdict.OK
    asking = [make_install(monitoring={"serviceMonitor": True})]
    result = check_prometheus(with_facts(prometheus=False, installs=asking))
    assert (result.verdict, result.message.startswith("wall asks")) == (Verdict.WARNING, True)


def test_gpus_are_listed_by_node() -> None:
    nodes = [make_node("a", nvidia_com__gpu="2"), make_node("b", amd_com__gpu="1"), make_node("c", nvidia_com__gpu="0")]
    assert check_gpus(with_facts(nodes=nodes)).message == (
        "Extended resources: a has 2 nvidia.com/gpu; b has 1 amd.com/gpu."
    )


def test_a_gpu_is_missed_only_by_an_install_that_requires_it() -> None:
    assert check_gpus(with_facts(nodes=[make_node()])).verdict is Verdict.OK
    asking = [make_install(vision={"gpu": {"policy": "Required"}})]
    assert check_gpus(with_facts(nodes=[make_node()], installs=asking)).verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("calico-node", Verdict.OK),
        ("kube-router", Verdict.OK),
        ("kube-flannel-ds", Verdict.WARNING),
        ("node-exporter", Verdict.UNKNOWN),
    ],
)
def test_network_policies_are_judged_by_the_add_on_if_it_is_known(name: str, verdict: Verdict) -> None:
    assert check_network_policies(with_facts(daemon_sets=[{"metadata": {"name": name}}])).verdict is verdict
