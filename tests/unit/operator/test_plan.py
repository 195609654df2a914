"""Any valid specification becomes the same well-formed objects, in an order in which each wave finds what it needs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Minted
from dixi_operator.plan import Plan, build_plan
from tests.unit.operator.api.specs import read_install, valid_installs
from tests.unit.operator.components.contexts import MINTED, make_context, place

CLUSTER_SCOPED = {"Namespace", "ClusterRole", "ClusterRoleBinding"}
EVERYTHING: dict[str, Any] = {
    "namespace": {"name": "wall"},
    "profile": "dev",
    "backend": {"autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 3}},
    "backup": {"destination": {"volume": {}}},
}


def manifests(plan: Plan) -> list[Manifest]:
    return [item.manifest for item in plan.items]


def keys(plan: Plan) -> list[str]:
    return [f"{manifest['kind']}/{manifest['metadata']['name']}" for manifest in manifests(plan)]


def pod_specs(plan: Plan) -> Iterator[Manifest]:
    for manifest in manifests(plan):
        if manifest["kind"] == "Deployment":
            yield manifest["spec"]["template"]
        if manifest["kind"] == "CronJob":
            yield manifest["spec"]["jobTemplate"]["spec"]["template"]


def leaves(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                yield from leaves(inner)
        case list():
            for inner in value:
                yield from leaves(inner)
        case _:
            yield value


@given(valid_installs)
def test_objects_are_unique_named_within_limits_and_in_the_namespace(install: DixiInstall) -> None:
    plan = build_plan(place(install))
    assert max(Counter(keys(plan)).values()) == 1
    for manifest in manifests(plan):
        assert len(manifest["metadata"]["name"]) <= 63
        expected = None if manifest["kind"] in CLUSTER_SCOPED else install.namespace
        assert manifest["metadata"].get("namespace") == expected


@given(valid_installs)
def test_every_object_is_labelled_and_owned_as_the_deletion_policy_says(install: DixiInstall) -> None:
    for manifest in manifests(build_plan(place(install))):
        metadata = manifest["metadata"]
        labels = metadata["labels"]
        assert labels["app"] == labels["app.kubernetes.io/component"]
        assert labels["app.kubernetes.io/instance"] == install.name
        assert labels["app.kubernetes.io/managed-by"] == "dixi-operator"
        adopted = manifest["kind"] == "Namespace" and install.spec.namespace.adopt
        if install.spec.deletion_policy == "Retain" or adopted:
            assert "ownerReferences" not in metadata
        else:
            (owner,) = metadata["ownerReferences"]
            assert (owner["uid"], owner["controller"]) == (install.metadata.uid, True)


@given(valid_installs)
def test_every_pod_is_restricted(install: DixiInstall) -> None:
    for template in pod_specs(build_plan(place(install))):
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["enableServiceLinks"] is False
        is_backup = template["metadata"]["labels"]["app"] == "backup"
        assert spec["automountServiceAccountToken"] is is_backup
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted <= {volume["name"] for volume in spec["volumes"]}


@given(valid_installs)
def test_waves_form_an_order_in_which_each_stands_behind_those_it_waits_for(install: DixiInstall) -> None:
    seen: set[str] = set()
    for wave in build_plan(place(install)).waves:
        assert wave.items
        assert {*wave.after, *wave.needs} <= seen
        assert not set(wave.after) & set(wave.needs)
        assert wave.name not in seen
        seen.add(wave.name)


@given(valid_installs)
def test_a_plan_is_plain_json_and_always_the_same(install: DixiInstall) -> None:
    plan = build_plan(place(install))
    again = build_plan(place(DixiInstall.model_validate(install.model_dump())))
    assert json.dumps(manifests(plan)) == json.dumps(manifests(again))
    assert plan.revision == again.revision
    assert {type(leaf) for leaf in leaves(manifests(plan))} <= {str, int, bool}


@given(valid_installs)
def test_everything_that_pods_refer_to_is_part_of_the_plan_or_named_by_the_user(install: DixiInstall) -> None:
    plan = build_plan(place(install))
    known = set(keys(plan))
    spec = install.spec
    given_secrets = {
        spec.redis.password_secret,
        spec.backup.credentials_secret if spec.backup else None,
        spec.ai.gemini.key_secret if spec.ai.gemini else None,
    }
    for template in pod_specs(plan):
        pod = template["spec"]
        assert f"ServiceAccount/{pod['serviceAccountName']}" in known
        for volume in pod["volumes"]:
            claim = volume.get("persistentVolumeClaim")
            assert claim is None or f"PersistentVolumeClaim/{claim['claimName']}" in known
        for variable in pod["containers"][0]["env"]:
            source = variable.get("valueFrom", {})
            if secret := source.get("secretKeyRef"):
                assert f"Secret/{secret['name']}" in known or secret["name"] in given_secrets
            if config := source.get("configMapKeyRef"):
                (data,) = [item["data"] for item in manifests(plan) if item["kind"] == "ConfigMap"]
                assert config["key"] in data


def test_the_longest_allowed_name_still_fits_every_object() -> None:
    plan = build_plan(place(read_install(EVERYTHING, name="n" * 40)))
    assert max(len(manifest["metadata"]["name"]) for manifest in manifests(plan)) <= 63


def test_an_install_with_everything_has_the_objects_of_the_deployment_guide() -> None:
    assert set(keys(build_plan(make_context(**EVERYTHING)))) >= {
        "Namespace/wall",
        "ConfigMap/dixi-config",
        "Secret/dixi-secrets",
        "Secret/dixi-backup-key",
        "Deployment/backend",
        "Deployment/vision",
        "Deployment/frontend",
        "Deployment/redis",
        "Deployment/ollama",
        "Service/backend",
        "Service/vision-service",
        "Service/frontend",
        "Service/redis",
        "Service/ollama-service",
        "HorizontalPodAutoscaler/backend-hpa",
        "PodDisruptionBudget/backend",
        "NetworkPolicy/default-deny",
        "NetworkPolicy/backend-network-policy",
        "ServiceMonitor/dixi-backend-monitor",
        "PersistentVolumeClaim/redis-data",
        "PersistentVolumeClaim/ollama-models",
        "PersistentVolumeClaim/backup-data",
        "CronJob/dixi-backup",
    }


def test_the_backend_starts_after_redis_and_needs_vision_and_ollama_only_when_told() -> None:
    plain = {wave.name: wave for wave in build_plan(make_context()).waves}
    strict = {
        wave.name: wave for wave in build_plan(make_context(config={"readyRequires": ["vision", "ollama"]})).waves
    }
    assert (plain["backend"].after, plain["backend"].needs) == (("redis",), ("vision",))
    assert (strict["backend"].after, strict["backend"].needs) == (("redis",), ("ollama", "vision"))


def test_vision_backend_and_frontend_start_side_by_side_and_the_edge_last() -> None:
    waves = {wave.name: wave for wave in build_plan(make_context()).waves}
    assert waves["vision"].after == waves["frontend"].after == ("config", "secrets")
    assert waves["frontend"].needs == ("backend",)
    assert waves["edge"].after == ("backend", "frontend")


def test_a_wave_without_objects_is_left_out_and_waited_through() -> None:
    plan = build_plan(make_context(profile="dev", redis={"enabled": False}))
    waves = {wave.name: wave for wave in plan.waves}
    assert "redis" not in waves
    assert (waves["backend"].after, waves["backend"].needs) == (("config", "secrets"), ("vision",))


def test_only_secrets_with_random_values_are_made_once() -> None:
    once = [
        item.manifest["metadata"]["name"] for item in build_plan(make_context(**EVERYTHING)).items if item.create_only
    ]
    assert once == ["dixi-secrets", "dixi-backup-key"]


def test_new_random_values_do_not_make_a_new_revision() -> None:
    install = read_install(EVERYTHING)
    other = Minted(api_key="1", jwt_secret="2", redis_password="3", backup_identity="4", backup_recipient="5")
    assert build_plan(place(install)).revision == build_plan(place(install, minted=other)).revision


def test_a_change_of_the_specification_makes_a_new_revision() -> None:
    assert build_plan(make_context()).revision != build_plan(make_context(vision={"fps": 29})).revision


def test_random_values_stand_in_secrets_alone() -> None:
    minted = replace(MINTED, api_key="find-me")
    plan = build_plan(place(read_install(EVERYTHING), minted=minted))
    holders = {item.manifest["kind"] for item in plan.items if "find-me" in json.dumps(item.manifest)}
    assert holders == {"Secret"}


@pytest.mark.parametrize(
    ("change", "rolled"),
    [
        ({"ollama": {"model": "other"}}, {"backend"}),
        ({"config": {"logLevel": "debug"}}, {"backend", "vision", "frontend"}),
        ({"config": {"positionSpace": "unit"}}, {"vision", "backend"}),
        ({"config": {"frontendUrls": ["https://wall.example.com"]}}, {"backend"}),
        ({"config": {"readyRequires": ["vision", "redis"]}}, {"backend"}),
        ({"ollama": {"autoPull": False}}, {"backend"}),
        ({"ollama": {"url": "http://ollama.ai.svc:11434"}}, {"backend"}),
        ({"redis": {"url": "redis://redis.data:6379"}}, {"backend"}),
        ({"redis": {"storage": {"ephemeral": True}}}, {"redis"}),
        ({"images": {"redis": "r.example.com/redis:8"}}, {"redis"}),
        ({"images": {"runtime": "r.example.com/runtime:8"}}, {"backend", "vision", "frontend"}),
        ({"images": {"pullPolicy": "Always"}}, {"backend", "vision", "frontend", "redis", "ollama"}),
        ({"frontend": {"podTemplate": {"spec": {"priorityClassName": "high"}}}}, {"frontend"}),
        ({"frontend": {"service": {"type": "NodePort"}}}, set()),
        ({"backend": {"autoscaling": {"maxReplicas": 5}}}, set()),
        ({"vision": {"fps": 10}}, {"vision"}),
        ({"redis": {"enabled": False}, "backend": {"allowWithoutRedis": True}}, {"backend"}),
        ({"networkPolicy": {"enabled": False}}, set()),
        ({"profile": "small", "monitoring": {"serviceMonitor": False}}, set()),
    ],
)
def test_a_change_rolls_the_pods_that_read_it_and_no_others(change: dict[str, Any], rolled: set[str]) -> None:
    def templates(spec: dict[str, Any]) -> dict[str, Any]:
        return {
            template["metadata"]["labels"]["app"]: template for template in pod_specs(build_plan(make_context(**spec)))
        }

    before, after = templates({}), templates(change)
    assert {name for name in after if before[name] != after[name]} == rolled
