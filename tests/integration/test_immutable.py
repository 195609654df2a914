"""What holds nothing is made anew when a fixed field has to change; what holds data is left alone; nothing loops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dixi_operator.cluster.kinds import OWNED, Ref
from dixi_operator.cluster.refusals import Remedy, judge_refusal
from dixi_operator.errors import ApiError
from tests.integration.test_install import count_passes
from tests.support.fake import DEV, Api
from tests.support.processes import eventually

NAME = NAMESPACE = "fixed"
SPEC = {
    **DEV,
    "namespace": {"name": NAMESPACE},
    "redis": {"storage": {"size": "2Gi", "className": "growing"}},
    "backup": {"destination": {"volume": {"size": "1Gi", "className": "fast"}}},
}
WRITES = {"create", "update", "patch", "delete"}
BINDING = {"kind": "Role", "name": "none", "apiGroup": "rbac.authorization.k8s.io"}


def make_class(name: str, *, expandable: bool) -> dict[str, Any]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "example.com/none",
        "allowVolumeExpansion": expandable,
    }


def make_volume(name: str, claim: str, storage_class: str, size: str) -> dict[str, Any]:
    """A volume that Kubernetes binds the claim to; nothing ever mounts it."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": size},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": storage_class,
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": "/nowhere"},
            "claimRef": {"namespace": NAMESPACE, "name": claim},
        },
    }


def create(api: Api, *objects: dict[str, Any]) -> None:
    for item in objects:
        api.kubectl("create", "-f", "-", stdin=json.dumps(item))


@pytest.fixture(scope="module")
def install(api: Api, operator: str) -> Iterator[Api]:
    volumes = {"redis-data": "growing", "backup-data": "fast"}
    create(api, make_class("fast", expandable=False), make_class("growing", expandable=True))
    create(api, *(make_volume(f"for-{claim}", claim, name, "2Gi") for claim, name in volumes.items()))
    api.apply(NAME, SPEC)
    api.await_ready(NAME)
    yield api
    api.remove(NAME, NAMESPACE)
    api.kubectl("delete", "pv", *(f"for-{claim}" for claim in volumes), "--wait=false")
    api.kubectl("delete", "storageclass", "fast", "growing")


def count_writes(api: Api, since: int, path: str) -> list[str]:
    """Writes of the operator to an object since that line of the audit log."""
    lines = [json.loads(line) for line in api.audit_log.read_text().splitlines()[since:]]
    return [
        line["verb"]
        for line in lines
        if line["verb"] in WRITES and line["userAgent"] == "dixi-operator" and line["requestURI"].split("?")[0] == path
    ]


def replace(api: Api, kind: str, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Make an object anew by hand, changed, as ``kubectl replace --force`` does it."""
    item = api.read(kind, name, "-n", NAMESPACE)
    kept = {key: item["metadata"][key] for key in ("name", "namespace", "labels", "annotations", "ownerReferences")}
    item = {**{key: item[key] for key in item if key not in ("metadata", "status")}, "metadata": kept}
    change(item)
    api.kubectl("replace", "--force", "-f", "-", stdin=json.dumps(item))


def make_headless(service: dict[str, Any]) -> None:
    service["spec"] = {key: service["spec"][key] for key in ("selector", "ports", "type")} | {"clusterIP": "None"}


def select_otherwise(deployment: dict[str, Any]) -> None:
    deployment["spec"]["selector"]["matchLabels"]["odd"] = "yes"
    deployment["spec"]["template"]["metadata"]["labels"]["odd"] = "yes"


def bind_otherwise(binding: dict[str, Any]) -> None:
    binding["roleRef"] = BINDING


def lock(config: dict[str, Any]) -> None:
    config["immutable"] = True
    config["data"]["LOG_LEVEL"] = "debug"


REPAIRED: dict[str, tuple[str, str, Callable[[dict[str, Any]], None], Callable[[dict[str, Any]], bool]]] = {
    "a Service without an address": (
        "service",
        "redis",
        make_headless,
        lambda live: live["spec"]["clusterIP"] != "None",
    ),
    "a Deployment with another selector": (
        "deployment",
        "frontend",
        select_otherwise,
        lambda live: "odd" not in live["spec"]["selector"]["matchLabels"],
    ),
    "a binding to another Role": (
        "rolebinding",
        "dixi-backup",
        bind_otherwise,
        lambda live: live["roleRef"]["name"] == "dixi-backup",
    ),
    "a ConfigMap that is locked": ("configmap", "dixi-config", lock, lambda live: live["data"]["LOG_LEVEL"] == "info"),
}


def find_path(kind: str, name: str) -> str:
    (found,) = (known for known in OWNED if known.name.lower() == kind)
    return Ref(found.api_version, found.name, NAMESPACE, name).path


@pytest.mark.parametrize("case", REPAIRED)
def test_what_holds_nothing_is_made_anew_once(install: Api, note: Callable[[object], None], case: str) -> None:
    kind, name, change, is_right = REPAIRED[case]
    before = len(install.audit_log.read_text().splitlines())
    install.apply(NAME, {**SPEC, "suspend": True})
    install.await_reason(NAME, "Suspended")
    replace(install, kind, name, change)
    install.apply(NAME, SPEC)
    eventually(
        lambda: (live := install.read(kind, name, "-n", NAMESPACE)) is not None and is_right(live),
        seconds=20,
        what=f"{kind} {name} made anew",
    )
    install.await_ready(NAME)
    writes = count_writes(install, before, find_path(kind, name))
    note(writes)
    assert writes.count("delete") == 1
    assert len(writes) <= 4


def refuse(api: Api, operator: str, spec: dict[str, Any], claim: str) -> tuple[str, list[str]]:
    """Apply the specification; returns what the install says of it, and writes to the claim in two more passes."""
    api.apply(NAME, spec)
    condition = api.await_reason(NAME, "ImmutableField")
    since = len(api.audit_log.read_text().splitlines())
    for _ in range(2):
        before = count_passes(operator)
        api.kubectl("annotate", "dixi", NAME, "--overwrite", f"dixi.io/reconcile={before}")
        eventually(lambda before=before: count_passes(operator) > before, seconds=20, what="another pass")  # type: ignore[misc]
    return condition["message"], count_writes(api, since, find_path("persistentvolumeclaim", claim))


def test_a_smaller_volume_is_refused_before_anything_is_written(
    install: Api, operator: str, note: Callable[[object], None]
) -> None:
    smaller = {**SPEC, "redis": {"storage": {"size": "1Gi", "className": "growing"}}}
    message, writes = refuse(install, operator, smaller, "redis-data")
    note(message)
    assert writes == []
    assert message.startswith("spec.redis.storage.size: ")
    assert install.condition(NAME, "Stalled")["status"] == "True"
    install.apply(NAME, SPEC)
    install.await_ready(NAME)


def test_a_larger_volume_waits_where_the_class_forbids_it(
    install: Api, operator: str, note: Callable[[object], None]
) -> None:
    larger = {**SPEC, "backup": {"destination": {"volume": {"size": "5Gi", "className": "fast"}}}}
    message, writes = refuse(install, operator, larger, "backup-data")
    note(message)
    # The class may allow it at any time, so that it is tried again: once a pass, and passes come ever later.
    assert len(writes) <= 3
    assert "allowVolumeExpansion" in message
    install.apply(NAME, SPEC)
    install.await_ready(NAME)


def test_a_larger_volume_is_asked_for_where_the_class_allows_it(install: Api) -> None:
    larger = {**SPEC, "redis": {"storage": {"size": "3Gi", "className": "growing"}}}
    install.apply(NAME, larger)
    eventually(
        lambda: (
            install.read("pvc", "redis-data", "-n", NAMESPACE)["spec"]["resources"]["requests"] == {"storage": "3Gi"}
        ),
        seconds=20,
        what="the claim grown",
    )
    install.await_ready(NAME)


@pytest.mark.usefixtures("operator")
def test_what_somebody_else_has_made_is_not_deleted(api: Api, note: Callable[[object], None]) -> None:
    theirs = {"app": "theirs"}
    container = {"name": "theirs", "image": "localhost/theirs:1"}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "frontend", "namespace": "taken"},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": theirs},
            "template": {"metadata": {"labels": theirs}, "spec": {"containers": [container]}},
        },
    }
    api.kubectl("create", "namespace", "taken")
    create(api, deployment)
    before = api.read("deployment", "frontend", "-n", "taken")["metadata"]["uid"]
    api.apply("taken", {**DEV, "namespace": {"name": "taken", "adopt": True}})
    message = api.await_reason("taken", "ImmutableField")["message"]
    note(message)
    assert "Deployment taken/frontend" in message
    assert "somebody else has made it: delete it" in message
    assert api.read("deployment", "frontend", "-n", "taken")["metadata"]["uid"] == before
    api.kubectl("delete", "deployment", "frontend", "-n", "taken")
    api.await_ready("taken")
    api.kubectl("delete", "dixi", "taken")
    api.kubectl("delete", "namespace", "taken", "--wait=false")


def answer_to(api: Api, document: dict[str, Any]) -> ApiError:
    """What the API server says to an apply, as the operator would read it."""
    answer = api.attempt("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=json.dumps(document))
    assert answer.returncode != 0
    text = answer.stderr
    return ApiError(422, "Invalid", text, causes=[text])


def test_the_sentences_are_those_of_the_api_server(api: Api) -> None:
    api.kubectl("create", "namespace", "sentences")
    where = {"namespace": "sentences"}
    claim: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "x", **where},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "one",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "x", **where},
        "type": "kubernetes.io/basic-auth",
    }
    create(api, claim, {**secret, "stringData": {"username": "x"}})
    other = {**claim, "spec": {**claim["spec"], "storageClassName": "two"}}
    larger = {**claim, "spec": {**claim["spec"], "resources": {"requests": {"storage": "2Gi"}}}}
    found = {
        "class": judge_refusal(Ref("v1", "PersistentVolumeClaim", "sentences", "x"), answer_to(api, other)),
        "pending": judge_refusal(Ref("v1", "PersistentVolumeClaim", "sentences", "x"), answer_to(api, larger)),
        "type": judge_refusal(Ref("v1", "Secret", "sentences", "x"), answer_to(api, {**secret, "type": "Opaque"})),
    }
    assert {case: refusal and refusal.remedy for case, refusal in found.items()} == {
        "class": Remedy.EDIT,
        "pending": Remedy.WAIT,
        "type": Remedy.EDIT,
    }
    api.kubectl("delete", "namespace", "sentences", "--wait=false")
