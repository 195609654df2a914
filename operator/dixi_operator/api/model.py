"""What all types of the API have in common, and the texts that stand for quantities, names and images."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

Item = TypeVar("Item")
TWICE_MESSAGE = "each item must be there only once"

_QUANTITY = r"^[0-9]+(\.[0-9]{1,9})?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$"
_DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_IMAGE = r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?$"


class ApiModel(BaseModel):
    """A part of the specification: immutable, camelCase on the wire, and nothing in it that is not declared."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Rule(NamedTuple):
    """A CEL expression, the sentence shown when it is false, and the field below that is to blame, if it is one."""

    expression: str
    message: str
    field: str = ""


def rules(*checks: Rule) -> dict[str, Any]:
    """Schema keys for validation rules.

    https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
    """
    return {"x-kubernetes-validations": [_describe_rule(check) for check in checks]}


def check_unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The same items; ValueError when one is there twice."""
    for number, item in enumerate(items):
        if item in items[:number]:
            raise ValueError(f"{TWICE_MESSAGE}, and {item} is there twice")
    return items


def list_type(kind: str) -> dict[str, Any]:
    """Schema keys that say how two writers' lists are merged: ``set`` or ``atomic``."""
    return {"x-kubernetes-list-type": kind}


def _describe_rule(rule: Rule) -> dict[str, str]:
    described = {"rule": rule.expression, "message": rule.message}
    return {**described, "fieldPath": f".{rule.field}"} if rule.field else described


def _read_quantity(value: object) -> object:
    # A number that does not fit into 64 bits is none for the API server, whatever it is as a text.
    is_number = isinstance(value, int) and not isinstance(value, bool) and value < 1 << 63
    return str(value) if is_number else value


Unique = Annotated[tuple[Item, ...], AfterValidator(check_unique), Field(json_schema_extra=list_type("set"))]
"""Items in an order, each there once; several writers may each add some."""

UniqueWhole = Annotated[
    tuple[Item, ...],
    AfterValidator(check_unique),
    Field(
        json_schema_extra={
            **list_type("atomic"),
            **rules(Rule("self.all(x, self.exists_one(y, x == y))", TWICE_MESSAGE)),
        }
    ),
]
"""The same where there are items by default: nobody owns those, so in a set they would outlive every apply."""

PodTemplate = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
]
"""Changes to a PodTemplateSpec, as a strategic merge patch; its fields are those of the cluster's version."""

POD_TEMPLATE = (
    "Changes to the pods' template, as kubectl patch --type strategic takes them: lists of containers, variables, "
    "volumes and the like are merged by name, $patch: delete takes an element away, null a field (kubectl apply keeps "
    "null only with --server-side). Labels, annotations, service account and containers of ours stay, and pods stay "
    "restricted (Pod Security Standards). Unset: none."
)

Quantity = Annotated[
    str,
    BeforeValidator(_read_quantity),
    Field(pattern=_QUANTITY, max_length=32),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer"}, {"type": "string"}],
            "minimum": 0,
            "pattern": _QUANTITY,
            "maxLength": 32,
            "x-kubernetes-int-or-string": True,
        }
    ),
]
"""An amount of CPU or bytes (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)."""

DnsLabel = Annotated[str, Field(pattern=_DNS_LABEL, min_length=1, max_length=63)]
"""A name as namespaces have it."""

ObjectName = Annotated[str, Field(pattern=rf"^{SUBDOMAIN}$", min_length=1, max_length=253)]
"""A name as most objects have it."""

Image = Annotated[str, Field(pattern=_IMAGE, max_length=500)]
"""A reference to a container image: registry, path, tag and digest."""

Version = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$", max_length=63)]
"""A semantic version without build metadata, which image tags cannot carry."""
