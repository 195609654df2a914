"""With an API key set, everything that changes something asks for it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.requests import Request

from dixi_runtime.backend.errors import ApiError, answer
from dixi_runtime.settings import API_KEY_HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class RequireKey:
    """ASGI middleware: a request that is not just reading needs ``key`` in ``x-api-key``, else it is a 401."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] != "http" or scope["method"] in _READING or not self._key or self._matches(scope):
            await self._app(scope, receive, send)
            return
        refusal = ApiError(401, "Unauthorized", f"This route needs the API key in the header {API_KEY_HEADER}")
        await answer(Request(scope, receive), refusal)(scope, receive, send)

    def _matches(self, scope: Scope) -> bool:
        given = Headers(scope=scope).get(API_KEY_HEADER, "")
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._key)
