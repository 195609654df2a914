"""What Helm runs at ``helm test`` and before ``helm uninstall``."""

from __future__ import annotations

from typing import Any

import pytest

from dixi_operator.__main__ import COMMANDS
from dixi_operator.cluster.lease import LEASE_NAME
from dixi_operator.release.settings import CheckSettings, FarewellSettings
from tests.unit.charts.conftest import NAMESPACE, Manifests, Render, hook_of, pick

Pod = dict[str, Any]


def render_hook(render_all: Render, event: str, on_installs: str) -> Manifests:
    manifests = render_all({"uninstall": {"onInstalls": on_installs, "timeoutSeconds": 77}})
    return [manifest for manifest in manifests if hook_of(manifest) == event]


@pytest.fixture(scope="module")
def check_hook(render_all: Render) -> Manifests:
    return render_hook(render_all, "test", "Keep")


@pytest.fixture(scope="module", params=["Delete", "Refuse"])
def uninstall_hook(render_all: Render, request: pytest.FixtureRequest) -> Manifests:
    return render_hook(render_all, "pre-delete", request.param)


@pytest.fixture(params=["test", "pre-delete"])
def hook(check_hook: Manifests, render_all: Render, request: pytest.FixtureRequest) -> Manifests:
    return check_hook if request.param == "test" else render_hook(render_all, "pre-delete", "Refuse")


def find_pod(hook: Manifests) -> Pod:
    (manifest,) = [item for item in hook if item["kind"] in {"Pod", "Job"}]
    spec: Pod = manifest["spec"]["template"]["spec"] if manifest["kind"] == "Job" else manifest["spec"]
    return spec


def test_keeping_installs_runs_nothing_that_could_fail(render_all: Render) -> None:
    assert {hook_of(manifest) for manifest in render_all({})} == {None, "test"}


def test_the_operators_own_image_runs_one_of_its_commands(hook: Manifests, manifests: Manifests) -> None:
    (operator,) = pick(manifests, "Deployment")["spec"]["template"]["spec"]["containers"]
    (container,) = find_pod(hook)["containers"]
    assert container["image"] == operator["image"]
    assert container["securityContext"] == operator["securityContext"]
    assert set(container["args"]) <= COMMANDS.keys()


def test_the_pod_of_a_hook_is_as_restricted_as_the_operators(hook: Manifests, manifests: Manifests) -> None:
    pod, operator = find_pod(hook), pick(manifests, "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"] == operator["securityContext"]
    assert pod["restartPolicy"] == "Never"


def test_a_hook_is_no_part_of_the_operators_service_or_policies(hook: Manifests, manifests: Manifests) -> None:
    selector = pick(manifests, "Service")["spec"]["selector"].items()
    assert not any(selector <= manifest["metadata"]["labels"].items() for manifest in hook)


def test_a_hook_leaves_nothing_behind_that_the_next_could_stumble_over(hook: Manifests) -> None:
    for manifest in hook:
        policies = manifest["metadata"]["annotations"]["helm.sh/hook-delete-policy"].split(",")
        assert policies == ["before-hook-creation", "hook-succeeded"]


def test_accounts_and_rights_are_there_before_the_pod(hook: Manifests) -> None:
    weights = {item["kind"]: int(item["metadata"]["annotations"]["helm.sh/hook-weight"]) for item in hook}
    runs = weights.keys() & {"Pod", "Job"}
    assert max(weights[kind] for kind in weights.keys() - runs) < min(weights[kind] for kind in runs)


def test_what_a_hook_printed_is_shown_by_helm(hook: Manifests) -> None:
    (manifest,) = [item for item in hook if item["kind"] in {"Pod", "Job"}]
    logs = manifest["metadata"]["annotations"]["helm.sh/hook-output-log-policy"]
    assert logs == "hook-succeeded,hook-failed"


def test_helm_test_may_read_the_lease_and_nothing_else(check_hook: Manifests) -> None:
    (rule,) = pick(check_hook, "Role")["rules"]
    assert rule == {
        "apiGroups": ["coordination.k8s.io"],
        "resources": ["leases"],
        "resourceNames": [LEASE_NAME],
        "verbs": ["get"],
    }


def test_helm_test_asks_the_service_of_the_operator(check_hook: Manifests, manifests: Manifests) -> None:
    service = pick(manifests, "Service")
    host = f"{service['metadata']['name']}.{NAMESPACE}.svc:{service['spec']['ports'][0]['port']}"
    assert CheckSettings().operator_url.format(namespace=NAMESPACE) == f"http://{host}/readyz"


@pytest.mark.parametrize(("on_installs", "verbs"), [("Delete", ["list", "delete"]), ("Refuse", ["list"])])
def test_uninstalling_may_do_no_more_than_it_is_to(render_all: Render, on_installs: str, verbs: list[str]) -> None:
    (rule,) = pick(render_hook(render_all, "pre-delete", on_installs), "ClusterRole")["rules"]
    assert rule == {"apiGroups": ["dixi.io"], "resources": ["dixiinstalls"], "verbs": verbs}


def test_uninstalling_ends_in_its_time_whatever_happens(uninstall_hook: Manifests) -> None:
    job = pick(uninstall_hook, "Job")["spec"]
    assert job["activeDeadlineSeconds"] == 77
    assert job["backoffLimit"] == 0


def test_a_hook_understands_every_variable_it_is_given(check_hook: Manifests, uninstall_hook: Manifests) -> None:
    for hook, settings in ((check_hook, CheckSettings), (uninstall_hook, FarewellSettings)):
        (container,) = find_pod(hook)["containers"]
        given = {entry["name"].removeprefix("DIXI_").lower(): entry["value"] for entry in container["env"]}
        assert given.keys() <= settings.model_fields.keys()
        settings.model_validate(given)
