"""Lets no request pass that does not show what its route asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dixi_runtime.backend.errors import ApiError, answer
from dixi_runtime.backend.security.credentials import read_credentials
from dixi_runtime.settings import API_KEY_HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from dixi_runtime.backend.services import Services

_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="dixi"'}


class RequireAccess:
    """ASGI middleware: 401 for a request without the key or a token, 403 for a token that may only look."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        refusal = self._refuse(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        self._services.metrics.error("access", "refused")
        await answer(scope, refusal)(scope, receive, send)

    def _refuse(self, scope: Scope) -> ApiError | None:
        guard = self._services.gate.guard
        need = guard.need(scope["method"], scope["path"])
        if need == "nothing":
            return None
        now = self._services.clock()
        given = read_credentials(scope, self._services.settings.frontend_url)
        if guard.allows(need, given, now):
            return None
        if need == "control" and guard.allows("view", given, now):
            return ApiError(403, "Forbidden", "This token may look, not change; ask for one with scope control")
        details = f"This route needs the API key in the header {API_KEY_HEADER}, or a token; see POST /api/auth/token"
        return ApiError(401, "Unauthorized", details, headers=_CHALLENGE)
