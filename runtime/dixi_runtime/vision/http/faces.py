"""Faces: this version follows none, and says so in upstream's shapes."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from ..stream import Stream

UNAVAILABLE: Final = "Face tracking is not available in this version"


def build_router(stream: Stream) -> APIRouter:
    """GET /face, /face/status; POST /face/start, /face/stop."""
    router = APIRouter(prefix="/face")

    @router.get("")
    async def face() -> dict[str, Any]:
        return {"detected": False, "message": UNAVAILABLE}

    @router.get("/status")
    async def status() -> dict[str, bool]:
        return {"enabled": False, "available": False, "current_face": False, "model_loaded": False}

    @router.post("/start")
    @router.post("/stop")
    async def switch() -> dict[str, Any]:
        return {"status": "stopped", "message": UNAVAILABLE, "available": False}

    return router
