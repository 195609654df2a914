"""The vision role's web application."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dixi_runtime.metrics import CountRequests

from ..metrics import COMPONENT
from ..stream import Stream
from . import about, events, faces, tracking, video


def create_app(stream: Stream) -> FastAPI:
    """Every route of the vision role over a stream, open to every origin."""
    app = FastAPI(title="Dixi vision", version=about.VERSION, docs_url=None, redoc_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    app.add_middleware(CountRequests, metrics=stream.metrics.shared, component=COMPONENT)
    app.add_exception_handler(HTTPException, _answer_error)
    for routes in (about, tracking, faces, video, events):
        app.include_router(routes.build_router(stream))
    return app


def _answer_error(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else "Internal error"
    return JSONResponse({"error": text, "status": status, "path": request.url.path}, status)
