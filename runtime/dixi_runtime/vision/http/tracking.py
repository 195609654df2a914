"""Gestures and unified frames, and the switches that start and stop them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from dixi_runtime import wire

from ..stream import Stream
from .clock import now


def build_router(stream: Stream) -> APIRouter:
    """GET /gesture, /tracking, /tracking/status; POST /gesture/start|stop, /tracking/start|stop."""
    router = APIRouter()

    @router.get("/gesture")
    async def gesture() -> dict[str, Any]:
        current = stream.events.current_gesture(now()) if stream.is_on("gesture") else None
        return dict(current) if current else {"type": wire.NO_GESTURE, "message": "No gesture detected"}

    @router.get("/tracking")
    async def tracking() -> dict[str, Any]:
        return dict(stream.events.current_frame(now()))

    @router.get("/tracking/status")
    async def tracking_status() -> dict[str, bool]:
        return {
            "hand_tracking": stream.pipeline.running,
            "face_tracking": False,
            "pose_tracking": False,
            "dual_hands": stream.settings.num_hands > 1,
            "current_data": any(stream.events.current_frame(now())["hands"].values()),
        }

    _add_switch(router, stream, "gesture", "Gesture tracking")
    _add_switch(router, stream, "tracking", "Unified tracking")
    return router


def _add_switch(router: APIRouter, stream: Stream, switch: str, title: str) -> None:
    async def start() -> dict[str, str]:
        started = stream.switch_on(switch)
        return {"status": "started", "message": f"{title} started"} if started else {"status": "already_running"}

    async def stop() -> dict[str, str]:
        await stream.switch_off(switch)
        return {"status": "stopped", "message": f"{title} stopped"}

    router.add_api_route(f"/{switch}/start", start, methods=["POST"], name=f"start_{switch}")
    router.add_api_route(f"/{switch}/stop", stop, methods=["POST"], name=f"stop_{switch}")
