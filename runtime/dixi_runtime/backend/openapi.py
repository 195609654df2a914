"""The OpenAPI document: FastAPI's, with our errors in the place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI

from dixi_runtime.backend.security.credentials import COOKIE
from dixi_runtime.settings import API_KEY_HEADER

_FASTAPI_INVALID: Final = "422"
_ERROR: Final = {"$ref": "#/components/schemas/Error"}
_JSON: Final = "application/json"
_ANSWER: Final = "200"

_SCHEMAS: Final[dict[str, Any]] = {
    "Error": {
        "type": "object",
        "description": "The shape of every error.",
        "required": ["error", "status", "path", "timestamp"],
        "properties": {
            "error": {"type": "string"},
            "details": {
                "oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Field"}}]
            },
            "type": {"type": "string"},
            "status": {"type": "integer"},
            "path": {"type": "string"},
            "timestamp": {"type": "string", "format": "date-time"},
            "message": {"type": "string"},
            "retryAfter": {"type": "integer"},
        },
    },
    "Field": {
        "type": "object",
        "description": "A field that is not as it should be.",
        "required": ["type", "msg", "path", "location"],
        "properties": {
            "type": {"type": "string", "const": "field"},
            "msg": {"type": "string"},
            "path": {"type": "string"},
            "location": {"type": "string"},
            "value": {},
        },
    },
    "NotHealthy": {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"enum": ["degraded", "not ready"]}},
    },
}
_SECURITY: Final[dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": API_KEY_HEADER},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
_PLAIN: Final = ("/metrics", "/api/metrics/prometheus")
_STREAMED: Final = ("/api/ai/stream", "/api/ai/models/pull")


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of ``app``; made once."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        components = document.setdefault("components", {})
        components["schemas"] = {**_kept(components.get("schemas", {})), **_SCHEMAS}
        components["securitySchemes"] = _SECURITY
        for path, method, operation in _operations(document):
            _correct(path, method, operation)
    assert app.openapi_schema is not None
    return app.openapi_schema


def _kept(schemas: dict[str, Any]) -> dict[str, Any]:
    return {name: schema for name, schema in schemas.items() if name not in ("HTTPValidationError", "ValidationError")}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _correct(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop(_FASTAPI_INVALID, None)
    responses["default"] = {"description": "What went wrong.", "content": {_JSON: {"schema": _ERROR}}}
    if path in _PLAIN:
        responses[_ANSWER]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    if path in _STREAMED:
        responses[_ANSWER]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    if path.endswith(("/health/deep", "/health/ready")):
        not_healthy = {"$ref": "#/components/schemas/NotHealthy"}
        responses["503"] = {"description": "Not now.", "content": {_JSON: {"schema": not_healthy}}}
    if method not in ("get", "head") or path.startswith("/api/admin"):
        # An empty requirement stands for "none": whether a key is asked for is a setting.
        operation["security"] = [{}, *({name: []} for name in _SECURITY)]
