"""The ``DixiInstall`` resource: one Dixi in one namespace."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from dixi_operator.api.addresses import Origin
from dixi_operator.api.ai import AiSpec
from dixi_operator.api.drift import DriftSpec
from dixi_operator.api.model import ApiModel, DnsLabel, ObjectName, Rule, Unique, UniqueWhole, Version, rules
from dixi_operator.api.names import API_VERSION, KIND, LONGEST_INSTALL_NAME
from dixi_operator.api.operations import BackupSpec, ImagesSpec, MonitoringSpec, NetworkPolicySpec
from dixi_operator.api.profiles import PROFILES, Profile, ProfileValues
from dixi_operator.api.services import OllamaSpec, RedisSpec
from dixi_operator.api.validation import (
    NAME_MESSAGE,
    NAMESPACE_FIXED_MESSAGE,
    NAMESPACE_MESSAGE,
    RESERVED_NAMESPACES,
    SPEC_RULES,
)
from dixi_operator.api.workloads import BackendSpec, FrontendSpec, VisionSpec


class DeletionPolicy(StrEnum):
    """What becomes of an install's objects when the install is deleted."""

    DELETE = "Delete"
    RETAIN = "Retain"


class LogLevel(StrEnum):
    """Least severe level that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class PositionSpace(StrEnum):
    """Coordinate frame of the positions that clients receive."""

    SIGNED = "signed"
    UNIT = "unit"


class Dependency(StrEnum):
    """What the backend can be told to need."""

    VISION = "vision"
    REDIS = "redis"
    OLLAMA = "ollama"


class NamespaceSpec(ApiModel):
    """The namespace that everything goes into."""

    name: DnsLabel = Field(
        default="dixi",
        description="Name of the namespace. It is created, and cannot be changed later.",
        json_schema_extra=rules(
            Rule("self == oldSelf", NAMESPACE_FIXED_MESSAGE),
            Rule(f"!(self in {list(RESERVED_NAMESPACES)})", NAMESPACE_MESSAGE),
        ),
    )
    adopt: bool = Field(
        default=False,
        description="Use the namespace although it exists already. It then stays when the install is deleted.",
    )


class ConfigSpec(ApiModel):
    """Settings that the roles share, in ConfigMap dixi-config."""

    log_level: LogLevel = Field(default=LogLevel.INFO, description="Least severe level that is logged.")
    frontend_urls: Unique[Origin] = Field(
        default=(),
        max_length=16,
        description="Origins of pages, other than the frontend itself, that may call the backend (CORS).",
    )
    position_space: PositionSpace = Field(
        default=PositionSpace.SIGNED, description="Positions from -1 to 1 (signed) or from 0 to 1 (unit)."
    )
    ready_requires: UniqueWhole[Dependency] = Field(
        default=(Dependency.VISION,),
        max_length=3,
        description="What the backend must reach to be ready.",
    )


class InstallSpec(ApiModel):
    """What an install is to be."""

    model_config = ConfigDict(json_schema_extra=rules(*SPEC_RULES))

    version: Version = Field(default="1.0.0", description="Version of Dixi; it moves every image together.")
    profile: Profile = Field(
        default=Profile.SMALL, description="Replicas and resources of everything that says nothing else."
    )
    namespace: NamespaceSpec = Field(default_factory=NamespaceSpec, description="Where everything goes.")
    suspend: bool = Field(default=False, description="Leave everything as it is until this is false again.")
    deletion_policy: DeletionPolicy = Field(
        default=DeletionPolicy.DELETE,
        description="Whether the namespace and all that is in it is deleted with the install, or stays.",
    )
    drift: DriftSpec = Field(
        default_factory=DriftSpec, description="What is done about fields that somebody else has changed."
    )
    priority_class_name: ObjectName | None = Field(
        default=None, description="PriorityClass of every pod; it must exist. Unset: the cluster's default."
    )
    images: ImagesSpec = Field(default_factory=ImagesSpec, description="Images that replace those of the version.")
    config: ConfigSpec = Field(default_factory=ConfigSpec, description="Settings that the roles share.")
    backend: BackendSpec = Field(default_factory=BackendSpec, description="The gateway.")
    vision: VisionSpec = Field(default_factory=VisionSpec, description="The camera side.")
    frontend: FrontendSpec = Field(default_factory=FrontendSpec, description="The projector page.")
    ollama: OllamaSpec = Field(default_factory=OllamaSpec, description="The local language model.")
    ai: AiSpec = Field(default_factory=AiSpec, description="How questions to language models are answered.")
    redis: RedisSpec = Field(default_factory=RedisSpec, description="Shared state between backend replicas.")
    network_policy: NetworkPolicySpec = Field(
        default_factory=NetworkPolicySpec, description="Which traffic is let through."
    )
    monitoring: MonitoringSpec = Field(default_factory=MonitoringSpec, description="How metrics are collected.")
    backup: BackupSpec | None = Field(default=None, description="Regular backups. Unset: none.")

    @property
    def profile_values(self) -> ProfileValues:
        """The values of the profile."""
        return PROFILES[self.profile]

    @property
    def backend_is_autoscaled(self) -> bool:
        """Whether the backend's replicas are an autoscaler's business, if the cluster has what that takes."""
        chosen = self.backend.autoscaling.enabled
        return self.profile_values.backend_autoscaled if chosen is None else chosen

    @property
    def backend_least(self) -> int:
        """Fewest backend replicas."""
        values = self.profile_values
        if self.backend_is_autoscaled:
            return self.backend.autoscaling.min_replicas or values.backend_least
        return self.backend.replicas or values.backend_replicas

    @property
    def backend_most(self) -> int:
        """Most backend replicas."""
        if self.backend_is_autoscaled:
            return self.backend.autoscaling.max_replicas or self.profile_values.backend_most
        return self.backend_least

    @property
    def vision_least(self) -> int:
        """Fewest replicas of vision."""
        scaling = self.vision.autoscaling
        return scaling.min_replicas if scaling.enabled else self.vision.replicas or 1

    @property
    def vision_most(self) -> int:
        """Most replicas of vision."""
        scaling = self.vision.autoscaling
        return scaling.max_replicas if scaling.enabled else self.vision_least

    @property
    def frontend_replicas(self) -> int:
        """Frontend replicas."""
        return self.frontend.replicas or self.profile_values.frontend_replicas


class InstallMetadata(BaseModel):
    """The part of ``metadata`` that decides something; everything else is let through unread."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    name: str = Field(min_length=1)
    uid: str = ""
    """Empty outside a cluster; objects then have no owner."""

    generation: int = 0
    deletion_timestamp: str | None = None


class DixiInstall(BaseModel):
    """One Dixi in one namespace of this cluster."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        json_schema_extra=rules(Rule(f"size(self.metadata.name) <= {LONGEST_INSTALL_NAME}", NAME_MESSAGE)),
    )

    api_version: Literal["dixi.io/v1alpha1"] = API_VERSION
    kind: Literal["DixiInstall"] = KIND
    metadata: InstallMetadata
    spec: InstallSpec = Field(default_factory=InstallSpec, description="What the install is to be.")

    @property
    def name(self) -> str:
        """Name of the install."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """Name of the namespace that everything goes into."""
        return self.spec.namespace.name
