"""What the source sees, as pictures."""

from __future__ import annotations

import base64

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse

from ..feed import BOUNDARY
from ..stream import Stream
from .clock import now


def build_router(stream: Stream) -> APIRouter:
    """GET /video_feed, /capture_frame, /capture_frame_base64."""
    router = APIRouter()

    @router.get("/video_feed")
    async def video_feed() -> StreamingResponse:
        return StreamingResponse(
            stream.feed.parts(),
            media_type=f"multipart/x-mixed-replace; boundary={BOUNDARY}",
            headers={"Cache-Control": "no-store"},
        )

    @router.get("/capture_frame")
    async def capture_frame() -> Response:
        picture = await stream.feed.picture()
        return Response(picture[1], media_type="image/jpeg") if picture else _no_frame()

    @router.get("/capture_frame_base64")
    async def capture_frame_base64() -> Response:
        picture = await stream.feed.picture()
        if picture is None:
            return _no_frame()
        return JSONResponse({"image": base64.b64encode(picture[1]).decode(), "format": "jpeg", "timestamp": now()})

    return router


def _no_frame() -> JSONResponse:
    return JSONResponse({"error": "No frame available"}, 503)
