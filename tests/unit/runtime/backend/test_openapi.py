"""schemathesis asks every route of a running backend, without vision, Ollama and Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
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
from tests.support.processes import eventually, find_free_port, read_url, running
from tests.unit.runtime.backend.conftest import NOBODY

ADMIN = {"x-api-key": "admin"}
EXPECTED_FAILURES = ("connection_error", "service_error")
"""Types of the errors that say that a dependency is away, as it is here."""
HEALTH = ("/health/deep", "/health/ready")
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
UNLIMITED = {f"RATE_LIMIT_{name}": "0/1" for name in ("API", "AI", "VISION", "GESTURE", "INGEST")}


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[str]:
    port = find_free_port()
    environment = {
        "PORT": str(port),
        "WS_PORT": "0",
        "VISION_SERVICE_URL": NOBODY,
        "OLLAMA_BASE_URL": NOBODY,
        "ADMIN_API_KEY": ADMIN["x-api-key"],
        **UNLIMITED,
    }
    url = f"http://127.0.0.1:{port}"
    with running("dixi_runtime", ["backend"], environment, tmp_path / "backend.log"):
        eventually(lambda: read_url(f"{url}/health"), seconds=30, what="the backend answers")
        yield url


def test_nothing_that_is_asked_breaks_it(backend: str, note: Callable[[object], None]) -> None:
    examples = max(2, settings.default.max_examples // 50) if settings.default else 2
    findings = ask_all(backend, "/api/openapi.json", judge, examples=examples, headers=ADMIN)
    note(findings)
    assert not findings.wrong, "\n".join(findings.wrong[:20])
    assert findings.cases > 150


def judge(case: Case[Any], response: Response) -> str | None:
    """A 422 is never right, a 5xx names a dependency that is away, and every answer is as the document has it."""
    status = response.status_code
    if status == 422:
        return "is no status of ours"
    if status >= 500 and not case.path.endswith(HEALTH) and response.json().get("type") not in EXPECTED_FAILURES:
        return f"is unexpected: {response.text[:200]}"
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        return f"is not as described: {[str(error) for error in group.exceptions]}"
    return None
