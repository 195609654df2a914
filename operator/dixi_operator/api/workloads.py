"""The three roles of the runtime: backend, vision, frontend."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from dixi_operator.api.labels import LabelKey, LabelValue, NodeSelector, ResourceName
from dixi_operator.api.model import POD_TEMPLATE, ApiModel, ObjectName, PodTemplate, Rule, list_type, rules
from dixi_operator.api.resources import Resources
from dixi_operator.api.validation import NODE_PORT_MESSAGE, TAINT_KEY_MESSAGE, TAINT_VALUE_MESSAGE

Percent = Annotated[int, Field(ge=1, le=100)]
Source = Annotated[str, Field(pattern=r"^(auto|synthetic|file:/[^\x00-\x1f\x7f-\x9f]+)$", max_length=500)]


class Autoscaling(ApiModel):
    """The backend's HorizontalPodAutoscaler."""

    enabled: bool | None = Field(
        default=None, description="Whether the backend is scaled by load. Unset: false in profile dev, else true."
    )
    min_replicas: int | None = Field(
        default=None, ge=1, le=100, description="Fewest replicas. Unset: 1 in profile dev, 2 in small, 3 in large."
    )
    max_replicas: int | None = Field(
        default=None, ge=1, le=100, description="Most replicas. Unset: 3 in profile dev, 10 in small, 20 in large."
    )
    cpu: Percent = Field(default=70, description="Average CPU use to aim for, in percent of the request.")
    memory: Percent = Field(default=80, description="Average memory use to aim for, in percent of the request.")


class BackendSpec(ApiModel):
    """The gateway: REST, WebSocket, AI and projection state."""

    replicas: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Replicas while autoscaling is off. Unset: 1 in profile dev, 2 in small, 3 in large.",
    )
    resources: Resources = Field(default_factory=Resources, description="Compute resources of one replica.")
    autoscaling: Autoscaling = Field(default_factory=Autoscaling, description="Scaling by load.")
    allow_without_redis: bool = Field(
        default=False,
        description="Allow several replicas without Redis, each with its own clients and state.",
    )
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)


class GpuPolicy(StrEnum):
    """Whether vision uses a GPU."""

    NONE = "None"
    PREFERRED = "Preferred"
    REQUIRED = "Required"


class TolerationOperator(StrEnum):
    """How a toleration matches a taint."""

    EXISTS = "Exists"
    EQUAL = "Equal"


class TaintEffect(StrEnum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


class Toleration(ApiModel):
    """A taint that vision's pods tolerate."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            Rule("has(self.key) || self.operator == 'Exists'", TAINT_KEY_MESSAGE, "key"),
            Rule("!has(self.value) || self.operator == 'Equal'", TAINT_VALUE_MESSAGE, "value"),
        )
    )

    key: LabelKey | None = Field(default=None, description="Key of the taint. Unset: every key.")
    operator: TolerationOperator = Field(
        default=TolerationOperator.EQUAL, description="Whether the value must be equal, or the key need only exist."
    )
    value: LabelValue | None = Field(default=None, description="Value of the taint, for operator Equal.")
    effect: TaintEffect | None = Field(default=None, description="Effect of the taint. Unset: every effect.")


class GpuSpec(ApiModel):
    """The GPU that vision runs on."""

    policy: GpuPolicy = Field(
        default=GpuPolicy.NONE,
        description="None: CPU only. Preferred: a GPU if a node offers one, else CPU. Required: wait for a GPU.",
    )
    resource: ResourceName = Field(
        default="nvidia.com/gpu", description="Extended resource under which nodes offer GPUs."
    )
    count: int = Field(default=1, ge=1, le=8, description="GPUs for one replica.")
    node_selector: NodeSelector = Field(
        default_factory=dict, description="Labels of the nodes that vision's pods may run on when they use a GPU."
    )
    tolerations: tuple[Toleration, ...] = Field(
        default=(),
        max_length=16,
        description="Taints that vision's pods tolerate when they use a GPU.",
        json_schema_extra=list_type("atomic"),
    )
    runtime_class_name: ObjectName | None = Field(
        default=None, description="RuntimeClass of vision's pods when they use a GPU, for example nvidia."
    )


class VisionSpec(ApiModel):
    """The camera side: frames in, landmarks and gestures out."""

    source: Source = Field(
        default="auto",
        description="Where frames come from: auto (a camera if there is one, else synthetic and marked as simulated), "
        "synthetic (rendered hands), or file:/path of a video in the container.",
    )
    fps: int = Field(default=30, ge=1, le=60, description="Frames a second to process at most.")
    replicas: int = Field(default=1, ge=1, le=4, description="Replicas, each with its own source.")
    num_hands: int = Field(default=2, ge=1, le=2, description="Hands to look for in a frame.")
    resources: Resources = Field(default_factory=Resources, description="Compute resources of one replica.")
    gpu: GpuSpec = Field(default_factory=GpuSpec, description="The GPU, if any.")
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)


class ServiceType(StrEnum):
    """How the frontend's Service is reached."""

    CLUSTER_IP = "ClusterIP"
    NODE_PORT = "NodePort"
    LOAD_BALANCER = "LoadBalancer"


class FrontendService(ApiModel):
    """The Service that projector pages come from."""

    model_config = ConfigDict(
        json_schema_extra=rules(Rule("!has(self.nodePort) || self.type != 'ClusterIP'", NODE_PORT_MESSAGE, "nodePort"))
    )

    type: ServiceType = Field(default=ServiceType.CLUSTER_IP, description="Type of the Service.")
    node_port: int | None = Field(
        default=None, ge=1, le=65535, description="Port on every node. Unset: the cluster chooses one if needed."
    )


class FrontendSpec(ApiModel):
    """The projector page."""

    replicas: int | None = Field(
        default=None, ge=1, le=100, description="Replicas. Unset: 1 in profile dev, 2 in small, 3 in large."
    )
    resources: Resources = Field(default_factory=Resources, description="Compute resources of one replica.")
    service: FrontendService = Field(default_factory=FrontendService, description="How the page is reached.")
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)
