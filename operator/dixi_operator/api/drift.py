"""What becomes of a field of an install's objects that somebody else has changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from dixi_operator.api.model import ApiModel, ObjectName, list_type

Pointer = Annotated[str, Field(pattern=r"^(/([^~/]|~[01])+)+$", max_length=500)]
"""A JSON Pointer (RFC 6901) below an object's root."""


class DriftPolicy(StrEnum):
    """What is done about a field that no longer has the value that it was given."""

    REPAIR = "Repair"
    """Put it back, and say in an Event who had changed it."""

    REPORT = "Report"
    """Leave it, and say in the status who has changed it."""

    IGNORE = "Ignore"
    """Leave it and say nothing."""


class DriftRule(ApiModel):
    """What is done about some fields of some objects."""

    kind: str = Field(pattern=r"^[A-Z][A-Za-z]+$", max_length=63, description="Kind of the objects.")
    name: ObjectName | None = Field(default=None, description="Name of the object. Unset: every object of the kind.")
    paths: tuple[Pointer, ...] = Field(
        min_length=1,
        max_length=32,
        description=(
            "JSON Pointers (RFC 6901) to fields; each stands for all that is below it, too. An entry of a list is"
            " named by its name, mountPath, key or port, and `*` is any one step:"
            " `/spec/template/spec/containers/*/resources`."
        ),
        json_schema_extra=list_type("atomic"),
    )
    policy: DriftPolicy = Field(description="What is done about these fields.")


class DriftSpec(ApiModel):
    """What is done about fields that somebody else has changed."""

    policy: DriftPolicy = Field(default=DriftPolicy.REPAIR, description="What is done about fields that no rule names.")
    rules: tuple[DriftRule, ...] = Field(
        default=(),
        max_length=32,
        description="Exceptions; the first rule that names a field counts.",
        json_schema_extra=list_type("atomic"),
    )
