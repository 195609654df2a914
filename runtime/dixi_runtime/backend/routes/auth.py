"""``/api/auth``: short-lived tokens for whoever has the API key, and the cookie of the page."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from dixi_runtime.backend.clock import iso
from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.backend.security.credentials import COOKIE, read_credentials
from dixi_runtime.backend.security.tokens import Tokens
from dixi_runtime.backend.services import Services
from dixi_runtime.settings import API_KEY_HEADER

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=StrictRoute)

_LEAST_SECONDS: Final = 60


class TokenBody(BaseModel):
    """What is wanted: ``view`` looks and listens, ``control`` changes things, too; seconds from now."""

    scope: Literal["view", "control"] = "view"
    ttlSeconds: Annotated[int, Field(ge=_LEAST_SECONDS, strict=True)] | None = None  # noqa: N815 - the name on the wire


class SessionBody(BaseModel):
    """What is wanted of a session; its scope is ``control``."""

    ttlSeconds: Annotated[int, Field(ge=_LEAST_SECONDS, strict=True)] | None = None  # noqa: N815 - the name on the wire


@router.post("/token", status_code=201)
async def issue_token(request: Request, services: Given, wanted: TokenBody | None = None) -> Json:
    """A token for a projector page; goes into ``?token=`` of its WebSocket URL, or into ``Authorization: Bearer``."""
    body = wanted or TokenBody()
    tokens = _authorize(request, services)
    return Json({"message": "Token issued", **_issue(services, tokens, body.scope, body.ttlSeconds)}, 201)


@router.post("/session", status_code=201)
async def open_session(request: Request, services: Given, wanted: SessionBody | None = None) -> Response:
    """A cookie for a page of this origin, which scripts cannot read and other sites cannot use."""
    tokens = _authorize(request, services)
    issued = _issue(services, tokens, "control", None if wanted is None else wanted.ttlSeconds)
    token = issued.pop("token")
    response = Json({"message": "Session opened", **issued}, 201)
    secure = services.gate.clients.is_secure(request.scope)
    response.set_cookie(
        COOKIE, token, max_age=issued["expiresIn"], path="/", secure=secure, httponly=True, samesite="strict"
    )
    return response


@router.get("/session")
async def read_session(request: Request, services: Given) -> Json:
    """What the caller may do."""
    given = read_credentials(request.scope, services.settings.frontend_url)
    guard, now = services.gate.guard, services.clock()
    return Json(
        {
            "keyRequired": guard.need("POST", "/api/projection/content") != "nothing",
            "view": guard.allows(guard.need_of_socket(), given, now),
            "control": guard.allows(guard.need("POST", "/api/projection/content"), given, now),
        }
    )


@router.delete("/session")
async def close_session() -> Json:
    """Forget the cookie."""
    response = Json({"message": "Session closed"})
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _authorize(request: Request, services: Services) -> Tokens:
    """The key itself is asked for, not a token: a token cannot prolong itself."""
    guard = services.gate.guard
    given = read_credentials(request.scope, services.settings.frontend_url)
    if not (guard.key.matches(given.header) or guard.key.matches(given.bearer)):
        services.metrics.error("access", "refused")
        details = f"A token is given for the API key, in the header {API_KEY_HEADER}"
        if not guard.key:
            details = "There is no API key, so nothing needs a token; set API_KEY"
        raise ApiError(401, "Unauthorized", details)
    if guard.tokens is None:
        raise ApiError(503, "Tokens unavailable", "Set JWT_SECRET to have tokens signed", "service_error")
    return guard.tokens


def _issue(services: Services, tokens: Tokens, scope: Literal["view", "control"], wanted: int | None) -> dict[str, Any]:
    settings, now = services.settings, services.clock()
    seconds = wanted or settings.token_seconds
    if seconds > settings.token_most_seconds:
        raise validation_failed([invalid("ttlSeconds", f"At most {settings.token_most_seconds} s are given", seconds)])
    token = tokens.issue(scope, now, seconds, secrets.token_hex(8))
    return {
        "token": token,
        "tokenType": "Bearer",
        "scope": scope,
        "expiresIn": seconds,
        "expiresAt": iso(now + seconds),
    }
