"""One shape for every error: `{error, status, path, details?}`, `error` always a sentence."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from .shapes import Error, Json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_logger = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 << 10


def install_error_handlers(app: FastAPI) -> None:
    """Makes every error of the app answer in the one shape."""
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unexpected)


class RefuseBodies:
    """ASGI middleware against bodies that nobody would read: no route takes one, and small ones are ignored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http" or _find_length(scope) <= MAX_BODY_BYTES:
            await self._app(scope, receive, send)
            return
        text = f"No route takes a body; at most {MAX_BODY_BYTES} bytes are ignored"
        await build_error(scope["path"], 413, text)(scope, receive, send)


def build_error(path: str, status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """An answer in the one shape."""
    body: Error = {"error": text, "status": status, "path": path}
    return Json(body, status, headers=headers)


def _find_length(scope: Scope) -> int:
    given = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(given) if given.isdigit() else 0


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path, headers = request.url.path, dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        text = f"{path} does not answer {request.method}, only {headers.get('Allow', headers.get('allow', 'others'))}"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        text = f"No route {path}"
    else:
        text = str(error.detail)
    return build_error(path, error.status_code, text, headers)


def _answer_unexpected(request: Request, error: Exception) -> Response:
    _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return build_error(request.url.path, 500, f"Internal error: {type(error).__name__}")
