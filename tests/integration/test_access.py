"""The operator may do what it does, and nothing else.

It lives a whole life under exactly the rights of deploy/operator.yaml, in a cluster of its own; then the API server's
audit log says which of them it has used.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import pytest
import yaml
from websockets.sync.client import connect

from dixi_operator.cluster.access import Scope, build_grants
from dixi_operator.cluster.events import EVENT_NAMESPACE
from dixi_operator.cluster.kinds import OWNED
from dixi_operator.cluster.lease import LEASE_NAME
from dixi_operator.cluster.objects import KEPT
from tests.support.crds import SCALED_OBJECT, SERVICE_MONITOR, create, register
from tests.support.devices import DRIVER, make_runtime_class, offer_devices
from tests.support.fake import DEV, ROOT, Api, serve_api
from tests.support.processes import eventually, find_free_port, read_url, running

NAMESPACE, NAME = "dixi-system", "life"
ACCOUNT = f"system:serviceaccount:{NAMESPACE}:dixi-operator"
RIGHTS = {"Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
BACKUP = {"destination": {"volume": {"size": "1Gi", "className": "slow"}}}
FULL: dict[str, Any] = {
    **DEV,
    "namespace": {"name": NAME},
    "backend": {"autoscaling": {"enabled": True, "minReplicas": 2, "engine": "KEDA"}},
    "frontend": {"service": {"type": "NodePort"}},
    "ollama": {"enabled": True, "storage": {"ephemeral": True}},
    "backup": BACKUP,
    "vision": {
        "source": "push",
        "autoscaling": {"enabled": True},
        "gpu": {"policy": "Required", "deviceClass": DRIVER, "runtimeClassName": "gpu"},
    },
}
BARE: dict[str, Any] = {
    **DEV,
    "namespace": {"name": NAME},
    "redis": {"enabled": False},
    "networkPolicy": {"enabled": False},
    "monitoring": {"serviceMonitor": False},
}
FORMER = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {
        "name": "of-a-former-version",
        "namespace": NAME,
        "labels": {"app.kubernetes.io/managed-by": "dixi-operator", "app.kubernetes.io/instance": NAME},
    },
}
CLAIM_SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


class Right(NamedTuple):
    """One verb on one resource (with its subresource) of one group, and where it holds."""

    scope: str
    verb: str
    group: str
    resource: str


GRANTED = {Right(grant.scope, verb, grant.group, grant.resource) for grant in build_grants() for verb in grant.verbs}
ASKED_BY_ADMISSION = {
    Right(Scope.CLUSTER, "update", "dixi.io", "dixiinstalls/finalizers"),
    *(Right(Scope.CLUSTER, "delete", "", kind.plural) for kind in OWNED if kind.name in KEPT),
}
"""Rights that no request of the operator shows, because the API server's admission asks for them."""

HELD_TO_GRANT = {Right(Scope.CLUSTER, "get", "dixi.io", "dixiinstalls")}
"""Rights that the operator has to have to give them to a backup job, whether it uses them itself or not."""


@pytest.fixture(scope="module")
def own_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A cluster where nobody but the operator under test works for installs, with the rights of the manifests."""
    with serve_api(tmp_path_factory.mktemp("access")) as api:
        create(api, SERVICE_MONITOR)
        create(api, SCALED_OBJECT)
        register(api, "metrics.k8s.io", "v1beta1", "PodMetrics", "pods")
        register(api, "custom.metrics.k8s.io", "v1beta1", "MetricValueList", "metricvaluelists")
        manifests = yaml.load_all((ROOT / "deploy" / "operator.yaml").read_text(), yaml.CSafeLoader)
        rights = [manifest for manifest in manifests if manifest["kind"] in RIGHTS]
        api.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump_all(rights))
        yield api


@pytest.fixture(scope="module")
def used(own_api: Api, gateway: str, tmp_path_factory: pytest.TempPathFactory) -> set[Right]:
    """The rights that the operator has used in its life."""
    folder = tmp_path_factory.mktemp("operator")
    port = find_free_port()
    environment = {
        "KUBECONFIG": own_api.log_in("dixi-operator", NAMESPACE, folder / "kubeconfig"),
        "DIXI_NAMESPACE": NAMESPACE,
        "DIXI_HTTP_PORT": str(port),
        "DIXI_POD_NAME": "restricted",
        "DIXI_PROBE_URL": f"{gateway}/api/health/ready",
        "DIXI_VISION_URL": "",
        "DIXI_BACKEND_URL": f"{gateway}/metrics",
    }
    page = connect(f"{gateway.replace('http', 'ws')}/ws", proxy=None)
    with page, running("dixi_operator", [], environment, folder / "log"):
        eventually(lambda: read_url(f"http://127.0.0.1:{port}/readyz"), seconds=30, what="the operator ready")
        for live_through in LIFE:
            live_through(own_api)
    return read_rights(own_api)


def is_set_up(api: Api) -> None:
    offer_devices(api, "fake-0", 2)
    make_runtime_class(api)
    api.apply(NAME, FULL)
    api.await_ready(NAME)
    assert api.read("servicemonitor", "dixi-backend-monitor", "-n", NAME) is not None


def is_repaired(api: Api) -> None:
    """Somebody changes a label of one object of each kind."""
    plurals = ",".join(kind.plural for kind in OWNED)
    found = api.read(plurals, "-n", NAME, "-l", f"app.kubernetes.io/instance={NAME}")["items"]
    names = [f"{kind.plural}/{list_names(found, kind.name)[0]}" for kind in OWNED]
    api.kubectl("label", *names, "-n", NAME, "--overwrite", "app.kubernetes.io/part-of=theirs")

    def is_ours_again() -> bool:
        objects = api.read(*names, "-n", NAME)["items"]
        return {item["metadata"]["labels"]["app.kubernetes.io/part-of"] for item in objects} == {"dixi"}

    eventually(is_ours_again, seconds=20, what="every label put back")


def list_names(objects: Iterable[dict[str, Any]], kind: str) -> list[str]:
    return [item["metadata"]["name"] for item in objects if item["kind"] == kind]


def is_in_trouble(api: Api) -> None:
    """A pod runs and is not ready, so that the operator looks for the cause."""
    (pod,) = api.read("pods", "-n", NAME, "-l", "app=frontend")["items"]
    name, (container,) = pod["metadata"]["name"], pod["status"]["containerStatuses"]
    status = {
        "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": [{**container, "ready": False}],
    }
    api.kubectl("patch", "pod", name, "-n", NAME, "--subresource=status", f"-p={json.dumps({'status': status})}")
    asked = Right(Scope.CLUSTER, "list", "events.k8s.io", "events")
    eventually(lambda: asked in read_rights(api), seconds=40, what="a look for the cause")
    api.kubectl("delete", "pod", name, "-n", NAME)
    api.await_ready(NAME)


def may_shrink(api: Api) -> None:
    """There are more gateways than there must be, so that each says what it costs to take it away."""
    api.kubectl("scale", "deployment/backend", "-n", NAME, "--replicas=3")
    api.await_ready(NAME)
    asked = Right(Scope.CLUSTER, "patch", "", "pods")
    eventually(lambda: asked in read_rights(api), seconds=60, what="deletion costs")


def is_pruned(api: Api) -> None:
    """Most of it is no longer wanted, and one object that only a former version made."""
    api.kubectl("apply", "--server-side", "--field-manager=dixi-operator", "-f", "-", stdin=yaml.safe_dump(FORMER))
    api.apply(NAME, BARE)
    api.await_ready(NAME)
    left = "networkpolicies,hpa,scaledobjects,pdb,cronjobs,roles,rolebindings,servicemonitors,resourceclaimtemplates"
    eventually(lambda: api.read(left, "-n", NAME)["items"] == [], seconds=30, what="no more than the specification")
    eventually(lambda: api.read("configmap", FORMER["metadata"]["name"], "-n", NAME) is None, seconds=30, what="pruned")  # type: ignore[index]


def is_suspended(api: Api) -> None:
    api.apply(NAME, {**BARE, "suspend": True})
    api.await_reason(NAME, "Suspended")


def is_deleted(api: Api) -> None:
    """What it owns is left to the garbage collector, which takes its time to know new kinds."""
    api.kubectl("delete", "dixi", NAME, "--wait=true")


def is_adopted_and_retained(api: Api) -> None:
    """A namespace that is there already, with a Secret that lacks keys; everything stays in the end."""
    api.kubectl("create", "namespace", "theirs")
    api.kubectl("create", "secret", "generic", "dixi-secrets", "-n", "theirs", "--from-literal=api-key=mine")
    spec = {**DEV, "namespace": {"name": "theirs", "adopt": True}, "deletionPolicy": "Retain"}
    api.apply("adopted", spec)
    api.await_ready("adopted")
    api.kubectl("delete", "dixi", "adopted", "--wait=true")


LIFE: tuple[Callable[[Api], None], ...] = (
    is_set_up,
    is_repaired,
    is_in_trouble,
    may_shrink,
    is_pruned,
    is_suspended,
    is_deleted,
    is_adopted_and_retained,
)


def read_requests(api: Api) -> list[dict[str, Any]]:
    """The operator's requests, as the audit log has them."""
    lines = (json.loads(line) for line in api.audit_log.read_text().splitlines())
    return [line for line in lines if line["user"]["username"] == ACCOUNT]


def read_rights(api: Api) -> set[Right]:
    """The rights that these requests needed."""
    return {right for line in read_requests(api) for right in rights_of(line)}


def rights_of(line: dict[str, Any]) -> Iterator[Right]:
    """What a request needed; none for discovery, which is everybody's right.

    A patch that was answered 201 has created its object, for which the API server wants the right to create too.
    """
    target = line.get("objectRef")
    if target is None or not target.get("resource"):
        return
    resource = "/".join(filter(None, (target["resource"], target.get("subresource"))))
    scope = Scope.CLUSTER
    if (target["resource"], target.get("namespace")) == ("leases", NAMESPACE):
        scope = Scope.OPERATOR
    elif (target["resource"], target.get("namespace")) == ("events", EVENT_NAMESPACE):
        scope = Scope.EVENTS
    group = target.get("apiGroup", "")
    yield Right(scope, line["verb"], group, resource)
    if line["verb"] == "patch" and line["responseStatus"]["code"] == 201:
        yield Right(scope, "create", group, resource)


def test_nothing_that_the_operator_asks_for_is_forbidden(own_api: Api, used: set[Right]) -> None:
    forbidden = [
        (line["verb"], line["requestURI"])
        for line in read_requests(own_api)
        if line.get("responseStatus", {}).get("code") in {401, 403}
    ]
    assert forbidden == []
    assert used - GRANTED == set()


def test_nothing_is_granted_that_the_operator_does_not_use(used: set[Right], note: Callable[[object], None]) -> None:
    assert GRANTED - used - ASKED_BY_ADMISSION - HELD_TO_GRANT == set()
    note(f"{len(GRANTED)} rights granted, {len(GRANTED & used)} of them used")


def test_the_only_lease_it_touches_is_its_own(own_api: Api, used: set[Right]) -> None:
    assert Right(Scope.OPERATOR, "patch", "coordination.k8s.io", "leases") in used
    names = {
        line["objectRef"].get("name", LEASE_NAME)
        for line in read_requests(own_api)
        if line.get("objectRef", {}).get("resource") == "leases"
    }
    assert names == {LEASE_NAME}


@pytest.mark.parametrize("lacking", sorted(ASKED_BY_ADMISSION))
def test_without_a_right_that_admission_asks_for_no_owner_can_be_set(own_api: Api, lacking: Right) -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement"""
    own_api.apply("owner", {**DEV, "suspend": True})
    uid = own_api.read("dixi", "owner")["metadata"]["uid"]
    owner = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "name": "owner", "uid": uid}
    kind = next((kind for kind in OWNED if kind.plural == lacking.resource), OWNED[1])
    metadata = {"name": "owned", **({"namespace": "default"} if kind.namespaced else {})}
    body = {"spec": CLAIM_SPEC} if kind.name == "PersistentVolumeClaim" else {}
    free = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, **body}
    owned = {**free, "metadata": {**metadata, "ownerReferences": [{**owner, "blockOwnerDeletion": True}]}}
    own_api.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump(free))
    try:
        require(own_api, lacking, owned, "cannot set")
    finally:
        own_api.kubectl("delete", kind.plural, "owned", "-n", "default", "--wait=false")
        own_api.kubectl("delete", "dixi", "owner")


@pytest.mark.parametrize("lacking", sorted(HELD_TO_GRANT))
def test_a_right_that_is_not_held_cannot_be_granted(own_api: Api, lacking: Right) -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update"""
    require(own_api, lacking, write_role("granted", [lacking]), "permissions not currently held")


def require(api: Api, right: Right, manifest: dict[str, Any], refusal: str) -> None:
    """Try an apply as a user who has what the operator has, with and without ``right``; only that one is refused."""
    command = ("apply", "--server-side", "--dry-run=server", "--force-conflicts", "-f", "-", "--as=trial")
    manifests = yaml.safe_dump(manifest)
    for rights, message in ((GRANTED, ""), (GRANTED - {right}, refusal)):
        api.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(grant_to_trial(rights)))
        eventually(
            lambda message=message: is_answered(api.attempt(*command, stdin=manifests), message),  # type: ignore[misc]
            seconds=10,
            what=f"{message or 'allowed'}, about {right}",
        )


def is_answered(answer: subprocess.CompletedProcess[str], refusal: str) -> bool:
    """Whether an attempt was refused with that sentence, or with none was successful."""
    return refusal in answer.stderr if refusal else answer.returncode == 0


def write_role(name: str, rights: Iterable[Right]) -> dict[str, Any]:
    """A ClusterRole with these rights."""
    rules = [{"apiGroups": [it.group], "resources": [it.resource], "verbs": [it.verb]} for it in sorted(rights)]
    head = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    return {**head, "metadata": {"name": name}, "rules": rules}


def grant_to_trial(rights: Iterable[Right]) -> list[dict[str, Any]]:
    """A role with the cluster-wide ones of ``rights``, and its binding to the user ``trial``."""
    group = "rbac.authorization.k8s.io"
    binding = {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "trial"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "trial"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": "trial"}],
    }
    return [write_role("trial", [right for right in rights if right.scope == Scope.CLUSTER]), binding]
