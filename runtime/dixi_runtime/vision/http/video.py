"""What the source sees, as pictures."""

from __future__ import annotations

import base64
import time
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from ..feed import Picture
from ..stream import Stream
from .clock import now
from .errors import build_error
from .mjpeg import MEDIA_TYPE, MjpegResponse
from .shapes import SIMULATED_HEADER, CameraStatus, EncodedPicture, Error, Json

MAX_VIEWERS = 64
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    503: {"model": Error, "description": "There is no frame."},
}
_VIDEO: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    503: {"model": Error, "description": f"{MAX_VIEWERS} viewers watch already."},
}


def build_router(stream: Stream) -> APIRouter:
    """GET /video_feed, /capture_frame, /capture_frame_base64, /camera/frame, /camera/status."""
    router = APIRouter(tags=["video"])

    @router.get("/video_feed", response_class=Response, responses=_VIDEO)
    async def video_feed() -> Response:
        """MJPEG, about 25 pictures a second; silent while there are no frames."""
        if len(stream.feed) >= MAX_VIEWERS:
            return build_error("/video_feed", 503, f"{MAX_VIEWERS} viewers watch already")
        return MjpegResponse(stream.feed, stream.stop, stream.metrics)

    @router.get("/capture_frame", response_class=Response, responses=_PICTURE)
    async def capture_frame() -> Response:
        """The newest frame as JPEG."""
        return _show(await stream.feed.picture(), "/capture_frame")

    @router.get("/camera/frame", response_class=Response, responses=_PICTURE)
    async def camera_frame() -> Response:
        """The same as /capture_frame."""
        return _show(await stream.feed.picture(), "/camera/frame")

    @router.get("/capture_frame_base64", response_model=EncodedPicture, responses={503: _PICTURE[503]})
    async def capture_frame_base64() -> Response:
        """The newest frame as JPEG in JSON."""
        picture = await stream.feed.picture()
        if picture is None:
            return build_error("/capture_frame_base64", 503, "No frame available")
        encoded = base64.b64encode(picture.jpeg).decode()
        return Json({"image": encoded, "format": "jpeg", "timestamp": now(), "simulated": picture.simulated})

    @router.get("/camera/status", response_model=CameraStatus)
    async def camera_status() -> Response:
        """The source: whether there is one, whether it gives frames, how large and how many."""
        return Json(_describe_camera(stream))

    return router


def _show(picture: Picture | None, path: str) -> Response:
    if picture is None:
        return build_error(path, 503, "No frame available")
    headers = {"Cache-Control": "no-store"} | ({SIMULATED_HEADER: "true"} if picture.simulated else {})
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)


def _describe_camera(stream: Stream) -> CameraStatus:
    source, newest = stream.pipeline.source, stream.pipeline.newest
    height, width = newest.frame.image.shape[:2] if newest else (0, 0)
    return {
        "available": source.state == "running" and source.error is None,
        "active": newest is not None,
        "resolution": {"width": width, "height": height},
        "fps": round(stream.pipeline.measure_rate(time.monotonic()), 1),
        "simulated": source.simulated,
    }
