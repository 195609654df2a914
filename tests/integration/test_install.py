"""An install converges, stays at rest, is repaired, and goes without a trace."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.fake import DEV, Api
from tests.support.processes import eventually, read_url

pytestmark = pytest.mark.usefixtures("operator")
NAME = NAMESPACE = "wall"
SPEC = {**DEV, "namespace": {"name": NAMESPACE}}
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


@pytest.fixture(scope="module")
def install(api: Api) -> Iterator[Api]:
    api.apply(NAME, SPEC)
    api.await_ready(NAME)
    yield api
    api.remove(NAME, NAMESPACE)


STATUS = (
    "patch /apis/dixi.io/v1alpha1/dixiinstalls/{}/status?fieldManager=dixi-operator&force=true&fieldValidation=Strict"
)
ANSWER = STATUS.format(NAME)
"""The one write at rest: whoever asks for a look is told in status that it was had."""


def operator_writes(api: Api, since: int) -> list[str]:
    """Writes since that line of the audit log by anyone but Kubernetes, kwok and kubectl; the Lease is left out."""
    lines = [json.loads(line) for line in api.audit_log.read_text().splitlines()[since:]]
    return [
        f"{line['verb']} {line['requestURI']}"
        for line in lines
        if line["verb"] in WRITES
        and "leases" not in line["requestURI"]
        and not line["userAgent"].startswith(("kube", "kwok"))
    ]


def test_every_condition_is_about_the_current_specification(install: Api) -> None:
    status = install.read("dixi", NAME)["status"]
    generation = install.read("dixi", NAME)["metadata"]["generation"]
    assert {item["type"] for item in status["conditions"]} >= {"Ready", "Reconciling", "Stalled"}
    assert {item["observedGeneration"] for item in status["conditions"]} == {generation}
    assert status["observedGeneration"] == generation


def count_passes(operator: str) -> float:
    """Passes that the operator has ended."""
    families = text_string_to_metric_families(read_url(f"{operator}/metrics") or "")
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "dixi_operator_reconciles_total"
    )


def have_it_look_again(api: Api, operator: str) -> None:
    """Ask for a pass and wait until it has ended; twice, since one may have been under way."""
    for number in range(2):
        before = count_passes(operator)
        api.kubectl("annotate", "dixi", NAME, "--overwrite", f"dixi.io/reconcile={before}-{number}")
        eventually(lambda before=before: count_passes(operator) > before, seconds=20, what="another pass")  # type: ignore[misc]


def test_at_rest_the_operator_writes_nothing(install: Api, operator: str) -> None:
    eventually(lambda: install.condition(NAME, "Reconciling").get("status") == "False", seconds=20, what="rest")
    have_it_look_again(install, operator)
    before = len(install.audit_log.read_text().splitlines())
    have_it_look_again(install, operator)
    assert operator_writes(install, before) in ([ANSWER], [ANSWER] * 2)


def test_who_asks_for_a_look_is_answered_in_status(install: Api) -> None:
    install.kubectl("annotate", "dixi", NAME, "--overwrite", "dixi.io/reconcile=please")
    eventually(
        lambda: install.read("dixi", NAME)["status"].get("lastHandledReconcile") == "please",
        seconds=20,
        what="an answer",
    )


def test_a_deleted_deployment_comes_back(install: Api) -> None:
    before = install.read("deployment", "frontend", "-n", NAMESPACE)["metadata"]["uid"]
    install.kubectl("delete", "deployment", "frontend", "-n", NAMESPACE)
    eventually(
        lambda: (
            (install.read("deployment", "frontend", "-n", NAMESPACE) or {"metadata": {"uid": before}})["metadata"][
                "uid"
            ]
            != before
        ),
        seconds=10,
        what="the frontend made again",
    )
    install.await_ready(NAME)


def test_values_changed_by_hand_are_put_back_within_a_second(install: Api, note: Callable[[object], None]) -> None:
    install.kubectl("patch", "configmap", "dixi-config", "-n", NAMESPACE, '-p={"data":{"LOG_LEVEL":"debug"}}')
    started = monotonic()
    eventually(
        lambda: install.read("configmap", "dixi-config", "-n", NAMESPACE)["data"]["LOG_LEVEL"] == "info",
        seconds=10,
        what="the level put back",
    )
    note(f"put back {monotonic() - started:.2f} s after kubectl returned")
    install.kubectl("label", "deployment", "frontend", "-n", NAMESPACE, "app.kubernetes.io/part-of-")
    eventually(
        lambda: (
            "app.kubernetes.io/part-of" in install.read("deployment", "frontend", "-n", NAMESPACE)["metadata"]["labels"]
        ),
        seconds=10,
        what="the label put back",
    )


def test_a_restart_by_kubectl_is_left_alone(install: Api) -> None:
    install.kubectl("rollout", "restart", "deployment/backend", "-n", NAMESPACE)
    install.kubectl("annotate", "dixi", NAME, "--overwrite", "dixi.io/reconcile=restart")
    install.await_ready(NAME)
    template = install.read("deployment", "backend", "-n", NAMESPACE)["spec"]["template"]
    assert "kubectl.kubernetes.io/restartedAt" in template["metadata"]["annotations"]


def test_secrets_keep_their_values_and_get_back_only_what_was_lost(install: Api) -> None:
    before = install.read("secret", "dixi-secrets", "-n", NAMESPACE)["data"]
    install.kubectl("patch", "secret", "dixi-secrets", "-n", NAMESPACE, "--type=json",
                    '-p=[{"op":"remove","path":"/data/jwt-secret"}]')  # fmt: skip
    eventually(
        lambda: "jwt-secret" in install.read("secret", "dixi-secrets", "-n", NAMESPACE)["data"],
        seconds=15,
        what="the lost key made again",
    )
    after = install.read("secret", "dixi-secrets", "-n", NAMESPACE)["data"]
    assert after["api-key"] == before["api-key"]


def test_what_the_install_no_longer_wants_is_removed(install: Api) -> None:
    install.apply(NAME, {**SPEC, "networkPolicy": {"enabled": False}})
    eventually(
        lambda: install.read("networkpolicies", "-n", NAMESPACE)["items"] == [], seconds=20, what="no policies left"
    )
    install.apply(NAME, SPEC)
    eventually(
        lambda: install.read("networkpolicy", "default-deny", "-n", NAMESPACE), seconds=20, what="the policies back"
    )
    install.await_ready(NAME)


def test_a_copy_of_an_object_that_carries_our_labels_is_not_removed(install: Api, operator: str) -> None:
    copy = install.read("configmap", "dixi-config", "-n", NAMESPACE)
    metadata = {"name": "a-copy", "namespace": NAMESPACE, "labels": copy["metadata"]["labels"]}
    install.kubectl("create", "-f", "-", stdin=json.dumps({**copy, "metadata": metadata}))
    have_it_look_again(install, operator)
    assert install.read("configmap", "a-copy", "-n", NAMESPACE) is not None


def test_a_suspended_install_is_left_as_it_is(install: Api) -> None:
    install.apply(NAME, {**SPEC, "suspend": True, "frontend": {"replicas": 2}})
    install.await_reason(NAME, "Suspended")
    assert install.read("deployment", "frontend", "-n", NAMESPACE)["spec"]["replicas"] == 1
    install.apply(NAME, SPEC)
    install.await_ready(NAME)


def test_the_operator_tells_its_state_in_metrics(install: Api, operator: str) -> None:
    text = read_url(f"{operator}/metrics") or ""
    assert 'dixi_install_ready{install="wall"} 1.0' in text
    assert "dixi_operator_leader 1.0" in text
    assert 'dixi_operator_watch_stamp_age_seconds{kind="Deployment"}' in text


def test_an_install_can_be_deleted_and_made_again(api: Api) -> None:
    spec = {**DEV, "namespace": {"name": "again"}}
    for _ in range(2):
        api.apply("again", spec)
        api.await_ready("again")
        api.remove("again", "again")


def test_keys_that_a_user_has_made_are_taken_as_they_are(api: Api) -> None:
    api.kubectl("create", "namespace", "own-keys")
    api.kubectl("create", "secret", "generic", "dixi-secrets", "-n", "own-keys", "--from-literal=api-key=mine")
    api.apply("own-keys", {**DEV, "namespace": {"name": "own-keys", "adopt": True}})
    api.await_ready("own-keys")
    secret = api.read("secret", "dixi-secrets", "-n", "own-keys")
    assert b64decode(secret["data"]["api-key"]) == b"mine"
    assert {"jwt-secret", "redis-password"} <= secret["data"].keys()
    api.kubectl("delete", "dixi", "own-keys", "--wait=true")
    eventually(
        lambda: api.read("deployments", "-n", "own-keys")["items"] == [], seconds=30, what="the deployments gone"
    )
    assert api.read("secret", "dixi-secrets", "-n", "own-keys") is not None
    api.kubectl("delete", "namespace", "own-keys")


def test_with_retain_everything_stays_and_is_taken_over_again(api: Api) -> None:
    spec = {**DEV, "namespace": {"name": "kept"}}
    api.apply("kept", spec)
    api.await_ready("kept")
    key = api.read("secret", "dixi-secrets", "-n", "kept")["data"]["api-key"]
    api.apply("kept", {**spec, "deletionPolicy": "Retain"})
    api.await_ready("kept")
    eventually(
        lambda: (
            not any(
                item["metadata"].get("ownerReferences")
                for item in api.read("deployments,secrets,services", "-n", "kept")["items"]
            )
        ),
        seconds=20,
        what="objects without an owner",
    )
    api.kubectl("delete", "dixi", "kept", "--wait=true")
    assert len(api.read("deployments", "-n", "kept")["items"]) == 4
    api.apply("kept", spec)
    api.await_ready("kept")
    assert api.read("secret", "dixi-secrets", "-n", "kept")["data"]["api-key"] == key
    api.remove("kept", "kept")
