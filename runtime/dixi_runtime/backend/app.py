"""The backend's two apps: HTTP with WebSocket at ``/`` and ``/ws``, and WebSocket alone at any path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dixi_runtime.backend.access import RequireAccess
from dixi_runtime.backend.asking import open_asker
from dixi_runtime.backend.errors import ApiError, answer, answer_unexpected, install_error_handlers
from dixi_runtime.backend.hub.session import run_session
from dixi_runtime.backend.limits.limiter import SHOWN_HEADERS
from dixi_runtime.backend.limits.middleware import LimitRequests
from dixi_runtime.backend.literal_routes import LiteralRoutes
from dixi_runtime.backend.openapi import describe
from dixi_runtime.backend.routes import admin, ai, auth, faces, metrics, projection, prompts, scenes, tracking
from dixi_runtime.backend.routes.analysis import analysis_router
from dixi_runtime.backend.routes.gestures import gesture_router
from dixi_runtime.backend.routes.health import health_router
from dixi_runtime.backend.routes.live_scene import router as live_scene_router
from dixi_runtime.backend.routes.projectors import router as projector_router
from dixi_runtime.backend.routes.recordings import recording_router
from dixi_runtime.backend.security.sockets import may_join
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.headers import COMMON_HEADERS, SecurityHeaders
from dixi_runtime.metrics import CountRequests
from dixi_runtime.tracing.requests import TraceRequests
from dixi_runtime.tracing.trace import REQUEST_ID_HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)
_HEADERS: Final = {**COMMON_HEADERS, "content-security-policy": _CONTENT_POLICY}
_DENIAL: Final = "websocket.http.response"
_POLICY_VIOLATION: Final = 1008


class _Backend(FastAPI):
    """FastAPI without the layers of its stack that have nothing to do here and took a tenth of a short request.

    Those are its spans, which name queries and with them tokens, where those of TraceRequests do not; a limit for
    bodies, which StrictRequest has; and an answer to what nobody expected, which is further inside here, so that it
    gets the headers of every other answer.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Starlette.__call__(self, scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        handlers = {key: handle for key, handle in self.exception_handlers.items() if key not in (500, Exception)}
        innermost = (Middleware(ExceptionMiddleware, handlers=handlers), Middleware(AsyncExitStackMiddleware))
        app: ASGIApp = self.router
        for layer, given, named in reversed((*self.user_middleware, *innermost)):
            app = layer(app, *given, **named)
        return app

    def openapi(self) -> dict[str, Any]:
        return describe(self)


class _Cors(CORSMiddleware):
    """Leaves what comes from no other origin alone, without reading its headers as text."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def create_app(services: Services) -> FastAPI:
    """The app of ``PORT``."""
    app = _Backend(
        title="Dixi backend",
        version="1.0.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redirect_slashes=False,
        redoc_url=None,
        middleware=[
            Middleware(CountRequests, metrics=services.metrics, component="backend"),
            Middleware(TraceRequests, tracer=services.tracer),
            Middleware(SecurityHeaders, headers=_HEADERS),
            Middleware(
                _Cors,
                allow_origins=services.settings.frontend_url,
                allow_methods=["*"],
                allow_headers=["*"],
                allow_credentials=True,
                expose_headers=[*SHOWN_HEADERS, REQUEST_ID_HEADER],
            ),
            Middleware(LimitRequests, services=services),
            Middleware(RequireAccess, services=services),
            # Starlette's own of these stands before the others, so that its answers lack what they add.
            Middleware(ServerErrorMiddleware, handler=answer_unexpected),
        ],
    )
    app.state.services = services
    install_error_handlers(app)
    app.add_exception_handler(StoreUnavailableError, _answer_store_unavailable)
    for router in _routers():
        app.router.routes.extend(router.routes)
    for path in ("/", "/ws"):
        app.router.routes.append(WebSocketRoute(path, _join))
    app.router.middleware_stack = LiteralRoutes(app.router.middleware_stack, app.router.routes)
    return app


def create_socket_app(services: Services) -> Starlette:
    """The app of ``WS_PORT``."""
    app = Starlette(
        routes=[WebSocketRoute("/{path:path}", _join), Route("/{path:path}", _upgrade_required)],
        middleware=[Middleware(SecurityHeaders, headers=_HEADERS)],
    )
    app.state.services = services
    return app


def _routers() -> Iterator[APIRouter]:
    """Every router, what is asked most first. Their routes are added, not included: that would match each twice."""
    yield from (health_router(prefix) for prefix in ("/api/health", "/health"))
    for prefix in ("/api/gestures", "/api/gesture"):
        yield from (gesture_router(prefix), recording_router(prefix), analysis_router(prefix))
    yield from (module.router for module in (tracking, faces, ai, prompts, projection, scenes, metrics, auth, admin))
    yield from (live_scene_router, projector_router)


async def _join(websocket: WebSocket) -> None:
    services: Services = websocket.app.state.services
    if may_join(websocket.scope, services):
        listen = partial(open_asker, websocket.scope, services)
        await run_session(websocket, services.hub, services.events.snapshot, services.clock, listen)
        return
    services.metrics.error("access", "refused")
    if _DENIAL in websocket.scope.get("extensions", {}):
        details = "Give a token in the query, ?token=…, or log in by POST /api/auth/session"
        await websocket.send_denial_response(answer(websocket.scope, ApiError(401, "Unauthorized", details)))
    else:
        await websocket.close(_POLICY_VIOLATION)


async def _upgrade_required(request: Request) -> Response:
    headers = {"upgrade": "websocket", "connection": "upgrade"}
    refusal = ApiError(426, "Upgrade Required", "This port speaks WebSocket only", headers=headers)
    return answer(request.scope, refusal)


async def _answer_store_unavailable(request: Request, error: Exception) -> Response:
    return answer(request.scope, ApiError(503, "State unavailable", str(error), "service_error"))
