"""A release comes, is upgraded and goes, and the installs are what they were; Helm's hooks do what they say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hack.chart.manifests import CHART, NAMESPACE
from hack.cluster import binaries
from tests.support.fake import DEV, ROOT, Api, serve_api
from tests.support.processes import eventually, find_free_port, read_url, running
from tests.unit.charts.pages import find_blocks

CRD = "files/crds/dixi.io_dixiinstalls.yaml"
RELEASE = "dixi-operator"
NEW_FIELD = {**DEV, "suspend": True, "drift": {"policy": "Report"}}


@pytest.fixture(scope="module")
def own_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A cluster that other tests have no installs in."""
    with serve_api(tmp_path_factory.mktemp("chart")) as api:
        yield api


@pytest.fixture(scope="module")
def former_chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart as it was before ``spec.drift`` came."""
    chart = tmp_path_factory.mktemp("former") / "dixi-operator"
    shutil.copytree(CHART, chart)
    crd: dict[str, Any] = yaml.safe_load((chart / CRD).read_text())
    (version,) = crd["spec"]["versions"]
    del version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["drift"]
    (chart / CRD).write_text(yaml.safe_dump(crd))
    return chart


def helm(api: Api, *arguments: str) -> str:
    """Run Helm, which must succeed, and return what it printed."""
    answer = subprocess.run(
        [binaries.path("helm"), *arguments, "--namespace", NAMESPACE],
        env={**os.environ, "KUBECONFIG": api.kubeconfig},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def run_program(api: Api, word: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``dixi-operator`` as a hook does."""
    return subprocess.run(
        [sys.executable, "-m", "dixi_operator", word],
        env={**os.environ, "KUBECONFIG": api.kubeconfig, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_cluster_with_plain_manifests_is_taken_over(own_api: Api, former_chart: Path) -> None:
    helm(own_api, "install", RELEASE, str(former_chart), "--create-namespace", "--take-ownership")
    annotations = own_api.read("crd", "dixiinstalls.dixi.io")["metadata"]["annotations"]
    assert annotations["meta.helm.sh/release-name"] == RELEASE


def test_an_upgrade_brings_the_new_crd_and_keeps_installs(own_api: Api) -> None:
    eventually(
        lambda: "spec.drift" in own_api.try_apply("upgraded", NEW_FIELD).stderr,
        seconds=20,
        what="the former CRD served",
    )
    own_api.apply("upgraded", {**DEV, "suspend": True})
    before = own_api.read("dixi", "upgraded")
    helm(own_api, "upgrade", RELEASE, str(CHART))
    eventually(
        lambda: own_api.try_apply("upgraded", NEW_FIELD).returncode == 0, seconds=20, what="the new field accepted"
    )
    after = own_api.read("dixi", "upgraded")
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["spec"]["drift"]["policy"] == "Report"


def test_uninstalling_keeps_the_crd_and_says_so_and_it_comes_back(own_api: Api) -> None:
    before = own_api.read("dixi", "upgraded")["metadata"]["uid"]
    said = helm(own_api, "uninstall", RELEASE)
    assert "[CustomResourceDefinition] dixiinstalls.dixi.io" in said
    assert own_api.read("deployment", "dixi-operator", "-n", NAMESPACE) is None
    assert own_api.read("dixi", "upgraded")["metadata"]["uid"] == before
    helm(own_api, "install", RELEASE, str(CHART))
    assert own_api.read("dixi", "upgraded")["metadata"]["uid"] == before
    helm(own_api, "uninstall", RELEASE)


def log_in_to_hook(api: Api, on_installs: str, path: Path) -> str:
    """A kubeconfig with the rights of the job that goes before uninstalling."""
    template = ("--show-only", "templates/uninstall.yaml", "--set", f"uninstall.onInstalls={on_installs}")
    manifests = yaml.safe_load_all(helm(api, "template", RELEASE, str(CHART), "--kube-version", "1.33.0", *template))
    rights = [manifest for manifest in manifests if manifest["kind"] != "Job"]
    api.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(rights))
    return api.log_in(f"{RELEASE}-uninstall", NAMESPACE, path)


def test_uninstalling_can_be_refused_while_there_are_installs(own_api: Api, tmp_path: Path) -> None:
    own_api.apply("another", {**DEV, "suspend": True})
    kubeconfig = log_in_to_hook(own_api, "Refuse", tmp_path / "kubeconfig")
    answer = run_program(own_api, "uninstall", DIXI_ON_INSTALLS="Refuse", KUBECONFIG=kubeconfig)
    assert answer.returncode == 1
    assert "kubectl delete dixi another upgraded" in answer.stdout
    assert {item["metadata"]["name"] for item in own_api.read("dixi")["items"]} == {"another", "upgraded"}
    denied = run_program(own_api, "uninstall", DIXI_ON_INSTALLS="Delete", KUBECONFIG=kubeconfig)
    assert denied.returncode == 3
    assert "cannot delete resource" in denied.stdout


def test_uninstalling_can_delete_the_installs(own_api: Api, tmp_path: Path) -> None:
    kubeconfig = log_in_to_hook(own_api, "Delete", tmp_path / "kubeconfig")
    answer = run_program(own_api, "uninstall", DIXI_ON_INSTALLS="Delete", KUBECONFIG=kubeconfig)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("Deleted another, upgraded;")
    assert own_api.read("dixi")["items"] == []
    assert run_program(own_api, "uninstall", DIXI_ON_INSTALLS="Refuse", KUBECONFIG=kubeconfig).returncode == 0


def test_a_release_without_a_leader_fails_its_test(own_api: Api) -> None:
    nobody = f"http://127.0.0.1:{find_free_port()}/readyz"
    answer = run_program(own_api, "check", DIXI_NAMESPACE="default", DIXI_OPERATOR_URL=nobody, DIXI_CHECK_SECONDS="0.1")
    assert answer.returncode == 1
    served, leader, ready = answer.stdout.splitlines()
    assert served == "yes: the API server serves dixiinstalls"
    assert leader.startswith("no: there is no Lease dixi-operator")
    assert ready.startswith(f"no: {nobody} could not be reached")


def test_a_release_that_works_passes_its_test(own_api: Api, tmp_path: Path) -> None:
    port = find_free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {"KUBECONFIG": own_api.kubeconfig, "DIXI_NAMESPACE": "default", "DIXI_HTTP_PORT": str(port)}
    with running("dixi_operator", [], environment, tmp_path / "log"):
        eventually(lambda: read_url(f"{address}/readyz"), seconds=30, what="the operator ready")
        answer = run_program(own_api, "check", DIXI_NAMESPACE="default", DIXI_OPERATOR_URL=f"{address}/readyz")
    assert answer.returncode == 0, answer.stdout
    assert all(line.startswith("yes: ") for line in answer.stdout.splitlines())


def test_an_api_server_that_is_away_is_told_from_a_release_that_does_not_work(own_api: Api, tmp_path: Path) -> None:
    kubeconfig = yaml.safe_load(Path(own_api.kubeconfig).read_text())
    kubeconfig["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{find_free_port()}"
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    answer = run_program(own_api, "check", KUBECONFIG=str(tmp_path / "kubeconfig"))
    assert answer.returncode == 3
    assert "the API server cannot be used" in answer.stdout


def test_plain_manifests_take_the_images_of_a_registry(own_api: Api, tmp_path: Path) -> None:
    (example,) = find_blocks((ROOT / "docs" / "install.md").read_text(), "kustomization")
    (tmp_path / "kustomization.yaml").write_text(example)
    shutil.copy(ROOT / "deploy" / "operator.yaml", tmp_path)
    built = list(yaml.load_all(own_api.kubectl("kustomize", str(tmp_path)), yaml.CSafeLoader))
    (deployment,) = [manifest for manifest in built if manifest["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert container["image"] == "REGISTRY/dixi-operator:1.0.0"
    assert environment["DIXI_IMAGE_RUNTIME"] == "REGISTRY/dixi-runtime:{version}"
    assert environment["DIXI_IMAGE_REDIS"] is not None


def test_plain_manifests_are_accepted_where_only_restricted_pods_are(own_api: Api) -> None:
    own_api.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(ROOT / "deploy" / "operator.yaml"))
    namespace = own_api.read("namespace", NAMESPACE)["metadata"]["labels"]
    assert namespace["pod-security.kubernetes.io/enforce"] == "restricted"
    eventually(
        lambda: own_api.read("deployment", RELEASE, "-n", NAMESPACE)["status"].get("readyReplicas") == 2,
        seconds=30,
        what="pods of the plain manifests",
    )
