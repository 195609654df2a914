"""Upgrading the operator from the previous commit restarts no pod of an install that did not change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hack.cluster.kind import docker_answers
from hack.cluster.layout import Layout, default_root
from hack.demo.steps import OPERATOR_NAMESPACE, ROOT, Cluster, StepError, install_operator, wait_ready
from tests.support.node import DEMO, Install
from tests.support.previous import check_out, loaded_image, render
from tests.support.processes import eventually

RELEASE = "dixi-operator"
WRITES = {"create", "update", "patch", "delete"}
OPERATOR = f"system:serviceaccount:{OPERATOR_NAMESPACE}:{RELEASE}"
AUTOSCALED = "backend"


@dataclass(frozen=True)
class Pod:
    """A pod of the install: what made it, and how often it was restarted."""

    component: str
    replica_set: str
    restarts: int


def read_pods(install: Install) -> dict[str, Pod]:
    """The pods of Deployments, by uid."""
    return {
        pod["metadata"]["uid"]: Pod(
            component=pod["metadata"]["labels"]["app"],
            replica_set=pod["metadata"]["ownerReferences"][0]["name"],
            restarts=sum(status["restartCount"] for status in pod["status"].get("containerStatuses", ())),
        )
        for pod in install.read("pods")
        if pod["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet" and "deletionTimestamp" not in pod["metadata"]
    }


def count_passes(cluster: Cluster) -> float:
    """Passes that the operator's leader has ended; 0 while nobody leads."""
    selector = f"app.kubernetes.io/name={RELEASE}"
    names = cluster.kubectl("get", "pods", "-n", OPERATOR_NAMESPACE, "-l", selector, "-o", "name").split()
    return max((_count_passes_of(cluster, name.removeprefix("pod/")) for name in names), default=0)


def _count_passes_of(cluster: Cluster, pod: str) -> float:
    path = f"/api/v1/namespaces/{OPERATOR_NAMESPACE}/pods/{pod}:8080/proxy/metrics"
    try:
        text = cluster.kubectl("get", "--raw", path)
    except StepError:
        return 0
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    leads = any(sample.name == "dixi_operator_leader" and sample.value == 1 for sample in samples)
    passes = sum(sample.value for sample in samples if sample.name == "dixi_operator_reconciles_total")
    return passes if leads else 0


def await_passes(install: Install, more: int = 2) -> None:
    """Ask the operator that leads now to look at the install, and wait until it has done so."""
    eventually(lambda: count_passes(install.cluster) > 0, seconds=60, what="a leader that works")
    for number in range(more):
        before = count_passes(install.cluster)
        mark = f"dixi.io/reconcile={before}-{number}"
        install.cluster.kubectl("annotate", "dixi", install.name, "--overwrite", mark)
        eventually(lambda before=before: count_passes(install.cluster) > before, seconds=30, what="another pass")  # type: ignore[misc]
    wait_ready(install.cluster, install.name)


@pytest.fixture
def previous(install: Install, tmp_path: Path, note: Callable[[object], None]) -> Iterator[Path]:
    """The operator of the previous commit at work; yields its source. In the end today's works again."""
    note(f"upgraded from {check_out(tmp_path)}")
    chart = tmp_path / "charts" / RELEASE
    values = [] if docker_answers() else ["--values", str(chart / "values-local.yaml")]
    with loaded_image(tmp_path) as tag:
        install.cluster.helm(
            "upgrade",
            RELEASE,
            str(chart),
            *("--namespace", OPERATOR_NAMESPACE, "--wait", "--timeout", "3m"),
            *("--set", f"image.tag={tag}", *values),
        )
        await_passes(install)
        yield tmp_path
        install_operator(install.cluster)


def read_applied(install: Install) -> dict[str, str]:
    """When the operator last changed each Deployment, by name."""
    return {
        item["metadata"]["name"]: max(
            entry["time"] for entry in item["metadata"]["managedFields"] if entry["manager"] == RELEASE
        )
        for item in json.loads(
            install.cluster.kubectl(
                "get", "deployments", "-n", install.namespace, "--show-managed-fields", "-o", "json"
            )
        )["items"]
    }


def read_audit_log() -> list[str]:
    """The lines of the API server's audit log; kind has none."""
    log = Layout(default_root()).logs / "audit.log"
    return log.read_text().splitlines() if log.is_file() else []


def list_writes(since: int, namespace: str) -> list[str]:
    """Writes of the operator to Deployments of the install since that line of the audit log."""
    lines = [json.loads(line) for line in read_audit_log()[since:]]
    return [
        f"{line['verb']} {line['requestURI']}"
        for line in lines
        if line["verb"] in WRITES
        and line["user"]["username"] == OPERATOR
        and line.get("objectRef", {}).get("resource") == "deployments"
        and line["objectRef"].get("namespace") == namespace
    ]


def differ(previous: Path, part: Callable[[dict[str, Any]], Any]) -> set[str]:
    """Components whose Deployment differs in that part between what the previous operator makes and today's."""
    before, after = render(previous, DEMO), render(ROOT, DEMO)
    return {name for name in before.keys() | after.keys() if part(before.get(name, {})) != part(after.get(name, {}))}


@pytest.mark.timeout(600)  # an image is built, and Helm waits for two rollouts
def test_an_upgrade_restarts_no_pod(previous: Path, install: Install, note: Callable[[object], None]) -> None:
    restarting = differ(previous, lambda deployment: deployment.get("spec", {}).get("template"))
    changed = differ(previous, lambda deployment: deployment)
    before, applied, since, started = read_pods(install), read_applied(install), len(read_audit_log()), monotonic()
    install_operator(install.cluster)
    await_passes(install)
    after, writes = read_pods(install), list_writes(since, install.namespace)
    note(f"{len(before)} pods, upgraded in {monotonic() - started:.0f} s, writes to Deployments: {len(writes)}")
    if restarting:
        note(f"tests/golden says that these restart: {', '.join(sorted(restarting))}")
    steady = {uid: pod for uid, pod in before.items() if pod.component not in restarting}
    kept = {uid: pod for uid, pod in after.items() if pod.component not in restarting}
    # The autoscaler may add and remove replicas meanwhile, of the same ReplicaSet.
    assert {pod.replica_set for pod in kept.values()} == {pod.replica_set for pod in steady.values()}
    lost = [pod for uid, pod in steady.items() if uid not in kept and pod.component != AUTOSCALED]
    assert lost == []
    assert {uid: kept[uid] for uid in steady if uid in kept} == {uid: pod for uid, pod in steady.items() if uid in kept}
    assert [write for write in writes if not any(f"/{name}?" in write for name in changed)] == []
    touched = {name for name, time in read_applied(install).items() if time != applied[name]}
    assert touched <= changed
