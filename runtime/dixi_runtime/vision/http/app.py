"""The vision role's web application."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from dixi_runtime.metrics import CountRequests

from ..metrics import COMPONENT
from ..stream import Stream
from . import about, dashboard, events, faces, intake, profile, tracking, video
from .errors import RefuseBodies, install_error_handlers
from .shapes import SIMULATED_HEADER


def create_app(stream: Stream) -> FastAPI:
    """Every route of the vision role over a stream, open to every origin."""
    app = FastAPI(title="Dixi vision", version=about.VERSION, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(RefuseBodies)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=[SIMULATED_HEADER],
    )
    app.add_middleware(CountRequests, metrics=stream.metrics.shared, component=COMPONENT)
    install_error_handlers(app)
    for routes in (about, tracking, faces, video, events, intake, dashboard, profile):
        app.include_router(routes.build_router(stream))
    return app
