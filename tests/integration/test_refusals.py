"""Bad input is refused by the API server or by a condition, in a sentence that names the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.fake import DEV, Api

REFUSED_BY_THE_API_SERVER: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown field": ("bad", {"colour": "red"}, 'unknown field "spec.colour"'),
    "a wrong type": ("bad", {"vision": {"fps": "fast"}}, "spec.vision.fps"),
    "no frames a second": ("bad", {"vision": {"fps": 0}}, "spec.vision.fps"),
    "fewest above most": (
        "bad",
        {"backend": {"autoscaling": {"minReplicas": 5, "maxReplicas": 2}}},
        "backend.autoscaling.minReplicas must not be above backend.autoscaling.maxReplicas",
    ),
    "a name that makes names too long": ("x" * 41, {}, "metadata.name must have at most 40 characters"),
    "replicas that cannot share state": ("bad", {"redis": {"enabled": False}}, "redis.enabled"),
    "an unknown profile": ("bad", {"profile": "huge"}, "spec.profile"),
    "a namespace of the cluster": ("bad", {"namespace": {"name": "kube-system"}}, "spec.namespace.name"),
}


@pytest.mark.parametrize("case", REFUSED_BY_THE_API_SERVER)
def test_the_api_server_refuses(api: Api, case: str, note: Callable[[object], None]) -> None:
    name, spec, sentence = REFUSED_BY_THE_API_SERVER[case]
    answer = api.try_apply(name, spec)
    note(answer.stderr.strip())
    assert answer.returncode != 0
    assert sentence in answer.stderr


@pytest.mark.usefixtures("operator")
def test_a_namespace_that_is_not_ours_is_not_touched(api: Api, note: Callable[[object], None]) -> None:
    api.kubectl("create", "namespace", "theirs")
    api.kubectl("create", "service", "clusterip", "backend", "--tcp=80", "-n", "theirs")
    api.apply("intruder", {**DEV, "namespace": {"name": "theirs"}})
    condition = api.await_reason("intruder", "NamespaceNotOurs")
    note(condition["message"])
    assert "spec.namespace.name" in condition["message"]
    assert "it holds Service backend)" in condition["message"]
    assert api.condition("intruder", "Stalled")["status"] == "True"
    assert api.read("deployments", "-n", "theirs")["items"] == []
    api.kubectl("delete", "dixi", "intruder")
    assert api.read("namespace", "theirs") is not None


@pytest.mark.usefixtures("operator")
def test_what_is_taken_over_is_named_in_an_event(api: Api) -> None:
    api.kubectl("create", "namespace", "adopted")
    api.kubectl("create", "configmap", "dixi-config", "--from-literal=LOG_LEVEL=debug", "-n", "adopted")
    api.kubectl("create", "configmap", "another", "-n", "adopted")
    api.apply("adopting", {**DEV, "namespace": {"name": "adopted", "adopt": True}})
    api.await_ready("adopting")
    assert api.read("configmap", "dixi-config", "-n", "adopted")["data"]["LOG_LEVEL"] == "info"
    notes = [
        event["note"]
        for event in api.read("events.events.k8s.io", "-n", "default")["items"]
        if event["reason"] == "Adopted" and event["regarding"]["name"] == "adopting"
    ]
    assert notes == ["took over ConfigMap dixi-config, as spec.namespace.adopt allows"]
    api.kubectl("delete", "dixi", "adopting")
    api.kubectl("delete", "namespace", "adopted")


@pytest.mark.usefixtures("operator")
def test_two_installs_cannot_share_a_namespace(api: Api) -> None:
    api.apply("first", {**DEV, "namespace": {"name": "shared"}})
    api.await_ready("first")
    api.apply("second", {**DEV, "namespace": {"name": "shared"}})
    assert "spec.namespace.name" in api.await_reason("second", "NamespaceNotOurs")["message"]
    api.kubectl("delete", "dixi", "second")
    api.await_ready("first")
    api.remove("first", "shared")


@pytest.mark.usefixtures("operator")
def test_garbage_in_status_does_not_matter(api: Api) -> None:
    api.apply("odd", {**DEV, "namespace": {"name": "odd"}})
    api.await_ready("odd")
    garbage = (
        '{"status":{"conditions":[{"type":"Ready","status":"False","reason":"Odd","message":"x",'
        '"lastTransitionTime":"2020-01-01T00:00:00Z","observedGeneration":7}],"inventory":[],'
        '"history":[],"lastAppliedRevision":"\\u0000\\ud83d\\ude00","endpoint":"javascript:alert(1)"}}'
    )
    api.kubectl("patch", "dixi", "odd", "--subresource=status", "--type=merge", f"-p={garbage}")
    api.kubectl("annotate", "dixi", "odd", "dixi.io/reconcile=now")
    api.await_ready("odd")
    assert api.read("dixi", "odd")["status"]["endpoint"] != "javascript:alert(1)"
    api.remove("odd", "odd")
