"""Gestures and unified frames, and the switches that start and stop them."""

from __future__ import annotations

import time
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from dixi_runtime import wire

from ..frame import SeenFrame, build_empty_frame
from ..landmarks.seen import Part
from ..stream import Stream
from ..switches import Switch
from .clock import now
from .shapes import ERRORS, IGNORED_BODY, Json, NoGesture, Started, Stopped, TrackingStatus

REST_OF_A_FRAME: Final[tuple[Part, ...]] = ("face", "body")


def build_router(stream: Stream) -> APIRouter:
    """GET /gesture, /tracking, /tracking/status; POST /gesture/start|stop, /tracking/start|stop."""
    router = APIRouter(tags=["tracking"])

    @router.get("/gesture", response_model=wire.Gesture | NoGesture)
    async def gesture() -> Response:
        """The main hand's gesture: the right hand's where there is one."""
        current = stream.events.current_gesture(now()) if stream.switches.is_on("gesture") else None
        return Json(current or _describe_absence(stream))

    @router.get("/tracking", response_model=SeenFrame)
    async def tracking() -> Response:
        """The newest unified frame; while tracking is on, asking for it has face and body looked for, too."""
        if stream.switches.is_on("tracking"):
            stream.demand.ask(REST_OF_A_FRAME, time.monotonic())
        return Json(find_frame(stream))

    @router.get("/tracking/status", response_model=TrackingStatus)
    async def tracking_status() -> Response:
        """What is looked for now."""
        return Json(_describe_tracking(stream))

    _add_switch(router, stream, "gesture", "Gesture tracking")
    _add_switch(router, stream, "tracking", "Unified tracking")
    return router


def _add_switch(router: APIRouter, stream: Stream, switch: Switch, title: str) -> None:
    @router.post(
        f"/{switch}/start", response_model=Started, responses=ERRORS, openapi_extra=IGNORED_BODY, name=f"start_{switch}"
    )
    async def start() -> Response:
        """Start; a body is ignored. With a camera or a model that failed, try again at once."""
        if not await stream.switches.start(switch):
            return Json({"status": "already_running"})
        return Json({"status": "started", "message": f"{title} started"})

    @router.post(
        f"/{switch}/stop", response_model=Stopped, responses=ERRORS, openapi_extra=IGNORED_BODY, name=f"stop_{switch}"
    )
    async def stop() -> Response:
        """Stop; a body is ignored. The camera is let go of once everything is stopped."""
        await stream.switches.stop(switch)
        return Json({"status": "stopped", "message": f"{title} stopped"})


def _describe_absence(stream: Stream) -> NoGesture:
    is_on = stream.switches.is_on("gesture")
    return {
        "type": "none",
        "message": "No gesture detected" if is_on else "Gesture tracking is off; POST /gesture/start starts it",
        "simulated": stream.pipeline.source.simulated,
    }


def find_frame(stream: Stream) -> SeenFrame:
    """The newest unified frame while tracking is on; an empty one says, too, whether it stands for a camera's."""
    is_on = stream.switches.is_on("tracking")
    frame = stream.events.current_frame(now()) if is_on else build_empty_frame(now())
    return frame if "simulated" in frame else {**frame, "simulated": stream.pipeline.source.simulated}


def _describe_tracking(stream: Stream) -> TrackingStatus:
    frame, wanted = find_frame(stream), stream.demand.wanted(time.monotonic())
    runs = stream.pipeline.running
    return {
        "hand_tracking": runs and "hands" in wanted,
        "face_tracking": runs and "face" in wanted,
        "pose_tracking": runs and "body" in wanted,
        "dual_hands": stream.settings.num_hands > 1,
        "current_data": any((*frame["hands"].values(), frame["face"], frame["body"])),
        "simulated": stream.pipeline.source.simulated,
    }
