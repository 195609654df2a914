"""Finds a route by its whole path at once, where a router would try one pattern after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send


class LiteralRoutes:
    """ASGI app in front of ``router``: serves those of ``routes`` that have no parameters in their path.

    As with the existing backend, a slash at the end of a path means nothing, and HEAD is GET without the body, which
    the server leaves out.
    """

    def __init__(self, router: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._router = router
        self._routes: defaultdict[str, dict[str, APIRoute]] = defaultdict(dict)
        for route in routes:
            if isinstance(route, APIRoute) and not route.param_convertors:
                self._routes[route.path] |= dict.fromkeys(route.methods or (), route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or leave it to the router; HTTPException 405 for a path that lacks the method."""
        by_method = self._find(scope["path"]) if scope["type"] == "http" else None
        if by_method is None:
            await self._router(scope, receive, send)
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        route = by_method.get(method)
        if route is None:
            raise HTTPException(405, headers={"allow": ", ".join(sorted(by_method))})
        scope["route"] = route
        scope["endpoint"] = route.endpoint
        scope["path_params"] = {}
        await route.app(scope, receive, send)

    def _find(self, path: str) -> dict[str, APIRoute] | None:
        found = self._routes.get(path)
        return self._routes.get(path.rstrip("/")) if found is None and path.endswith("/") else found
