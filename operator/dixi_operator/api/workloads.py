"""The three roles of the runtime: backend, vision, frontend."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from dixi_operator.api.addresses import Source
from dixi_operator.api.gpu import GpuSpec
from dixi_operator.api.model import POD_TEMPLATE, ApiModel, PodTemplate, Rule, rules
from dixi_operator.api.resources import Resources
from dixi_operator.api.validation import NODE_PORT_MESSAGE

Percent = Annotated[int, Field(ge=1, le=100)]
Window = Annotated[int, Field(ge=0, le=3600)]


class ScalingEngine(StrEnum):
    """What scales the backend."""

    HPA = "HPA"
    KEDA = "KEDA"


class Autoscaling(ApiModel):
    """What the backend is scaled by, and how fast."""

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
    connections: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Average WebSocket connections of a replica to aim for, beside CPU and memory. It takes a custom "
        "metrics API (custom.metrics.k8s.io), or with engine KEDA a Prometheus. Unset: connections do not count.",
    )
    scale_down_seconds: Window = Field(
        default=300,
        description="Seconds for which there must have been too many replicas before one is taken away. After that "
        "one goes a minute, or a tenth of all.",
    )
    engine: ScalingEngine = Field(
        default=ScalingEngine.HPA,
        description="What scales: a HorizontalPodAutoscaler (HPA), or KEDA by a ScaledObject if the cluster has it.",
    )


class VisionAutoscaling(ApiModel):
    """Scaling of vision by the streams that clients push."""

    enabled: bool = Field(
        default=False,
        description="Whether vision is scaled by its streams. It needs source push and a custom metrics API.",
    )
    min_replicas: int = Field(default=1, ge=1, le=4, description="Fewest replicas.")
    max_replicas: int = Field(default=4, ge=1, le=4, description="Most replicas.")
    streams: int = Field(default=1, ge=1, le=64, description="Average streams of a replica to aim for.")
    scale_down_seconds: Window = Field(
        default=300, description="Seconds for which there must have been too many replicas before one is taken away."
    )


class BackendSpec(ApiModel):
    """The gateway: REST, WebSocket, AI and projection state."""

    replicas: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Replicas while autoscaling is off. Unset: as many as there were when it was switched off, else 1 "
        "in profile dev, 2 in small, 3 in large.",
    )
    resources: Resources = Field(default_factory=Resources, description="Compute resources of one replica.")
    autoscaling: Autoscaling = Field(default_factory=Autoscaling, description="Scaling by load.")
    allow_without_redis: bool = Field(
        default=False,
        description="Allow several replicas without Redis, each with its own clients and state.",
    )
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)


class VisionSpec(ApiModel):
    """The camera side: frames in, landmarks and gestures out."""

    source: Source = Field(
        default="auto",
        description="Where frames come from: auto (a camera if there is one, else synthetic and marked as simulated), "
        "synthetic (rendered hands), push (clients send frames), camera, camera:N or camera:/dev/..., file:/path of a "
        "video in the container, rtsp://, rtsps://, http:// or https:// of a network camera, or auto: before such an "
        "address. User and password of a camera do not belong here: give VISION_SOURCE from a Secret by podTemplate.",
    )
    fps: int = Field(default=30, ge=1, le=60, description="Frames a second to process at most.")
    replicas: int | None = Field(
        default=None,
        ge=1,
        le=4,
        description="Replicas while autoscaling is off, each with its own source. Unset: as many as there were when it "
        "was switched off, else 1.",
    )
    autoscaling: VisionAutoscaling = Field(default_factory=VisionAutoscaling, description="Scaling by streams.")
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
