"""Prompt templates: text with ``{{variables}}``, kept and edited by clients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

MAX_TEMPLATES: Final = 200
LONGEST_PROMPT: Final = 20_000
"""Characters of a rendered template."""

_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")

VariableName = Annotated[str, StringConstraints(pattern=r"^\w{1,50}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Long = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Value = Annotated[str, StringConstraints(max_length=5000)]


class TemplateError(ValueError):
    """A template cannot be rendered with what was given."""


class Variable(BaseModel):
    """One variable of a template."""

    model_config = ConfigDict(extra="ignore")

    name: VariableName
    description: Value = ""
    defaultValue: Value | None = None  # noqa: N815 - the name on the wire


def _as_variables(value: object) -> object:
    """A bare name stands for a variable without more."""
    return [{"name": one} if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


class TemplateBody(BaseModel):
    """What ``POST /api/prompts/templates`` takes; variables that are not listed are those the text uses."""

    model_config = ConfigDict(extra="ignore")

    name: Text
    template: Long
    description: Value | None = None
    variables: list[Variable] | None = Field(default=None, max_length=50)

    split = field_validator("variables", mode="before")(_as_variables)


class TemplateChange(BaseModel):
    """What ``PUT /api/prompts/templates/ID`` takes: what is to become another."""

    model_config = ConfigDict(extra="ignore")

    name: Text | None = None
    template: Long | None = None
    description: Value | None = None
    variables: list[Variable] | None = Field(default=None, max_length=50)

    split = field_validator("variables", mode="before")(_as_variables)


class Template(BaseModel):
    """A template as it is kept; times are ISO 8601."""

    id: str
    name: str
    description: str | None = None
    template: str
    variables: list[Variable]
    createdAt: str  # noqa: N815 - the name on the wire
    updatedAt: str  # noqa: N815 - the name on the wire

    def render(self, given: Mapping[str, str]) -> str:
        """The text with its variables; TemplateError when one has no value, or the text becomes too long."""
        values = {one.name: one.defaultValue for one in self.variables if one.defaultValue is not None} | dict(given)
        missing = sorted(set(used(self.template)) - set(values))
        if missing:
            raise TemplateError(f"No value for {', '.join(missing)}, which the template uses")
        rendered = _PLACEHOLDER.sub(lambda found: values[found[1]], self.template)
        if len(rendered) > LONGEST_PROMPT:
            raise TemplateError(f"The rendered text has more than {LONGEST_PROMPT} characters")
        return rendered

    def change(self, body: TemplateChange, now: str) -> Template:
        """The template with what ``body`` has; TemplateError as ``make_template``."""
        given: dict[str, Any] = body.model_dump(exclude_unset=True, exclude_none=True)
        return _checked(Template.model_validate({**self.model_dump(), **given, "updatedAt": now}))


def make_template(template_id: str, body: TemplateBody, now: str) -> Template:
    """A new template; TemplateError when its text uses a variable that it does not list."""
    variables = body.variables
    if variables is None:
        variables = [Variable(name=name) for name in dict.fromkeys(used(body.template))]
    return _checked(
        Template(
            id=template_id,
            name=body.name,
            description=body.description,
            template=body.template,
            variables=variables,
            createdAt=now,
            updatedAt=now,
        )
    )


def used(text: str) -> list[str]:
    """The names of the variables in ``text``."""
    return _PLACEHOLDER.findall(text)


def _checked(template: Template) -> Template:
    unknown = sorted(set(used(template.template)) - {one.name for one in template.variables})
    if unknown:
        raise TemplateError(f"The template uses {', '.join(unknown)}, which its variables do not list")
    return template


_BORN: Final = "2026-01-01T00:00:00.000Z"
_QUERY: Final = Variable(name="query", description="What the person asks")
_SITUATION: Final = Variable(name="situation", description="What is known of the person, in sentences", defaultValue="")

POINT: Final = "default_1"
WAVE: Final = "default_2"
GENERAL: Final = "default_3"

BUILT_IN: Final[Mapping[str, Template]] = {
    POINT: Template(
        id=POINT,
        name="Gesture Point",
        description="For a question of somebody who points",
        template="👆 The person points at screen position ({{x}}, {{y}}). {{situation}} {{query}}",
        variables=[
            Variable(name="x", description="Where on the screen, across"),
            Variable(name="y", description="Where on the screen, down or up as the page counts"),
            _SITUATION,
            _QUERY,
        ],
        createdAt=_BORN,
        updatedAt=_BORN,
    ),
    WAVE: Template(
        id=WAVE,
        name="Gesture Wave",
        description="For a question of somebody who waves",
        template="👋 The person waves. {{situation}} {{query}}",
        variables=[_SITUATION, _QUERY],
        createdAt=_BORN,
        updatedAt=_BORN,
    ),
    GENERAL: Template(
        id=GENERAL,
        name="General Query",
        description="For every other question",
        template="{{situation}} {{query}}",
        variables=[_SITUATION, _QUERY],
        createdAt=_BORN,
        updatedAt=_BORN,
    ),
}
"""What questions are put into until somebody edits it; they cannot be deleted."""
