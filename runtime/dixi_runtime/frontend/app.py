"""The frontend's app: the page, and the other services under the page's own origin."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket

from dixi_runtime.frontend.pages import Page, read_page
from dixi_runtime.frontend.proxy import Proxy
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.frontend.socket_proxy import pass_on
from dixi_runtime.headers import COMMON_HEADERS, SecurityHeaders
from dixi_runtime.metrics import CountRequests, Metrics, render_metrics

STATIC: Final = Path(__file__).parent / "static"

_PERMISSIONS: Final = "camera=(self), fullscreen=(self), microphone=(), geolocation=(), usb=(), payment=()"
_REVALIDATE: Final = {"cache-control": "no-cache"}
_PAGES: Final = {"/": "panel.html", "/projector": "projector.html"}
_ALL_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class _FreshFiles(StaticFiles):
    """Static files that a browser asks for again, so that a page never mixes two versions."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_REVALIDATE)
        return response


def _content_policy(pages: Iterable[Page]) -> str:
    """Scripts come from files alone; an import map cannot, so each is named by its digest (CSP 3, 6.7.3)."""
    scripts = " ".join(sorted({f"'{digest}'" for page in pages for digest in page.script_digests}))
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def create_app(settings: FrontendSettings, metrics: Metrics, http: httpx.AsyncClient) -> Starlette:
    """The app; ``http`` reaches the other services and is closed by the caller."""
    backend = Proxy(http, metrics, "backend", settings.backend_url)
    vision = Proxy(http, metrics, "vision", settings.vision_service_url, strip="/vision")
    pages = {path: read_page(STATIC / name) for path, name in _PAGES.items()}
    headers = {"content-security-policy": _content_policy(pages.values()), "permissions-policy": _PERMISSIONS}

    async def join(websocket: WebSocket) -> None:
        await pass_on(websocket, "backend", settings.socket_url(), metrics)

    async def push(websocket: WebSocket) -> None:
        await pass_on(websocket, "vision", settings.push_url(), metrics)

    async def show_page(request: Request) -> Response:
        return HTMLResponse(pages[request.url.path].text, headers=_REVALIDATE)

    async def show_metrics(request: Request) -> Response:
        return render_metrics(metrics)

    return Starlette(
        routes=[
            *(Route(path, show_page) for path in pages),
            Route("/healthz", _alive),
            Route("/metrics", show_metrics),
            Route("/api/{path:path}", backend.handle, methods=_ALL_METHODS),
            Route("/vision/{path:path}", vision.handle),
            WebSocketRoute("/ws", join),
            WebSocketRoute("/vision/push", push),
            Mount("/static", _FreshFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(CountRequests, metrics=metrics, component="frontend"),
            Middleware(SecurityHeaders, headers={**COMMON_HEADERS, **headers}),
        ],
    )


async def _alive(request: Request) -> Response:
    return JSONResponse({"status": "alive"})
