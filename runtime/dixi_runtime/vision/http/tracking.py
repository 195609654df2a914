"""Gestures and unified frames, and the switches that start and stop them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from dixi_runtime import wire

from ..service import VisionService
from .clock import now


def build_router(service: VisionService) -> APIRouter:
    """GET /gesture, /tracking, /tracking/status; POST /gesture/start|stop, /tracking/start|stop."""
    router = APIRouter()

    @router.get("/gesture")
    async def gesture() -> dict[str, Any]:
        current = service.events.current_gesture(now()) if service.is_on("gesture") else None
        return dict(current) if current else {"type": wire.NO_GESTURE, "message": "No gesture detected"}

    @router.get("/tracking")
    async def tracking() -> dict[str, Any]:
        return dict(service.events.current_frame(now()))

    @router.get("/tracking/status")
    async def tracking_status() -> dict[str, bool]:
        frame = service.events.current_frame(now())
        return {
            "hand_tracking": service.pipeline.running,
            "face_tracking": False,
            "pose_tracking": False,
            "dual_hands": service.settings.num_hands > 1,
            "current_data": any(frame["hands"].values()),
        }

    @router.post("/gesture/start")
    async def start_gesture() -> dict[str, str]:
        return _start("gesture", "Gesture tracking started")

    @router.post("/gesture/stop")
    async def stop_gesture() -> dict[str, str]:
        return await _stop("gesture", "Gesture tracking stopped")

    @router.post("/tracking/start")
    async def start_tracking() -> dict[str, str]:
        return _start("tracking", "Unified tracking started")

    @router.post("/tracking/stop")
    async def stop_tracking() -> dict[str, str]:
        return await _stop("tracking", "Unified tracking stopped")

    def _start(switch: str, message: str) -> dict[str, str]:
        return {"status": "started", "message": message} if service.switch_on(switch) else {"status": "already_running"}

    async def _stop(switch: str, message: str) -> dict[str, str]:
        await service.switch_off(switch)
        return {"status": "stopped", "message": message}

    return router
