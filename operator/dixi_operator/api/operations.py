"""What keeps an install running: images, network, monitoring, backup."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from dixi_operator.api.addresses import HttpUrl
from dixi_operator.api.model import (
    POD_TEMPLATE,
    ApiModel,
    DnsLabel,
    Image,
    ObjectName,
    PodTemplate,
    Rule,
    Unique,
    UniqueWhole,
    rules,
)
from dixi_operator.api.resources import Volume
from dixi_operator.api.schedules import Schedule
from dixi_operator.api.validation import CREDENTIALS_MESSAGE, DESTINATION_MESSAGE

Recipient = Annotated[
    str, Field(pattern=r"^(age1[0-9a-z]{58}|ssh-(ed25519|rsa) [A-Za-z0-9+/=]+( [A-Za-z0-9@._ +-]*)?)$", max_length=1000)
]
Bucket = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Prefix = Annotated[str, Field(pattern=r"^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?$", max_length=500)]
Region = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=63)]


class PullPolicy(StrEnum):
    """When the kubelet pulls an image."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class ImagesSpec(ApiModel):
    """Images that replace those of the version."""

    operator: Image | None = Field(default=None, description="Image of backup jobs. Unset: the operator's, by version.")
    runtime: Image | None = Field(
        default=None, description="Image of backend, vision and frontend. Unset: the operator's choice, by version."
    )
    redis: Image | None = Field(default=None, description="Image of Redis. Unset: the operator's choice.")
    ollama: Image | None = Field(default=None, description="Image of Ollama. Unset: the operator's choice.")
    pull_policy: PullPolicy | None = Field(
        default=None, description="When images are pulled. Unset: the operator's choice, normally IfNotPresent."
    )
    pull_secrets: Unique[ObjectName] = Field(
        default=(),
        max_length=8,
        description="Names of the pull Secrets in the install's namespace. Empty: the operator's choice.",
    )


class NetworkPolicySpec(ApiModel):
    """Which traffic is let through."""

    enabled: bool = Field(default=True, description="Deny all traffic but the flows that Dixi has.")
    monitoring_namespaces: UniqueWhole[DnsLabel] = Field(
        default=("monitoring",),
        max_length=8,
        description="Namespaces whose pods may read metrics.",
    )


class MonitoringSpec(ApiModel):
    """How metrics are collected."""

    service_monitor: bool | None = Field(
        default=None,
        description="Whether ServiceMonitors are made. Unset: if the cluster has the Prometheus operator's CRD.",
    )
    prometheus_url: HttpUrl | None = Field(
        default=None, description="Address of the Prometheus that KEDA asks for connections. Unset: it asks none."
    )


class S3Destination(ApiModel):
    """A bucket of an S3-compatible object store."""

    bucket: Bucket = Field(description="Name of the bucket.")
    prefix: Prefix = Field(default="", description="Folder in the bucket, without a slash at either end.")
    endpoint: HttpUrl | None = Field(default=None, description="Address of the store. Unset: AWS.")
    region: Region = Field(default="us-east-1", description="Region that requests are signed for.")


class Destination(ApiModel):
    """Where archives go: to a volume or to a bucket."""

    model_config = ConfigDict(json_schema_extra=rules(Rule("has(self.volume) != has(self.s3)", DESTINATION_MESSAGE)))

    volume: Volume | None = Field(default=None, description="A volume in the install's namespace.")
    s3: S3Destination | None = Field(default=None, description="A bucket.")


class BackupSpec(ApiModel):
    """Regular backups of the install, its ConfigMaps, its Secrets (encrypted) and the projection state."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            Rule("!has(self.destination.s3) || has(self.credentialsSecret)", CREDENTIALS_MESSAGE, "credentialsSecret")
        )
    )

    schedule: Schedule = Field(default="0 3 * * *", description="When backups are made, as a cron line in UTC.")
    retention: int = Field(default=7, ge=1, le=365, description="How many archives are kept.")
    destination: Destination = Field(description="Where archives go.")
    credentials_secret: ObjectName | None = Field(
        default=None,
        description="Secret in the install's namespace with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    )
    recipients: Unique[Recipient] = Field(
        default=(),
        max_length=16,
        description="Further age or SSH public keys that can open the Secrets in an archive. "
        "The install's own key, in Secret dixi-backup-key, always can.",
    )
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)
