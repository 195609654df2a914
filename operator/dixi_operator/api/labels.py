"""Labels, taints and extended resources: names with a domain in front.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from dixi_operator.api.model import SUBDOMAIN

_WORD = r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_VALUE = rf"^({_WORD})?$"
_LONGEST_VALUE = 63
_MOST_SELECTORS = 16
_RESERVED = ("requests.", "kubernetes.io")


def check_resource(name: str) -> str:
    """The same name; ValueError when it is one that Kubernetes keeps for itself."""
    domain = name.partition("/")[0]
    if domain.startswith(_RESERVED[0]) or domain.endswith(_RESERVED[1]):
        raise ValueError(f"names of the domain {domain} are Kubernetes' own")
    return name


LabelKey = Annotated[str, Field(pattern=rf"^({SUBDOMAIN}/)?{_WORD}$", max_length=253)]
"""Key of a label or a taint."""

LabelValue = Annotated[str, Field(pattern=_VALUE, max_length=_LONGEST_VALUE)]
"""Value of a label or a taint."""

NodeSelector = Annotated[
    dict[LabelKey, LabelValue],
    Field(max_length=_MOST_SELECTORS),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": _VALUE, "maxLength": _LONGEST_VALUE},
            "maxProperties": _MOST_SELECTORS,
        }
    ),
]
"""Labels that a node must have. The schema cannot say what a key looks like; the operator checks that."""

ResourceName = Annotated[str, Field(pattern=rf"^{SUBDOMAIN}/{_WORD}$", max_length=240), AfterValidator(check_resource)]
"""An extended resource.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
"""
