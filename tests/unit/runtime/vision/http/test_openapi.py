"""Requests made from the OpenAPI document of a real service, without camera and model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from hypothesis import settings
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.openapi import ask_all
from tests.unit.runtime.vision.http.contract import ROUTES

ENDLESS = frozenset({"/video_feed"})
"""Has tests of its own: its answer does not end."""
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_names_every_route_of_the_contract(idle: httpx.Client) -> None:
    paths = idle.get("/openapi.json").json()["paths"]
    documented = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert {(route.method, route.path) for route in ROUTES} <= documented


def test_every_answer_is_as_described(idle: httpx.Client, note: Callable[[object], None]) -> None:
    examples = max(3, settings.default.max_examples // 25) if settings.default else 3
    findings = ask_all(str(idle.base_url), "/openapi.json", judge, examples=examples, headers={}, skip=ENDLESS)
    note(findings)
    assert not findings.wrong, "\n".join(findings.wrong[:20])
    assert findings.cases >= len(ROUTES)
    assert set(findings.statuses) == {200, 503}


def judge(case: Case[Any], response: Response) -> str | None:
    """A 503 says that there is no frame, any other 5xx is wrong, and every answer is as the document has it."""
    if response.status_code >= 500 and response.json()["error"] != "No frame available":
        return f"is unexpected: {response.text[:200]}"
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        return f"is not as described: {[str(error) for error in group.exceptions]}"
    return None
