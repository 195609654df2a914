"""The backup CronJob, with its volume and the rights it needs."""

from __future__ import annotations

from dixi_operator.api import names
from dixi_operator.api.operations import BackupSpec
from dixi_operator.api.profiles import Room
from dixi_operator.api.types import Manifest
from dixi_operator.components.config import BACKEND_URL
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_cluster_metadata, build_labels, build_metadata
from dixi_operator.components.pod import (
    SCRATCH,
    Mount,
    PodShape,
    build_pod_template,
    build_resources,
    read_secret,
    set_variable,
)
from dixi_operator.components.workload import build_claim

FOLDER = "/backup"
ROOM = Room("50m", "128Mi", "1", "512Mi")
RBAC_VERSION = "rbac.authorization.k8s.io/v1"


def build_backup_job(context: Context) -> Manifest | None:
    """CronJob ``dixi-backup``; absent when no backups are wanted."""
    backup = context.spec.backup
    if backup is None:
        return None
    template = build_pod_template(context, _build_shape(context, backup))
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": build_metadata(context, names.BACKUP_CRON_JOB, names.BACKUP),
        "spec": {
            "schedule": backup.schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": build_labels(context.install, names.BACKUP)},
                "spec": {"backoffLimit": 2, "activeDeadlineSeconds": 1800, "template": template},
            },
        },
    }


def build_backup_claim(context: Context) -> Manifest | None:
    """Claim ``backup-data``; absent when archives go to a bucket."""
    backup = context.spec.backup
    if backup is None or backup.destination.volume is None:
        return None
    return build_claim(context, names.BACKUP_CLAIM, names.BACKUP, backup.destination.volume)


def build_role(context: Context) -> Manifest | None:
    """The right to read what a backup saves of the namespace."""
    if context.spec.backup is None:
        return None
    return {
        "apiVersion": RBAC_VERSION,
        "kind": "Role",
        "metadata": build_metadata(context, names.BACKUP_CRON_JOB, names.BACKUP),
        "rules": [{"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["list"]}],
    }


def build_role_binding(context: Context) -> Manifest | None:
    """Gives the job that right."""
    if context.spec.backup is None:
        return None
    return {
        "apiVersion": RBAC_VERSION,
        "kind": "RoleBinding",
        "metadata": build_metadata(context, names.BACKUP_CRON_JOB, names.BACKUP),
        "roleRef": _refer("Role", names.BACKUP_CRON_JOB),
        "subjects": [_build_subject(context)],
    }


def build_cluster_role(context: Context) -> Manifest | None:
    """The right to read the install itself, which lives in no namespace."""
    if context.spec.backup is None:
        return None
    return {
        "apiVersion": RBAC_VERSION,
        "kind": "ClusterRole",
        "metadata": build_cluster_metadata(context, _name_cluster_role(context), names.BACKUP),
        "rules": [
            {
                "apiGroups": [names.GROUP],
                "resources": [names.PLURAL],
                "resourceNames": [context.install.name],
                "verbs": ["get"],
            }
        ],
    }


def build_cluster_role_binding(context: Context) -> Manifest | None:
    """Gives the job that right."""
    if context.spec.backup is None:
        return None
    return {
        "apiVersion": RBAC_VERSION,
        "kind": "ClusterRoleBinding",
        "metadata": build_cluster_metadata(context, _name_cluster_role(context), names.BACKUP),
        "roleRef": _refer("ClusterRole", _name_cluster_role(context)),
        "subjects": [_build_subject(context)],
    }


def _build_shape(context: Context, backup: BackupSpec) -> PodShape:
    container: Manifest = {
        "name": names.BACKUP,
        "image": context.images.operator,
        "args": ["backup"],
        "env": _build_environment(context, backup),
        "resources": build_resources(ROOM),
    }
    volume = Mount(name="archives", path=FOLDER, claim=names.BACKUP_CLAIM)
    return PodShape(
        component=names.BACKUP,
        container=container,
        mounts=(SCRATCH, volume) if backup.destination.volume else (SCRATCH,),
        extra={"restartPolicy": "Never", "automountServiceAccountToken": True},
        patch=backup.pod_template,
    )


def _build_environment(context: Context, backup: BackupSpec) -> list[Manifest]:
    environment = [
        set_variable("DIXI_INSTALL", context.install.name),
        set_variable("DIXI_NAMESPACE", context.namespace),
        set_variable("DIXI_BACKEND_URL", BACKEND_URL),
        set_variable("DIXI_BACKUP_RETENTION", str(backup.retention)),
        set_variable("DIXI_BACKUP_RECIPIENTS", ",".join(backup.recipients)),
    ]
    s3 = backup.destination.s3
    if s3 is None:
        return [*environment, set_variable("DIXI_BACKUP_DESTINATION", f"file://{FOLDER}")]
    environment += [
        set_variable("DIXI_BACKUP_DESTINATION", f"s3://{s3.bucket}/{s3.prefix}".rstrip("/")),
        set_variable("DIXI_BACKUP_S3_ENDPOINT", s3.endpoint or ""),
        set_variable("DIXI_BACKUP_S3_REGION", s3.region),
    ]
    if backup.credentials_secret:
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        environment += [read_secret(key, backup.credentials_secret, key) for key in keys]
    return environment


def _name_cluster_role(context: Context) -> str:
    return f"dixi-{context.install.name}-backup"


def _refer(kind: str, name: str) -> Manifest:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}


def _build_subject(context: Context) -> Manifest:
    return {"kind": "ServiceAccount", "name": names.BACKUP, "namespace": context.namespace}
