"""Ten ways in which an install fails, staged for real; two more that need no kubelet are in tests/integration.

One install goes from one failure to the next, so that only what each of them is about has to start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from hack.demo.steps import Cluster
from tests.support.cli import dixi, read_first_line
from tests.support.processes import eventually

NAME = "trouble"
WELL = f"DixiInstall {NAME} is Ready."
RUNTIME = "localhost/dixi-runtime:1.0.0"
QUOTA: Mapping[str, Any] = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "tight", "namespace": NAME},
    "spec": {"hard": {"pods": "0"}},
}
POLICY: Mapping[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny-egress", "namespace": NAME},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
}
STORAGE = {"className": "nowhere"}
NO_IMAGE = {"images": {"runtime": "localhost/absent:1.0.0"}}


@dataclass(frozen=True)
class Failure:
    """A specification that cannot work, what else stands in its way, and what is to be told of it."""

    line: str
    object: str
    spec: Mapping[str, Any]
    around: Mapping[str, Any] = field(default_factory=dict)
    says: str = ""


FAILURES: Mapping[str, Failure] = {
    "quota": Failure(
        "QuotaExceeded: Deployment vision: ResourceQuota tight leaves no room for its pods: pods: 0 of 0 used",
        "ResourceQuota tight",
        {},
        around=QUOTA,
    ),
    "no GPU": Failure(
        "NoGpu: Deployment vision: no node can give its pods 1 nvidia.com/gpu: no node has any",
        "Deployment vision",
        {"vision": {"gpu": {"policy": "Required"}}},
    ),
    "bad image": Failure(
        "ImagePullFailed: Deployment vision: image localhost/absent:1.0.0 cannot be pulled",
        "Deployment vision",
        NO_IMAGE,
        says="localhost/absent:1.0.0",
    ),
    "pending volume": Failure(
        "VolumePending: Deployment redis: PersistentVolumeClaim redis-data has no volume: "
        "the cluster has no StorageClass nowhere",
        "PersistentVolumeClaim redis-data",
        {**NO_IMAGE, "redis": {"enabled": True}},
        says="nowhere",
    ),
    "crash loop, of Redis": Failure(
        "CrashLoop: Deployment redis: container redis keeps ending with exit code 2 (Error)",
        "Deployment redis",
        {
            "images": {**NO_IMAGE["images"], "redis": RUNTIME},
            "redis": {"enabled": True, "storage": {**STORAGE, "ephemeral": True}},
        },
        says="invalid choice",
    ),
    "policy that blocks DNS": Failure(
        "DnsBlocked: Deployment backend: its pods cannot resolve names, because NetworkPolicy deny-egress lets",
        "NetworkPolicy deny-egress",
        {"networkPolicy": {"enabled": False}},
        around=POLICY,
    ),
    "Redis down": Failure(
        "RedisUnreachable: Deployment backend: Redis does not answer its pods: redis://10.88.0.1:1/0",
        "Deployment backend",
        {"redis": {"url": "redis://10.88.0.1:1/0"}, "config": {"readyRequires": ["vision", "redis"]}},
    ),
    "missing Secret": Failure(
        f"MissingSecret: Deployment backend: Secret redis-auth does not exist in namespace {NAME}",
        "Secret redis-auth",
        {"redis": {"url": "redis://10.88.0.1:1/0", "passwordSecret": "redis-auth"}},
    ),
}


@pytest.fixture(scope="module")
def stage(cluster: Cluster) -> Iterator[Callable[[Failure], None]]:
    """Brings a failure about in an install that may have had another one before."""

    def apply(failure: Failure) -> None:
        leftovers = f"resourcequota/{QUOTA['metadata']['name']}", f"networkpolicy/{POLICY['metadata']['name']}"
        cluster.kubectl("delete", "-n", NAME, "--ignore-not-found", *leftovers)
        # A claim keeps its StorageClass for life, so that the install has it from the beginning.
        redis = {"enabled": False, "storage": STORAGE, **failure.spec.get("redis", {})}
        spec = {"profile": "dev", "ollama": {"enabled": False}, **failure.spec, "redis": redis}
        install = {
            "apiVersion": "dixi.io/v1alpha1",
            "kind": "DixiInstall",
            "metadata": {"name": NAME},
            "spec": {**spec, "namespace": {"name": NAME, "adopt": True}},
        }
        documents = [*([failure.around] if failure.around else []), install]
        cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(documents))

    cluster.kubectl("create", "namespace", NAME)
    yield apply
    cluster.kubectl("delete", "dixi", NAME, "--ignore-not-found", "--wait=true")
    cluster.kubectl("delete", "namespace", NAME, "--wait=true", "--timeout=120s")


@pytest.mark.parametrize("case", FAILURES)
def test_the_first_line_names_the_cause(
    cluster: Cluster, stage: Callable[[Failure], None], case: str, note: Callable[[object], None]
) -> None:
    failure = FAILURES[case]
    stage(failure)
    head = f"DixiInstall {NAME} is not Ready: {failure.line}"

    def look() -> str:
        told = read_first_line(cluster.kubeconfig, NAME)
        if told == WELL:
            # A pod that was faster than the rules of a policy keeps its connections; the next one is behind them.
            cluster.kubectl("delete", "pods", "-n", NAME, "-l", "app=backend")
        return told if told.startswith(head) else ""

    line = eventually(look, seconds=90, what=f"{head}; {read_first_line(cluster.kubeconfig, NAME)}")
    note(line)

    def read_quoted() -> Any:
        blocker = read_blocker(cluster)
        return failure.says in blocker["quote"] and blocker

    blocker = eventually(read_quoted, seconds=30, what=f"{failure.says} quoted; {read_blocker(cluster)}")
    assert blocker["object"] == failure.object
    assert blocker["since"]
    assert blocker["advice"]


def read_blocker(cluster: Cluster) -> Any:
    """What blocks the install, as JSON."""
    answer = dixi(cluster.kubeconfig, "explain", NAME, "--output", "json")
    assert answer.returncode == 1, answer.stderr
    return json.loads(answer.stdout)["blocker"]


def test_the_ready_condition_names_the_cause_too_and_is_written_once(
    cluster: Cluster, stage: Callable[[Failure], None]
) -> None:
    failure = FAILURES["crash loop, of Redis"]
    stage(failure)
    reason, _, message = failure.line.partition(": ")

    def read_install() -> Any:
        return json.loads(cluster.kubectl("get", "dixi", NAME, "-o", "json"))

    def read_conditions() -> dict[str, Any]:
        return {item["type"]: item for item in read_install().get("status", {}).get("conditions", ())}

    def read_reasons() -> dict[str, str]:
        return {kind: condition["reason"] for kind, condition in read_conditions().items()}

    def count_restarts() -> int:
        pods = json.loads(cluster.kubectl("get", "pods", "-n", NAME, "-l", "app=redis", "-o", "json"))["items"]
        return sum(status["restartCount"] for pod in pods for status in pod["status"].get("containerStatuses", ()))

    told = {"Ready": reason, "RedisReady": reason, "VisionReady": "ImagePullFailed"}
    eventually(lambda: told.items() <= read_reasons().items(), seconds=60, what=f"{told}; {read_reasons()}")
    assert message in read_conditions()["Ready"]["message"]
    before, restarts = read_install()["metadata"]["resourceVersion"], count_restarts()
    eventually(lambda: count_restarts() > restarts, seconds=90, what="another crash")
    assert read_install()["metadata"]["resourceVersion"] == before
