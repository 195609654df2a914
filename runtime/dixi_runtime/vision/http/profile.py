"""A profile of the running service; off unless VISION_PROFILE is set."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from ..profiler import profile
from ..stream import Stream
from .errors import build_error
from .shapes import Error

PATH: Final = "/profile"
LONGEST_SECONDS: Final = 60.0
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {}}},
    400: {"model": Error, "description": "The query says no usable number of seconds."},
    409: {"model": Error, "description": "Somebody profiles already."},
}


def build_router(stream: Stream) -> APIRouter:
    """GET /profile, where the settings allow it."""
    router = APIRouter(tags=["about"])
    if not stream.settings.vision_profile:
        return router
    profiling = asyncio.Lock()

    @router.get(PATH, response_class=PlainTextResponse, responses=_ANSWERS)
    async def show_profile(seconds: str = "5") -> Response:
        """Where this process spends its time in the next seconds, 0 to 60: stacks and how often they were seen."""
        duration = parse_seconds(seconds)
        if duration is None:
            return build_error(PATH, 400, f"seconds: expected a number above 0, at most {LONGEST_SECONDS:g}")
        if profiling.locked():
            return build_error(PATH, 409, "Somebody profiles already; ask again in a minute")
        async with profiling:
            return PlainTextResponse(await asyncio.to_thread(profile, duration))

    return router


def parse_seconds(text: str) -> float | None:
    """A usable number of seconds, or None."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0 < seconds <= LONGEST_SECONDS else None
