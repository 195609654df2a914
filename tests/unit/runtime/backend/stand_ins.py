"""Programs that speak the protocol of what the backend depends on, served on loopback where the real one is too big."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


class VisionStandIn:
    """Answers on vision's routes; remembers what was started and stopped."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        paths = ("/gesture", "/face", "/face/status")
        actions = [f"/{what}/{action}" for what in ("gesture", "face", "tracking") for action in ("start", "stop")]
        self.app = Starlette(
            routes=[
                Route("/health", self._health),
                *(Route(path, self._current) for path in paths),
                *(Route(path, self._act, methods=["POST"]) for path in actions),
            ]
        )

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "healthy", "service": "vision", "tracking": True, "timestamp": 1})

    async def _current(self, request: Request) -> Response:
        return JSONResponse({"type": "none", "message": "No hand"})

    async def _act(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse({"status": "started", "message": "ok"})


class OllamaStandIn:
    """Speaks the part of Ollama's API that the backend uses (/api/tags, /api/generate, /api/pull).

    ``pieces`` is what it says to everything. With ``hold`` cleared it stops after the first piece; ``running`` counts
    the answers that it is giving, and ``given_up`` those whose asker left.
    """

    def __init__(self, *models: str) -> None:
        self.models = list(models)
        self.pieces: Sequence[str] = (" Hello", " there", ". 👋 ")
        self.generated: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.running = 0
        self.given_up = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.pull_failures = 0
        self.app = Starlette(
            routes=[
                Route("/api/tags", self._tags),
                Route("/api/generate", self._generate, methods=["POST"]),
                Route("/api/pull", self._pull, methods=["POST"]),
            ]
        )

    async def _tags(self, request: Request) -> Response:
        return JSONResponse({"models": [{"model": name, "name": name} for name in self.models]})

    async def _generate(self, request: Request) -> Response:
        asked = await request.json()
        self.generated.append(asked)
        self.headers.append(dict(request.headers))
        if asked["model"] not in self.models:
            return JSONResponse({"error": f"model '{asked['model']}' not found"}, 404)
        return StreamingResponse(self._say(asked["model"]), media_type="application/x-ndjson")

    async def _say(self, model: str) -> AsyncIterator[str]:
        self.running += 1
        ended = False
        try:
            for piece in self.pieces:
                yield json.dumps({"model": model, "response": piece, "done": False}) + "\n"
                await self.hold.wait()
            yield json.dumps({"model": model, "response": "", "done": True, "eval_count": 7}) + "\n"
            ended = True
        finally:
            self.running -= 1
            self.given_up += not ended

    async def _pull(self, request: Request) -> Response:
        asked = await request.json()
        if self.pull_failures > 0:
            self.pull_failures -= 1
            return JSONResponse({"error": "pull model manifest: no route to host"}, 500)
        return StreamingResponse(self._progress(asked["model"]), media_type="application/x-ndjson")

    async def _progress(self, name: str) -> AsyncIterator[str]:
        for completed in (0, 50, 100):
            yield json.dumps({"status": "pulling", "total": 100, "completed": completed}) + "\n"
        self.models.append(name)
        yield json.dumps({"status": "success"}) + "\n"


async def _garbage(request: Request) -> Response:
    return PlainTextResponse("<html>not json</html>")


async def _refusal(request: Request) -> Response:
    return JSONResponse({"error": "camera is busy"}, 409)


async def _silence(request: Request) -> Response:
    await asyncio.Event().wait()
    return Response()


GARBAGE = Starlette(routes=[Route("/{path:path}", _garbage, methods=["GET", "POST"])])
"""Answers everything with something that is no JSON."""

REFUSAL = Starlette(routes=[Route("/{path:path}", _refusal, methods=["GET", "POST"])])
"""Refuses everything with a 409."""

SILENCE = Starlette(routes=[Route("/{path:path}", _silence, methods=["GET", "POST"])])
"""Takes every request and answers none."""
