"""The backend's two apps: HTTP with WebSocket at ``/`` and ``/ws``, and WebSocket alone at any path."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dixi_runtime.backend.access import RequireKey
from dixi_runtime.backend.errors import ApiError, answer, install_error_handlers
from dixi_runtime.backend.hub.session import run_session
from dixi_runtime.backend.routes import ai, faces, metrics, projection, scenes, tracking
from dixi_runtime.backend.routes.gestures import gesture_router
from dixi_runtime.backend.routes.health import health_router
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.headers import COMMON_HEADERS, SecurityHeaders
from dixi_runtime.metrics import CountRequests

_CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)
_HEADERS: Final = {**COMMON_HEADERS, "content-security-policy": _CONTENT_POLICY}


def create_app(services: Services) -> FastAPI:
    """The app of ``PORT``."""
    app = FastAPI(
        title="Dixi backend",
        version="1.0.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(CountRequests, metrics=services.metrics, component="backend"),
            Middleware(SecurityHeaders, headers=_HEADERS),
            Middleware(
                CORSMiddleware,
                allow_origins=services.settings.frontend_url,
                allow_methods=["*"],
                allow_headers=["*"],
                allow_credentials=True,
            ),
            Middleware(RequireKey, key=services.settings.api_key.get_secret_value()),
        ],
    )
    app.state.services = services
    install_error_handlers(app)
    app.add_exception_handler(StoreUnavailableError, _answer_store_unavailable)
    for prefix in ("/health", "/api/health"):
        app.include_router(health_router(prefix))
    for prefix in ("/api/gestures", "/api/gesture"):
        app.include_router(gesture_router(prefix))
    for module in (faces, tracking, ai, projection, scenes, metrics):
        app.include_router(module.router)
    for path in ("/", "/ws"):
        app.router.routes.append(WebSocketRoute(path, _join))
    return app


def create_socket_app(services: Services) -> Starlette:
    """The app of ``WS_PORT``."""
    app = Starlette(
        routes=[WebSocketRoute("/{path:path}", _join), Route("/{path:path}", _upgrade_required)],
        middleware=[Middleware(SecurityHeaders, headers=_HEADERS)],
    )
    app.state.services = services
    return app


async def _join(websocket: WebSocket) -> None:
    services: Services = websocket.app.state.services
    await run_session(websocket, services.hub, services.events.snapshot, services.clock)


async def _upgrade_required(request: Request) -> Response:
    refusal = ApiError(426, "Upgrade Required", "This port speaks WebSocket only")
    return answer(request, refusal, {"upgrade": "websocket", "connection": "upgrade"})


async def _answer_store_unavailable(request: Request, error: Exception) -> Response:
    return answer(request, ApiError(503, "State unavailable", str(error), "service_error"))
