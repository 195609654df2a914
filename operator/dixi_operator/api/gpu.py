"""The GPU of a component, by device plugin or by dynamic resource allocation."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from dixi_operator.api.labels import LabelKey, LabelValue, NodeSelector, ResourceName
from dixi_operator.api.model import ApiModel, ObjectName, Rule, list_type, rules
from dixi_operator.api.validation import SELECTORS_MESSAGE, TAINT_KEY_MESSAGE, TAINT_VALUE_MESSAGE

Expression = Annotated[str, Field(min_length=1, max_length=10240)]
"""A CEL expression about one device; the API server limits its length to this."""


class GpuPolicy(StrEnum):
    """Whether a component uses a GPU."""

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
    """A taint that pods with a GPU tolerate."""

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
    value: LabelValue | None = Field(
        default=None, description="Value of the taint, for operator Equal. Unset: an empty one."
    )
    effect: TaintEffect | None = Field(default=None, description="Effect of the taint. Unset: every effect.")


class GpuSpec(ApiModel):
    """The GPU that a component's pods run on."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            Rule(
                "!has(self.deviceSelectors) || size(self.deviceSelectors) == 0 || has(self.deviceClass)",
                SELECTORS_MESSAGE,
                "deviceSelectors",
            )
        )
    )

    policy: GpuPolicy = Field(
        default=GpuPolicy.NONE,
        description="None: CPU only. Preferred: a GPU as soon as one can be had, the CPU until then. "
        "Required: wait for a GPU.",
    )
    resource: ResourceName = Field(
        default="nvidia.com/gpu",
        description="Extended resource under which nodes offer GPUs, for example nvidia.com/gpu, nvidia.com/gpu.shared "
        "(time slices), nvidia.com/mig-1g.10gb or amd.com/gpu.",
    )
    count: int = Field(default=1, ge=1, le=8, description="GPUs for one replica.")
    device_class: ObjectName | None = Field(
        default=None,
        description="DeviceClass of dynamic resource allocation (Kubernetes 1.34 or newer); GPUs are claimed from it "
        "instead of by resource. Unset: by resource.",
    )
    device_selectors: tuple[Expression, ...] = Field(
        default=(),
        max_length=32,
        description="CEL expressions that a device must satisfy, for deviceClass.",
        json_schema_extra=list_type("atomic"),
    )
    node_selector: NodeSelector = Field(
        default_factory=dict, description="Labels of the nodes that the pods may run on when they use a GPU."
    )
    tolerations: tuple[Toleration, ...] = Field(
        default=(),
        max_length=16,
        description="Taints that the pods tolerate when they use a GPU.",
        json_schema_extra=list_type("atomic"),
    )
    runtime_class_name: ObjectName | None = Field(
        default=None, description="RuntimeClass of the pods when they use a GPU, for example nvidia. Unset: none."
    )
