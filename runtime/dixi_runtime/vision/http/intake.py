"""The WebSocket route that takes frames, and who pushes."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from typing import Final

from fastapi import APIRouter, WebSocket
from fastapi.responses import Response
from typing_extensions import TypedDict

from dixi_runtime import wire
from dixi_runtime.frames import FRAMES, Link, text_frame
from dixi_runtime.settings import API_KEY_HEADER

from ..errors import FrameFault
from ..intake.protocol import MAX_MESSAGE
from ..intake.registry import REFUSED, IntakeError
from ..intake.stream import PushStream
from ..sources.pixels import MAX_PIXELS
from ..stream import Stream
from .clock import now
from .errors import build_error
from .shapes import Json

REPORT_SECONDS: Final = 1.0
"""How often a client hears what came of its frames, when there is something new."""

TOO_LONG: Final = 1009
"""How the server itself ends a connection whose message is longer than MAX_MESSAGE."""


class PushReport(TypedDict):
    """What came of a push stream's frames; `main` is what the service itself shows, `refused` counts by reason."""

    stream: str
    main: bool
    received: int
    refused: dict[FrameFault, int]


class Streams(TypedDict):
    """The push streams now, oldest first, and how many there may be."""

    capacity: int
    streams: list[PushReport]


def build_router(stream: Stream) -> APIRouter:
    """WebSocket /push; GET /streams."""
    router = APIRouter()

    @router.websocket("/push")
    async def take(websocket: WebSocket) -> None:
        await websocket.accept()
        link: Link = websocket.scope["extensions"][FRAMES]
        if not has_key(websocket, stream.settings.api_key.get_secret_value()):
            link.end(REFUSED, f"the API key is missing or wrong: send it as {API_KEY_HEADER} or ?token=")
            return
        name = websocket.query_params.get("stream") or secrets.token_hex(4)
        try:
            async with stream.intake.admitted(name, link) as pushed:
                await _take_messages(websocket, link, pushed)
        except IntakeError as error:
            stream.metrics.error(error.reason)
            link.end(error.code, str(error))

    @router.get("/push", include_in_schema=False)
    async def refuse() -> Response:
        headers = {"Upgrade": "websocket", "Connection": "upgrade"}
        return build_error("/push", 426, "This path speaks WebSocket only", headers)

    @router.get("/streams", response_model=Streams)
    async def streams() -> Response:
        """Who pushes frames, and how many may."""
        pushed = [build_report(each) for each in stream.intake.streams]
        return Json({"capacity": stream.intake.capacity, "streams": pushed})

    return router


def has_key(websocket: WebSocket, key: str) -> bool:
    """Whether the client gave the key, where one is set; a browser can only give it in the query."""
    given = websocket.headers.get(API_KEY_HEADER) or websocket.query_params.get("token") or ""
    return not key or hmac.compare_digest(given.encode(), key.encode())


def build_report(pushed: PushStream) -> PushReport:
    """What came of a stream's frames."""
    return {
        "stream": pushed.name,
        "main": pushed.is_main,
        "received": pushed.tally.received,
        "refused": dict(pushed.tally.refused),
    }


async def _take_messages(websocket: WebSocket, link: Link, pushed: PushStream) -> None:
    limits = {"maxBytes": MAX_MESSAGE, "maxPixels": MAX_PIXELS}
    greeting = {"type": "connection", "message": "Connected to Dixi vision", "timestamp": now(), **limits}
    link.send_frame(text_frame(wire.encode({**greeting, "stream": pushed.name})))
    reporting = asyncio.create_task(_report(link, pushed))
    try:
        while (message := await websocket.receive())["type"] != "websocket.disconnect":
            pushed.offer(message.get("bytes"), time.monotonic())
        if message.get("code") == TOO_LONG:
            pushed.tally.count("bytes")
    finally:
        reporting.cancel()


async def _report(link: Link, pushed: PushStream) -> None:
    told = build_report(pushed)
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        report = build_report(pushed)
        if report != told and not link.congested:
            told = report
            link.send_frame(text_frame(wire.encode({"type": "report", "timestamp": now(), **report})))
