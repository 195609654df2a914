"""The status of a ``DixiInstall``, which the operator alone writes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]

LONGEST_HISTORY = 5
LONGEST_MESSAGE = 32768
LONGEST_REQUEST = 256


def map_type(*keys: str) -> dict[str, Any]:
    """Schema keys of a list whose items are told apart by ``keys``."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": list(keys)}


class StatusModel(BaseModel):
    """A part of the status: immutable, camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Condition(StatusModel):
    """One aspect of the install.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/condition-v1-meta/
    """

    type: str = Field(
        max_length=316,
        description="The aspect: Ready, Reconciling, Stalled, <Component>Ready, GpuAllocated or Autoscaled.",
    )
    status: Literal["True", "False", "Unknown"] = Field(description="Whether it holds.")
    reason: str = Field(min_length=1, max_length=1024, description="Why, as one word of a closed set.")
    message: str = Field(max_length=LONGEST_MESSAGE, description="Why, as a sentence.")
    last_transition_time: Time = Field(description="When status last changed.")
    observed_generation: int = Field(description="Generation of the specification that this is about.")


class ComponentStatus(StatusModel):
    """One Deployment of the install."""

    name: str = Field(description="Name of the component.")
    image: str = Field(description="Image that it is to run.")
    replicas: int = Field(description="Replicas that it is to have.")
    ready_replicas: int = Field(description="Replicas that are ready.")


class GpuStatus(StatusModel):
    """The GPU of one component that asks for one."""

    component: str = Field(description="Name of the component.")
    mode: Literal["GPU", "CPU"] = Field(description="What its pods are to compute on.")
    reason: str = Field(description="Why, as one word of a closed set.")
    message: str = Field(default="", max_length=LONGEST_MESSAGE, description="Why, as a sentence.")
    since: Time = Field(description="When mode or reason last changed.")
    resource: str = Field(default="", description="Extended resource, or DeviceClass, that is asked for.")
    nodes: tuple[str, ...] = Field(
        default=(),
        description="Nodes whose GPUs its pods have.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    delegate: str = Field(
        default="", description="What its pods say that they compute on: gpu, cpu, or both. Empty: not known."
    )
    rollout: str = Field(
        default="", description="How a pod with a GPU is replaced: Surge (the new one first) or Handover (the old one)."
    )
    rollout_message: str = Field(default="", description="Why.")


class ObjectReference(StatusModel):
    """One object of the install."""

    api_version: str = Field(description="Group and version.")
    kind: str = Field(description="Kind.")
    namespace: str = Field(default="", description="Namespace; empty for kinds that live in none.")
    name: str = Field(description="Name.")


class AttemptOutcome(StrEnum):
    """How an attempt to bring a revision about ended, or that it has not ended."""

    APPLYING = "Applying"
    APPLIED = "Applied"
    FAILED = "Failed"


class Attempt(StatusModel):
    """One revision that the operator tried to bring about."""

    revision: str = Field(description="Digest of the objects.")
    generation: int = Field(description="Generation of the specification.")
    version: str = Field(description="Version of Dixi.")
    outcome: AttemptOutcome = Field(description="How it ended.")
    started_at: Time = Field(description="When it began.")
    finished_at: Time | None = Field(default=None, description="When it ended.")


class InstallStatus(StatusModel):
    """How the install is doing."""

    observed_generation: int = Field(default=0, description="Generation of the specification that this is about.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Ready, Reconciling and Stalled, as kstatus reads them, and one condition a component.",
        json_schema_extra=map_type("type"),
    )
    components: tuple[ComponentStatus, ...] = Field(
        default=(), description="The Deployments.", json_schema_extra=map_type("name")
    )
    gpus: tuple[GpuStatus, ...] = Field(
        default=(),
        description="The GPU of each component that asks for one.",
        json_schema_extra=map_type("component"),
    )
    vision: str = Field(default="", description="Ready and wanted replicas of vision, and what it computes on.")
    gateway: str = Field(default="", description="Ready and wanted replicas of the backend, and whether it serves.")
    endpoint: str = Field(default="", description="Where the projector page is.")
    inventory: tuple[ObjectReference, ...] = Field(
        default=(),
        description="Every object of the install that exists.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    history: tuple[Attempt, ...] = Field(
        default=(),
        max_length=LONGEST_HISTORY,
        description="The last revisions that were tried, the newest first.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    last_applied_revision: str = Field(default="", description="The last revision that became Ready.")
    last_attempted_revision: str = Field(default="", description="The last revision that was tried.")
    last_handled_reconcile: str = Field(
        default="",
        max_length=LONGEST_REQUEST,
        description="The annotation dixi.io/reconcile as the operator last found it when it had a look.",
    )
