"""``/api/prompts/templates``: the texts that questions are put into."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dixi_runtime.backend.ai.bodies import Short
from dixi_runtime.backend.ai.templates import (
    BUILT_IN,
    MAX_TEMPLATES,
    Template,
    TemplateBody,
    TemplateChange,
    TemplateError,
    make_template,
)
from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.backend.services import Services

router = APIRouter(prefix="/api/prompts/templates", tags=["prompts"], route_class=StrictRoute)


class RenderBody(BaseModel):
    """Values for a template's variables; a number or a truth value stands for its text."""

    variables: dict[str, Short | int | float | bool] = Field(default={}, max_length=50)

    def values(self) -> dict[str, str]:
        """The values as text."""
        return {name: value if isinstance(value, str) else str(value) for name, value in self.variables.items()}


@router.get("")
async def list_all(services: Given) -> Json:
    """Every template."""
    found = [_shown(template) for template in await services.ai.library.all()]
    return Json({"message": "Templates", "templates": found, "count": len(found)})


@router.post("", status_code=201)
async def create(services: Given, body: TemplateBody) -> Json:
    """Keep a template."""
    if len(await services.ai.library.all()) >= MAX_TEMPLATES:
        raise ApiError(409, "Too many templates", f"At most {MAX_TEMPLATES} templates are kept; delete one first")
    now = services.clock()
    try:
        template = make_template(f"template_{milliseconds(now)}_{secrets.token_hex(4)}", body, iso(now))
    except TemplateError as error:
        raise validation_failed([invalid("template", str(error))]) from error
    await services.ai.library.keep(template)
    return Json({"message": "Template created", "template": _shown(template)}, 201)


@router.get("/{template_id}")
async def read(services: Given, template_id: str) -> Json:
    """One template."""
    return Json({"message": "Template", "template": _shown(await _find(services, template_id))})


@router.put("/{template_id}")
async def change(services: Given, template_id: str, body: TemplateChange) -> Json:
    """Give a template another name, text, description or variables; questions use it from then on."""
    before = await _find(services, template_id)
    try:
        template = before.change(body, iso(services.clock()))
    except TemplateError as error:
        raise validation_failed([invalid("template", str(error))]) from error
    await services.ai.library.keep(template)
    return Json({"message": "Template updated", "template": _shown(template)})


@router.delete("/{template_id}")
async def delete(services: Given, template_id: str) -> Json:
    """Forget a template; the built-in ones stay."""
    if template_id in BUILT_IN:
        raise ApiError(400, "Built-in templates cannot be deleted", f"{template_id} can be changed by PUT instead")
    if not await services.ai.library.delete(template_id):
        raise _unknown(template_id)
    return Json({"message": "Template deleted", "templateId": template_id})


@router.post("/{template_id}/render")
async def render(services: Given, template_id: str, body: RenderBody | None = None) -> Json:
    """The text of a template with its variables."""
    template = await _find(services, template_id)
    try:
        rendered = template.render((body or RenderBody()).values())
    except TemplateError as error:
        raise validation_failed([invalid("variables", str(error))]) from error
    return Json({"message": "Template rendered", "rendered": rendered, "templateId": template_id})


async def _find(services: Services, template_id: str) -> Template:
    template = await services.ai.library.find(template_id)
    if template is None:
        raise _unknown(template_id)
    return template


def _unknown(template_id: str) -> ApiError:
    return ApiError(404, "Template not found", f"No template has the id {template_id}")


def _shown(template: Template) -> dict[str, Any]:
    return template.model_dump(exclude_none=True)
