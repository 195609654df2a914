"""The backup job is told what it needs, may read what it saves and nothing more."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.backup.settings import BackupSettings
from dixi_operator.components.backup import (
    build_backup_claim,
    build_backup_job,
    build_cluster_role,
    build_cluster_role_binding,
    build_role,
    build_role_binding,
)
from dixi_operator.components.secrets import build_backup_key
from tests.unit.operator.components.contexts import make_context

VOLUME: dict[str, Any] = {"destination": {"volume": {"size": "2Gi"}}}
BUCKET: dict[str, Any] = {
    "destination": {"s3": {"bucket": "archives", "prefix": "a/b", "endpoint": "https://s3.example.com"}},
    "credentialsSecret": "keys",
}


def job(backup: dict[str, Any]) -> Manifest:
    built = build_backup_job(make_context(backup=backup))
    assert built is not None
    return built


def container(backup: dict[str, Any]) -> Manifest:
    found: Manifest = job(backup)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    return found


def variables(backup: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["value"] for item in container(backup)["env"] if "value" in item}


def test_the_job_runs_by_schedule_in_utc_and_never_twice_at_once() -> None:
    spec = job({**VOLUME, "schedule": "30 4 * * 1"})["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("30 4 * * 1", "Etc/UTC", "Forbid")


def test_the_job_can_read_its_settings() -> None:
    for backup, destination in ((VOLUME, "file:///backup"), (BUCKET, "s3://archives/a/b")):
        given = {name.removeprefix("DIXI_").lower(): value for name, value in variables(backup).items()}
        assert given.keys() <= BackupSettings.model_fields.keys()
        settings = BackupSettings(**given)  # type: ignore[arg-type]
        assert (settings.install, settings.namespace) == ("dixi", "dixi")
        assert settings.backup_destination == destination


def test_archives_lie_on_the_claim() -> None:
    claim = build_backup_claim(make_context(backup=VOLUME))
    assert claim is not None
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Gi"
    assert {"name": "archives", "mountPath": "/backup"} in container(VOLUME)["volumeMounts"]


def test_a_bucket_needs_keys_and_no_claim() -> None:
    assert build_backup_claim(make_context(backup=BUCKET)) is None
    keys = {item["name"]: item["valueFrom"]["secretKeyRef"] for item in container(BUCKET)["env"] if "valueFrom" in item}
    assert keys == {name: {"name": "keys", "key": name} for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}


def test_the_job_may_read_its_install_and_the_namespaces_configuration() -> None:
    context = make_context(backup=VOLUME)
    role, cluster_role = build_role(context), build_cluster_role(context)
    assert role is not None
    assert cluster_role is not None
    assert role["rules"] == [{"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["list"]}]
    assert cluster_role["rules"] == [
        {"apiGroups": ["dixi.io"], "resources": ["dixiinstalls"], "resourceNames": ["dixi"], "verbs": ["get"]}
    ]


def test_rights_go_to_the_jobs_account_alone() -> None:
    context = make_context(backup=VOLUME)
    for binding in (build_role_binding(context), build_cluster_role_binding(context)):
        assert binding is not None
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "backup", "namespace": "dixi"}]


def test_everything_is_absent_without_backups() -> None:
    context = make_context()
    builders = (
        build_backup_job,
        build_backup_claim,
        build_role,
        build_role_binding,
        build_cluster_role,
        build_cluster_role_binding,
        build_backup_key,
    )
    assert [build(context) for build in builders] == [None] * len(builders)
