"""One YAML document becomes a running Dixi, and its removal leaves nothing."""

from __future__ import annotations

import pytest

from hack.demo.steps import StepError, wait_ready
from tests.support.node import Install, bring_up

OBJECTS = {
    "deployments": {"backend", "vision", "frontend", "redis", "ollama"},
    "services": {"backend", "vision-service", "frontend", "redis", "ollama-service"},
    "hpa": {"backend-hpa"},
    "pdb": {"backend"},
    "cronjobs": {"dixi-backup"},
    "configmaps": {"dixi-config"},
    "secrets": {"dixi-secrets", "dixi-backup-key"},
    "pvc": {"redis-data", "ollama-models", "backup-data"},
    "networkpolicies": {"default-deny", "backend-network-policy", "vision-network-policy", "frontend-network-policy"},
}


@pytest.mark.parametrize(("kind", "names"), OBJECTS.items())
def test_every_object_of_the_install_is_there(install: Install, kind: str, names: set[str]) -> None:
    assert names <= {item["metadata"]["name"] for item in install.read(kind)}


def test_the_printed_columns_answer_whether_it_is_ready_and_where(install: Install) -> None:
    header, row = install.cluster.kubectl("get", "dixi").strip().splitlines()
    assert header.split()[:7] == ["NAME", "READY", "REASON", "VERSION", "VISION", "GATEWAY", "URL"]
    assert row.split()[:4] == ["dixi", "True", "Ready", "1.0.0"]


def test_every_pod_runs_restricted_in_a_namespace_that_enforces_it(install: Install) -> None:
    labels = install.read("namespace", install.namespace)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    running = {pod["metadata"]["labels"]["app"] for pod in install.read("pods") if pod["status"]["phase"] == "Running"}
    assert {"backend", "vision", "frontend", "redis", "ollama"} <= running


def test_random_keys_are_made_once_and_never_rewritten(install: Install) -> None:
    before = install.read("secret", "dixi-secrets")
    install.cluster.kubectl(
        "annotate", "dixi", install.name, "--overwrite", f"dixi.io/reconcile={before['metadata']['resourceVersion']}"
    )
    wait_ready(install.cluster, install.name)
    after = install.read("secret", "dixi-secrets")
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    assert len(before["data"]["api-key"]) >= 32


def test_deleting_the_install_leaves_nothing_and_it_comes_back(install: Install) -> None:
    kubectl = install.cluster.kubectl
    kubectl("delete", "dixi", install.name, "--wait=true")
    kubectl("wait", "--for=delete", f"namespace/{install.namespace}", "--timeout=120s")
    with pytest.raises(StepError, match="NotFound"):
        kubectl("get", "namespace", install.namespace)
    selector = f"app.kubernetes.io/instance={install.name},app.kubernetes.io/managed-by=dixi-operator"
    assert kubectl("get", "clusterrole,clusterrolebinding", "-l", selector, "-o", "name") == ""
    assert kubectl("get", "pv", "-o", "jsonpath={.items[?(@.spec.claimRef.namespace=='dixi')].metadata.name}") == ""
    bring_up(install.cluster)
