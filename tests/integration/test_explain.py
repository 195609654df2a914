"""``dixi explain`` and the Ready condition name the cause, with what the caller may see and at no cost at rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dixi_operator.api.names import FIELD_MANAGER
from tests.integration.test_install import STATUS, count_passes, operator_writes
from tests.support.cli import dixi, read_first_line
from tests.support.devices import offer_resource
from tests.support.fake import DEV, Api, serve_api
from tests.support.processes import eventually

GPU = "example.com/gpu"
SCALED = {"autoscaling": {"enabled": True, "minReplicas": 1}}


def wants_gpu(name: str, **gpu: Any) -> dict[str, Any]:
    """An install whose vision needs one of a resource that only these tests have."""
    return {**DEV, "namespace": {"name": name}, "vision": {"gpu": {"policy": "Required", "resource": GPU, **gpu}}}


def read_requests(api: Api, since: int) -> list[str]:
    """What the operator, or ``dixi``, has asked for since that line of the audit log."""
    lines = [json.loads(line) for line in api.audit_log.read_text().splitlines()[since:]]
    ours = (line for line in lines if line["userAgent"] == FIELD_MANAGER)
    return [f"{line['verb']} {line['requestURI']}" for line in ours]


@pytest.fixture(scope="module")
def without_gpu(api: Api, operator: str) -> Iterator[str]:
    """An install that waits for a GPU."""
    api.apply("hungry", wants_gpu("hungry"))
    api.await_reason("hungry", "NoGpu")
    yield "hungry"
    api.remove("hungry", "hungry")


def test_an_install_that_waits_is_left_in_peace(api: Api, without_gpu: str, operator: str) -> None:
    def pass_twice() -> None:
        for number in range(2):
            before = count_passes(operator)
            api.kubectl("annotate", "dixi", without_gpu, "--overwrite", f"dixi.io/reconcile={before}-{number}")
            eventually(lambda before=before: count_passes(operator) > before, seconds=20, what="a pass")  # type: ignore[misc]

    pass_twice()
    before = len(api.audit_log.read_text().splitlines())
    pass_twice()
    answer = STATUS.format(without_gpu)
    assert operator_writes(api, before) in ([answer], [answer] * 2)
    assert api.condition(without_gpu, "Ready")["message"].startswith(
        "backend waits for vision: Deployment vision: no node"
    )


def test_what_the_caller_may_not_read_is_said(
    api: Api, without_gpu: str, tmp_path: Path, note: Callable[[object], None]
) -> None:
    api.kubectl("create", "serviceaccount", "visitor", "-n", "default")
    api.kubectl("create", "clusterrole", "visitor", "--verb=list", "--resource=dixiinstalls.dixi.io")
    api.kubectl("create", "clusterrolebinding", "visitor", "--clusterrole=visitor", "--serviceaccount=default:visitor")
    admin = yaml.safe_load(Path(api.kubeconfig).read_text())
    token = api.kubectl("create", "token", "visitor", "-n", "default").strip()
    user = admin["contexts"][0]["context"]["user"]
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump({**admin, "users": [{"name": user, "user": {"token": token}}]}))
    answer = dixi(kubeconfig, "explain", without_gpu)
    assert answer.returncode == 1, answer.stderr
    note(answer.stdout.splitlines()[0])
    assert answer.stdout.startswith(
        "DixiInstall hungry is not Ready: NoGpu: backend waits for vision: Deployment vision"
    )
    for what in ("list pods in namespace hungry", "list events in namespace hungry", "list storageclasses"):
        assert f"? may not {what}: " in answer.stdout
    described = json.loads(dixi(kubeconfig, "explain", without_gpu, "-o", "json").stdout)
    assert any(sentence.startswith("may not list pods") for sentence in described["unread"])
    api.kubectl("delete", "clusterrole,clusterrolebinding", "visitor")


def test_a_gpu_that_no_node_has_that_is_taken_or_tainted_is_told_as_such(api: Api, without_gpu: str) -> None:
    def line() -> str:
        return read_first_line(api.kubeconfig, without_gpu)

    def tell(reason: str, what: str) -> str:
        head = f"DixiInstall hungry is not Ready: {reason}: Deployment vision: no node can give its pods 1 {GPU}: "
        return f"{head}{what}"

    assert line() == tell("NoGpu", "no node has any")
    api.kubectl("taint", "node", "fake-1", "gpu=yes:NoSchedule")
    try:
        offer_resource(api, "fake-1", GPU, 1)
        closed = "node fake-1 has some, and its taint gpu=yes:NoSchedule is not tolerated"
        assert line() == tell("GpuNodesClosed", closed)
        api.apply("holder", wants_gpu("holder", tolerations=[{"key": "gpu", "operator": "Exists"}]))
        api.await_ready("holder")
        api.kubectl("taint", "node", "fake-1", "gpu-")
        taken = tell("GpusTaken", "all 1 are taken, held by Pod holder/vision-")
        eventually(lambda: line().startswith(taken), seconds=10, what=f"taken; {line()}")
        api.remove("holder", "holder")
        api.await_ready(without_gpu)
    finally:
        api.attempt("taint", "node", "fake-1", "gpu-")
        offer_resource(api, "fake-1", GPU, 0)


@pytest.mark.usefixtures("operator")
def test_an_install_that_runs_and_lacks_something_is_told_what_and_no_pod_is_read_for_it(api: Api) -> None:
    name = "swift"
    spec = {**DEV, "namespace": {"name": name}}
    before = len(api.audit_log.read_text().splitlines())
    api.apply(name, {**spec, "backend": SCALED})
    api.await_ready(name)
    assert api.condition(name, "Autoscaled")["reason"] == "MetricsUnavailable"
    assert [request for request in read_requests(api, before) if f"/{name}/pods" in request] == []
    told = read_first_line(api.kubeconfig, name)
    assert told.startswith(f"DixiInstall {name} is Ready, but MetricsUnavailable: ")
    assert "the cluster has no metrics API (metrics.k8s.io)" in told
    assert dixi(api.kubeconfig, "explain", name).returncode == 0
    api.apply(name, {**spec, "monitoring": {"serviceMonitor": True}})
    eventually(lambda: not api.condition(name, "Autoscaled"), seconds=20, what="nothing to scale")
    api.await_ready(name)
    assert read_first_line(api.kubeconfig, name).startswith(
        f"DixiInstall {name} is Ready, but CrdMissing: "
        "CustomResourceDefinition servicemonitors.monitoring.coreos.com is not installed"
    )
    api.apply(name, {**spec, "monitoring": {"serviceMonitor": False}})
    api.await_ready(name)
    assert read_first_line(api.kubeconfig, name) == f"DixiInstall {name} is Ready."
    api.remove(name, name)


def test_without_the_crd_of_installs_it_is_what_is_missing(tmp_path: Path) -> None:
    with serve_api(tmp_path) as api:
        api.kubectl("delete", "crd", "dixiinstalls.dixi.io")
        answer = dixi(api.kubeconfig, "explain")
    assert answer.returncode == 3
    assert "the cluster does not know dixiinstalls (dixi.io/v1alpha1); install the operator first" in answer.stderr
