from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.result import Verdict
from dixi_operator.cli.doctor.sizing import (
    FURTHER_STREAM,
    REQUESTS_A_CORE,
    STREAM,
    THOUSAND_CLIENTS,
    Amount,
    check_room,
    list_free,
)
from tests.unit.operator.cli.doctor.clusters import UNREAD, make_node, with_facts

SIZING = Path(__file__).resolve().parents[5] / "docs" / "sizing.md"


def make_pod(cpu: str, memory: str, node: str = "n", phase: str = "Running") -> Manifest:
    containers = [{"resources": {"requests": {"cpu": cpu, "memory": memory}}}, {}]
    return {"spec": {"nodeName": node, "containers": containers}, "status": {"phase": phase}}


def test_what_no_pod_asks_for_is_free_on_nodes_that_take_pods() -> None:
    nodes = [make_node(), make_node("down", ready="False"), {**make_node("closed"), "spec": {"unschedulable": True}}]
    pods = [make_pod("500m", "1Gi"), make_pod("1", "1Gi", phase="Succeeded"), make_pod("1", "1Gi", node="")]
    assert list_free(nodes, pods) == {"n": Amount(Decimal("3.5"), Decimal(15 * 1024))}


def test_the_room_is_told_in_installs_cameras_and_clients() -> None:
    result = check_room(with_facts(pods=[make_pod("500m", "1Gi")]))
    assert result.verdict is Verdict.OK
    assert result.message == (
        "3.5 cores and 15.0 GiB are not asked for by any pod: room for an install of profile dev or small; "
        "as measured, for 10 more cameras at 30 frames a second, or for 12000 more clients."
    )


@pytest.mark.parametrize("cpu", ["3900m", "9"])
def test_a_full_cluster_is_worth_a_warning(cpu: str) -> None:
    result = check_room(with_facts(pods=[make_pod(cpu, "1Gi")]))
    assert result.verdict is Verdict.WARNING
    assert "room for no install of any profile" in result.message
    assert "docs/sizing.md" in result.advice


def test_pods_are_not_split_between_nodes() -> None:
    small = [make_node(name, cpu="900m") for name in "abcdef"]
    assert "profile small" not in check_room(with_facts(nodes=small)).message


def test_without_nodes_or_pods_nothing_can_be_told() -> None:
    assert check_room(with_facts(pods=UNREAD)).verdict is Verdict.UNKNOWN
    assert check_room(with_facts(nodes=UNREAD)).verdict is Verdict.UNKNOWN


def test_the_page_about_sizing_has_the_figures() -> None:
    page = SIZING.read_text()
    for amount in (STREAM, FURTHER_STREAM, THOUSAND_CLIENTS):
        assert f"| {amount.cores} | {amount.mib} |" in page
    assert f"{REQUESTS_A_CORE} requests a second" in page
