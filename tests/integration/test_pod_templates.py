"""What users change of pods is merged as kubectl merges it, judged as Kubernetes judges it, and kept as written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dixi_operator.api.types import Manifest
from dixi_operator.components.pod_security import find_faults
from dixi_operator.components.strategic_merge import MERGE_KEYS, merge_template
from tests.integration.test_install import count_passes
from tests.support.fake import DEV, Api
from tests.support.processes import eventually
from tests.unit.operator.components.pod_patches import TEMPLATES, Patch, cases, some
from tests.unit.operator.components.test_pod_security import WEAKER, WEAKER_CONTAINER

NAME = NAMESPACE = "pods"
RESTRICTED = "restricted"
BACKEND = TEMPLATES[0]
POD_TEMPLATE = "io.k8s.api.core.v1.PodTemplateSpec"

# Each example is one or two runs of kubectl; the fixture is an API server that no example changes.
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def without_nulls(value: Any) -> Any:
    """What the API server makes of the nulls that kubectl leaves in new elements of a list: nothing."""
    match value:
        case dict():
            return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [without_nulls(inner) for inner in value]
        case _:
            return value


@few
@given(case=cases)
def test_kubectl_makes_the_same_of_every_patch(api: Api, tmp_path: Path, case: tuple[Manifest, Patch]) -> None:
    template, patch = case
    file = tmp_path / "deployment.json"
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}}
    file.write_text(json.dumps({**deployment, "spec": {"template": template}}))
    change = json.dumps({"spec": {"template": patch}})
    answer = api.kubectl("patch", "--local", "-f", str(file), "--type=strategic", "-o=json", f"-p={change}")
    theirs = without_nulls(json.loads(answer))["spec"]["template"]
    assert merge_template(template, patch) == theirs


def find_merge_keys(definitions: Manifest, name: str, path: tuple[str, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Path and merge key of each list that is merged, below one definition of an OpenAPI document."""
    for field, schema in definitions[name].get("properties", {}).items():
        inner = schema.get("items", schema).get("$ref", "").rpartition("/")[2]
        if schema.get("type") == "array" and "merge" in schema.get("x-kubernetes-patch-strategy", ""):
            yield (*path, field), schema.get("x-kubernetes-patch-merge-key", "")
        if inner and inner in definitions and name != inner:
            yield from find_merge_keys(definitions, inner, (*path, field))


def test_the_merge_keys_are_those_of_the_api_server(api: Api) -> None:
    definitions = json.loads(api.kubectl("get", "--raw", "/openapi/v2"))["definitions"]
    spec = {path: key for path, key in find_merge_keys(definitions, POD_TEMPLATE) if path[0] == "spec"}
    # Ephemeral containers cannot stand in a template, and nobody else writes the metadata of a claim in a volume.
    published = {path: key for path, key in spec.items() if not {"ephemeralContainers", "metadata"} & set(path)}
    assert published == dict(MERGE_KEYS)


@pytest.fixture(scope="module")
def restricted(api: Api) -> Iterator[Api]:
    """A namespace that lets only restricted pods in, with the account of the backend."""
    labels = {"pod-security.kubernetes.io/enforce": RESTRICTED}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": RESTRICTED, "labels": labels}}
    api.kubectl("create", "-f", "-", stdin=json.dumps(namespace))
    api.kubectl("create", "serviceaccount", "backend", "-n", RESTRICTED)
    yield api
    api.kubectl("delete", "namespace", RESTRICTED)


def violates(api: Api, template: Manifest) -> bool:
    """Whether the API server lets no such pod in, for what Pod Security says."""
    metadata = {**template["metadata"], "name": "x", "namespace": RESTRICTED}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    answer = api.attempt("create", "--dry-run=server", "--validate=ignore", "-f", "-", stdin=json.dumps(pod))
    violated = 'violates PodSecurity "restricted' in answer.stderr
    assert violated or answer.returncode == 0, answer.stderr
    return violated


# These the API server refuses for other reasons before Pod Security is asked: a wrong type, or two fields at odds.
INVALID = {"privileged as a word", "privileged", "/proc in full", "a Windows host"}
WHOLE: dict[str, Patch] = {f"pod: {case}": patch for case, (patch, _) in WEAKER.items() if case not in INVALID}
SINGLE: dict[str, Patch] = {
    f"container: {case}": {"containers": [{"name": "backend", **patch}]}
    for case, (patch, _) in WEAKER_CONTAINER.items()
    if case not in INVALID
}


@pytest.mark.parametrize("case", [*WHOLE, *SINGLE])
def test_what_we_refuse_kubernetes_refuses(restricted: Api, case: str) -> None:
    assert violates(restricted, merge_template(BACKEND, {"spec": {**WHOLE, **SINGLE}[case]}))


profiles = st.fixed_dictionaries({"type": st.sampled_from(["RuntimeDefault", "Unconfined"])})
pod_contexts: SearchStrategy[Patch] = some(
    runAsNonRoot=st.booleans(),
    runAsUser=st.sampled_from([0, 1, 10001]),
    seccompProfile=profiles,
    seLinuxOptions=some(type=st.sampled_from(["container_t", "spc_t"]), user=st.just("u")),
    sysctls=st.lists(
        st.sampled_from(["net.ipv4.tcp_syncookies", "net.ipv4.tcp_rmem", "net.core.somaxconn"]).map(
            lambda name: {"name": name, "value": "1"}
        ),
        max_size=1,
    ),
)
container_contexts: SearchStrategy[Patch] = some(
    runAsNonRoot=st.booleans(),
    runAsUser=st.sampled_from([0, 1]),
    seccompProfile=profiles,
    allowPrivilegeEscalation=st.booleans(),
    capabilities=some(
        drop=st.lists(st.sampled_from(["ALL", "NET_RAW"]), max_size=2, unique=True),
        add=st.lists(st.sampled_from(["NET_BIND_SERVICE", "SYS_TIME"]), max_size=1),
    ),
)
containers: SearchStrategy[Patch] = some(
    securityContext=container_contexts,
    ports=st.sampled_from([[], [{"containerPort": 3001, "hostPort": 3001}]]),
)
volume_sources: SearchStrategy[Patch] = st.sampled_from(
    [{"emptyDir": {}}, {"hostPath": {"path": "/"}}, {"configMap": {"name": "a"}}, {"nfs": {"server": "s", "path": "/"}}]
)
pods: SearchStrategy[Patch] = st.fixed_dictionaries(
    {},
    optional={
        "hostPID": st.booleans(),
        "hostIPC": st.booleans(),
        "securityContext": pod_contexts,
        "containers": containers.map(lambda found: [{"name": "backend", **found}]),
        "initContainers": containers.map(lambda found: [{"name": "first", "image": "x", **found}]),
        "volumes": volume_sources.map(lambda found: [{"name": "more", **found}]),
    },
)


@few
@given(patch=pods)
def test_kubernetes_refuses_the_same_pods_as_we_do(restricted: Api, patch: Patch) -> None:
    template = merge_template(BACKEND, {"spec": patch})
    assert bool(find_faults(template)) == violates(restricted, template)


def list_requests(api: Api) -> list[str]:
    """What the operator has asked of the API server, from its audit log."""
    lines = [json.loads(line) for line in api.audit_log.read_text().splitlines()]
    return [f"{line['verb']} {line['requestURI']}" for line in lines if line["userAgent"] == "dixi-operator"]


RESTING: Patch = {
    "metadata": {"annotations": {"team": "walls"}},
    "spec": {
        "containers": [
            {
                "name": "frontend",
                "env": [{"name": "EXTRA", "value": "1"}, {"name": "EMPTY", "value": ""}],
                # What Kubernetes fills in or writes otherwise must not look like a change of somebody else.
                "ports": [{"containerPort": 9999}],
                "resources": {"limits": {"memory": "1024Mi", "cpu": 1}},
                "lifecycle": {"preStop": {"sleep": {"seconds": 1}}},
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {"$patch": "replace", "sizeLimit": "1Gi"}}],
        "tolerations": [{"key": "wall", "operator": "Exists"}],
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["camera"]}],
        "nodeSelector": {},
        "imagePullSecrets": [],
        "topologySpreadConstraints": [{"topologyKey": "kubernetes.io/hostname", "$patch": "delete"}],
    },
}


def test_the_pods_of_an_install_are_as_its_template_says(
    api: Api, operator: str, note: Callable[[object], None]
) -> None:
    spec = {**DEV, "namespace": {"name": NAMESPACE}}
    api.apply(NAME, {**spec, "frontend": {"podTemplate": RESTING}})
    api.await_ready(NAME)
    before = len(list_requests(api))
    for _ in range(2):  # one may have been under way
        passes = count_passes(operator)
        api.kubectl("annotate", "dixi", NAME, "--overwrite", f"dixi.io/reconcile={passes}")
        eventually(lambda passes=passes: count_passes(operator) > passes, seconds=20, what="another pass")  # type: ignore[misc]
    writes = [request for request in list_requests(api)[before:] if "/deployments/" in request]
    assert [request for request in writes if not request.startswith("get ")] == []
    template = api.read("deployment", "frontend", "-n", NAMESPACE)["spec"]["template"]
    assert template["metadata"]["annotations"]["team"] == "walls"
    assert {"name": "EXTRA", "value": "1"} in template["spec"]["containers"][0]["env"]
    assert template["spec"]["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}}]

    api.apply(NAME, {**spec, "frontend": {"podTemplate": {"spec": {"hostNetwork": True}}}})
    condition = api.await_reason(NAME, "SpecInvalid")
    note(condition["message"])
    assert "spec.frontend.podTemplate.spec.hostNetwork: it must be false" in condition["message"]
    assert api.condition(NAME, "Stalled")["status"] == "True"
    assert api.read("deployment", "frontend", "-n", NAMESPACE)["spec"]["template"] == template

    api.apply(NAME, {**spec, "frontend": {"podTemplate": {"spec": {"nonsense": 1}}}})
    condition = api.await_reason(NAME, "ApplyRejected")
    note(condition["message"])
    assert "nonsense" in condition["message"]
    api.apply(NAME, spec)
    api.await_ready(NAME)
    api.remove(NAME, NAMESPACE)


def test_nulls_survive_server_side_apply_and_directives_any(api: Api) -> None:
    patch = {"spec": {"affinity": None, "volumes": [{"name": "tmp", "$patch": "delete"}]}}
    api.apply("kept", {"suspend": True, "backend": {"podTemplate": patch}})
    stored = api.read("dixi", "kept")["spec"]["backend"]["podTemplate"]
    assert stored == {"spec": {"volumes": [{"name": "tmp", "$patch": "delete"}]}}
    api.kubectl("delete", "dixi", "kept")
    document = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": "kept"}}
    spec = {"suspend": True, "backend": {"podTemplate": patch}}
    api.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps({**document, "spec": spec}))
    assert api.read("dixi", "kept")["spec"]["backend"]["podTemplate"] == patch
    api.kubectl("delete", "dixi", "kept")
