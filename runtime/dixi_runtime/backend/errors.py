"""One shape for every error: ``{error, details?, type?, status, path, timestamp}``, ``error`` always a string."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dixi_runtime.wire import encode

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Scope

_logger = logging.getLogger(__name__)

ErrorType = Literal["connection_error", "service_error", "unknown_error", "validation_error", "processing_error"]


class ApiError(Exception):
    """An answer that is an error.

    ``details`` is a sentence, or rows as those of a validation; ``extra`` are further keys of the body, as some routes
    of the existing backend have them.
    """

    def __init__(
        self,
        status: int,
        error: str,
        details: str | Sequence[dict[str, Any]] | None = None,
        kind: ErrorType | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.details = details
        self.kind = kind
        self.extra = extra or {}
        self.headers = headers or {}


def invalid(path: str, message: str, value: object = None) -> dict[str, Any]:
    """One row of a validation's ``details``: the field's path in the body and what is wrong with it."""
    row = {"type": "field", "msg": message, "path": path, "location": "body"}
    return row if value is None else {**row, "value": value}


def validation_failed(rows: Sequence[dict[str, Any]]) -> ApiError:
    """A 400 that lists every wrong field."""
    return ApiError(400, "Validation failed", rows, "validation_error")


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of ``app`` answer in the one shape."""
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, answer_unexpected)


def answer(scope: Scope, error: ApiError) -> Response:
    """The error as JSON."""
    body: dict[str, Any] = {"error": error.error}
    if error.details is not None:
        body["details"] = error.details
    if error.kind is not None:
        body["type"] = error.kind
    body |= {
        **error.extra,
        "status": error.status,
        "path": scope["path"],
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    return Response(encode(body), error.status, dict(error.headers), media_type="application/json")


def _answer_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return answer(request.scope, error)


def _answer_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    return answer(request.scope, validation_failed([_row(item) for item in found]))


def _row(item: dict[str, Any]) -> dict[str, Any]:
    location, *path = item["loc"] or ("body",)
    message = str(item["msg"]).removeprefix("Value error, ")
    row = {"type": "field", "msg": message, "path": _join(path), "location": str(location)}
    value = item.get("input")
    return {**row, "value": value} if isinstance(value, str | int | float | bool) and path else row


def _join(path: Sequence[str | int]) -> str:
    """``("points", 0, "cameraX")`` as ``points[0].cameraX``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    details = None if error.detail == phrase else str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        details = f"No route {request.method} {request.scope['path']}"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        details = f"{request.scope['path']} has no {request.method}"
    return answer(request.scope, ApiError(error.status_code, phrase, details, headers=error.headers))


def answer_unexpected(request: Request, error: Exception) -> Response:
    """The 500 for an error that nobody foresaw; the log has what it was."""
    _logger.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return answer(request.scope, ApiError(500, "Internal server error", type(error).__name__, "unknown_error"))
