"""What others change of an install's objects is put back, reported or left, as the specification says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.fake import DEV, Api
from tests.support.measures import metrics_api
from tests.support.processes import eventually

pytestmark = pytest.mark.usefixtures("operator")
NAME = NAMESPACE = "drifting"
SPEC = {**DEV, "namespace": {"name": NAMESPACE}}
FRONTEND_REPLICAS = {"kind": "Deployment", "name": "frontend", "paths": ["/spec/replicas"]}


@pytest.fixture(scope="module")
def install(api: Api) -> Iterator[Api]:
    api.apply(NAME, SPEC)
    api.await_ready(NAME)
    yield api
    api.remove(NAME, NAMESPACE)


def patch(api: Api, kind: str, name: str, change: dict[str, Any], *options: str) -> None:
    api.kubectl("patch", kind, name, "-n", NAMESPACE, f"-p={json.dumps(change)}", *options)


def read_replicas(api: Api, name: str) -> int:
    replicas: int = api.read("deployment", name, "-n", NAMESPACE)["spec"]["replicas"]
    return replicas


def list_notes(api: Api, reason: str) -> list[str]:
    """What Events of that reason say about the install."""
    events = api.read("events.events.k8s.io", "-n", "default")["items"]
    return [item["note"] for item in events if item["reason"] == reason and item["regarding"]["name"] == NAME]


def look_again(api: Api, value: str) -> None:
    api.kubectl("annotate", "dixi", NAME, "--overwrite", f"dixi.io/reconcile={value}")


def test_an_event_names_what_was_put_back_and_who_had_changed_it(install: Api) -> None:
    patch(install, "configmap", "dixi-config", {"data": {"LOG_LEVEL": "debug"}}, "--field-manager=a-colleague")
    note = eventually(
        lambda: next((note for note in list_notes(install, "DriftRepaired") if "a-colleague" in note), ""),
        seconds=15,
        what="an Event that names a-colleague",
    )
    assert note.startswith('ConfigMap dixi-config: /data/LOG_LEVEL is "debug" (a-colleague, ')
    assert note.endswith('not "info"; it was put back')


def test_a_removed_field_is_put_back(install: Api) -> None:
    patch(install, "service", "backend", {"metadata": {"labels": {"app.kubernetes.io/part-of": None}}})
    eventually(
        lambda: (
            install.read("service", "backend", "-n", NAMESPACE)["metadata"]["labels"].get("app.kubernetes.io/part-of")
            == "dixi"
        ),
        seconds=15,
        what="the label put back",
    )


def test_a_field_to_report_is_left_and_told_once(install: Api) -> None:
    install.apply(NAME, {**SPEC, "drift": {"rules": [{**FRONTEND_REPLICAS, "policy": "Report"}]}})
    install.await_ready(NAME)
    patch(install, "deployment", "frontend", {"spec": {"replicas": 2}}, "--field-manager=a-colleague")

    def read_drift() -> str:
        message: str = install.condition(NAME, "Ready").get("message", "")
        return message if "/spec/replicas is 2" in message else ""

    message = eventually(read_drift, seconds=30, what="the drift in the status")
    assert "Deployment frontend: /spec/replicas is 2 (a-colleague, " in message
    assert "not 1; spec.drift says to leave it" in message
    look_again(install, "reported")
    install.apply(NAME, {**SPEC, "drift": {"rules": [{**FRONTEND_REPLICAS, "policy": "Report"}]},
                         "config": {"logLevel": "debug"}})  # fmt: skip
    install.await_ready(NAME)
    assert read_replicas(install, "frontend") == 2
    assert len(list_notes(install, "Drifted")) == 1


def test_a_field_to_ignore_is_left_and_never_mentioned(install: Api) -> None:
    install.apply(NAME, {**SPEC, "drift": {"rules": [{**FRONTEND_REPLICAS, "policy": "Ignore"}]}})
    install.await_ready(NAME)
    patch(install, "deployment", "frontend", {"spec": {"replicas": 3}})
    look_again(install, "ignored")
    install.await_ready(NAME)
    assert read_replicas(install, "frontend") == 3
    assert "replicas is" not in install.condition(NAME, "Ready")["message"]


def test_a_field_is_put_back_once_nothing_says_to_leave_it(install: Api) -> None:
    install.apply(NAME, SPEC)
    eventually(lambda: read_replicas(install, "frontend") == 1, seconds=15, what="the replicas put back")
    install.await_ready(NAME)


def test_an_entry_that_makes_ours_invalid_is_removed(install: Api) -> None:
    # The same name under another port: server-side apply alone could not add ours beside it.
    ports = [{"name": "http", "port": 9999, "targetPort": 9999}]
    patch(install, "service", "frontend", {"spec": {"ports": ports}}, "--type=merge")
    eventually(
        lambda: (
            [port["port"] for port in install.read("service", "frontend", "-n", NAMESPACE)["spec"]["ports"]] == [80]
        ),
        seconds=15,
        what="our port alone",
    )
    install.await_ready(NAME)


def test_two_writers_who_disagree_do_not_keep_the_api_server_busy(install: Api) -> None:
    def change_it_again() -> str:
        """Change the value each time it was put back; returns what the status says of it."""
        if install.read("configmap", "dixi-config", "-n", NAMESPACE)["data"]["LOG_LEVEL"] == "info":
            change = {"data": {"LOG_LEVEL": "rival"}}
            patch(install, "configmap", "dixi-config", change, "--field-manager=a-rival")
        message: str = install.condition(NAME, "Ready").get("message", "")
        return message if "as often as it is put back" in message else ""

    message = eventually(change_it_again, seconds=45, what="the conflict in the status")
    assert 'ConfigMap dixi-config: /data/LOG_LEVEL is "rival" (a-rival, ' in message


def test_replicas_stay_when_an_autoscaler_takes_them_over(api: Api) -> None:
    spec = {**DEV, "namespace": {"name": "scaled"}, "backend": {"replicas": 3}}
    autoscaling = {"enabled": True, "minReplicas": 2, "maxReplicas": 5}
    with metrics_api(api):
        api.apply("scaled", spec)
        api.await_ready("scaled")
        generation = api.read("deployment", "backend", "-n", "scaled")["metadata"]["generation"]
        api.apply("scaled", {**spec, "backend": {"autoscaling": autoscaling}})
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", "scaled"), seconds=60, what="an autoscaler")
        api.await_ready("scaled")
        backend = api.read("deployment", "backend", "-n", "scaled")
    assert backend["spec"]["replicas"] == 3
    changes = backend["metadata"]["generation"] - generation
    assert changes == 0 or backend["spec"]["template"]["metadata"].get("annotations")
    api.remove("scaled", "scaled")
