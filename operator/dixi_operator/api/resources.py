"""Compute resources and volumes of a component."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from dixi_operator.api.model import ApiModel, ObjectName, Quantity, Rule, rules
from dixi_operator.api.validation import CLASS_FIXED_MESSAGE


class ResourceAmounts(ApiModel):
    """Amounts of CPU and memory."""

    cpu: Quantity | None = Field(default=None, description="CPU, for example 500m. Unset: as the profile says.")
    memory: Quantity | None = Field(default=None, description="Memory, for example 512Mi. Unset: as the profile says.")


class Resources(ApiModel):
    """What the container asks for and may take; each amount that is unset comes from the profile."""

    requests: ResourceAmounts = Field(
        default_factory=ResourceAmounts, description="What the scheduler reserves for the container."
    )
    limits: ResourceAmounts = Field(default_factory=ResourceAmounts, description="What the container may take at most.")


class Volume(ApiModel):
    """A PersistentVolumeClaim."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            Rule(
                "has(self.className) == has(oldSelf.className)"
                " && (!has(self.className) || self.className == oldSelf.className)",
                CLASS_FIXED_MESSAGE,
                "className",
            )
        )
    )

    size: Quantity = Field(default="1Gi", description="Size of the volume; it can grow, not shrink.")
    class_name: ObjectName | None = Field(
        default=None, description="Name of the StorageClass. Unset: the cluster's default class."
    )


class RedisStorage(Volume):
    """Where Redis keeps its data."""

    ephemeral: bool = Field(
        default=False, description="Keep data in the pod only: no volume is needed, a restart forgets everything."
    )


class OllamaStorage(Volume):
    """Where Ollama keeps its models."""

    size: Quantity = Field(default="10Gi", description="Size of the volume; it can grow, not shrink.")
    ephemeral: bool = Field(
        default=False, description="Keep models in the pod only: no volume is needed and a restart pulls them again."
    )
