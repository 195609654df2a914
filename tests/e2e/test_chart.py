"""The release on the real node: its test, its network policy, and what happens to installs when it goes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from hack.demo.steps import CHART, OPERATOR_NAMESPACE, Cluster, StepError, install_operator, wait_ready
from tests.support.fake import DEV
from tests.support.node import Install
from tests.support.processes import eventually

NAME = "farewell"
RELEASE = "dixi-operator"
CONNECT = "import socket,sys;socket.create_connection((sys.argv[1],int(sys.argv[2])),5);print('open')"


def helm(cluster: Cluster, *arguments: str, fails: bool = False) -> str:
    """Run Helm in the operator's namespace and return all that it printed; hooks print to standard error."""
    answer = subprocess.run(
        ["helm", *arguments, "--namespace", OPERATOR_NAMESPACE],
        env=cluster.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (answer.returncode != 0) is fails, answer.stdout
    return answer.stdout


def configure(cluster: Cluster, on_installs: str) -> None:
    """Upgrade the release to do that about installs when it goes."""
    helm(cluster, "upgrade", RELEASE, str(CHART), "--reuse-values", "--set", f"uninstall.onInstalls={on_installs}")


def read_pods(cluster: Cluster) -> dict[str, tuple[str, int]]:
    """Phase and restarts by the uid of each pod of the install that is left behind."""
    pods = json.loads(cluster.kubectl("get", "pods", "-n", NAME, "-o", "json"))["items"]
    return {
        pod["metadata"]["uid"]: (
            pod["status"]["phase"],
            sum(container["restartCount"] for container in pod["status"]["containerStatuses"]),
        )
        for pod in pods
    }


@pytest.fixture
def restricted(cluster: Cluster) -> None:
    """From now on the operator's namespace lets only restricted pods in, as the plain manifests have it."""
    label = "pod-security.kubernetes.io/enforce=restricted"
    cluster.kubectl("label", "namespace", OPERATOR_NAMESPACE, "--overwrite", label)


@pytest.fixture
def farewell(cluster: Cluster) -> Iterator[None]:
    """A small install of its own; in the end the operator is there again, and the install is not."""
    spec = {**DEV, "namespace": {"name": NAME}}
    document = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": NAME}, "spec": spec}
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(document))
    wait_ready(cluster, NAME)
    yield
    helm(cluster, "uninstall", RELEASE, "--ignore-not-found", "--no-hooks", "--wait")
    cluster.kubectl("delete", "dixi", NAME, "--ignore-not-found")
    install_operator(cluster)


@pytest.mark.usefixtures("restricted")
def test_the_release_passes_its_own_test(cluster: Cluster) -> None:
    assert helm(cluster, "test", RELEASE, "--timeout", "2m").count("yes: ") == 3
    left = cluster.kubectl("get", "pods,roles,serviceaccounts", "-n", OPERATOR_NAMESPACE, "-o", "name")
    assert "dixi-operator-check" not in left


def test_the_operator_reaches_gateways_and_nothing_else_of_an_install(install: Install) -> None:
    def connect(host: str, port: str) -> str:
        pod = f"deployment/{RELEASE}"
        command = ("python", "-c", CONNECT, f"{host}.{install.namespace}", port)
        return install.cluster.kubectl("exec", "-n", OPERATOR_NAMESPACE, pod, "--", *command).strip()

    assert connect("backend", "3001") == "open"
    with pytest.raises(StepError, match=r"refused|timed out|TimeoutError"):
        connect("frontend", "80")


@pytest.mark.usefixtures("restricted", "farewell")
def test_installs_outlive_the_operator_and_can_be_deleted_without_it(
    cluster: Cluster, note: Callable[[object], None]
) -> None:
    before = read_pods(cluster)
    assert {phase for phase, _ in before.values()} == {"Running"}

    configure(cluster, "Refuse")
    started = monotonic()
    assert "kubectl delete dixi" in helm(cluster, "uninstall", RELEASE, "--timeout", "2m", fails=True)
    note(f"a refusal took {monotonic() - started:.0f} s")
    cluster.kubectl("rollout", "status", f"deployment/{RELEASE}", "-n", OPERATOR_NAMESPACE, "--timeout=10s")
    revision = json.loads(helm(cluster, "status", RELEASE, "-o", "json"))["version"]
    helm(cluster, "rollback", RELEASE, str(revision))

    configure(cluster, "Keep")
    started = monotonic()
    assert "[CustomResourceDefinition] dixiinstalls.dixi.io" in helm(
        cluster, "uninstall", RELEASE, "--wait", "--timeout", "1m"
    )
    note(f"helm uninstall took {monotonic() - started:.0f} s")
    assert read_pods(cluster) == before

    started = monotonic()
    cluster.kubectl("delete", "dixi", NAME, "--wait=true")
    names = ("namespace", NAME, "--ignore-not-found", "-o", "name")
    eventually(lambda: cluster.kubectl("get", *names) == "", seconds=90, what="the namespace gone")
    note(f"without an operator an install was gone after {monotonic() - started:.0f} s")
    selector = f"app.kubernetes.io/instance={NAME},app.kubernetes.io/managed-by=dixi-operator"
    assert cluster.kubectl("get", "clusterrole,clusterrolebinding", "-l", selector, "-o", "name") == ""
