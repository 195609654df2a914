"""The vision service, asked over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx
import orjson

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.metrics import Metrics
from dixi_runtime.tasks import end

REQUEST_SECONDS: Final = 5.0
HEALTH_SECONDS: Final = 2.0
LARGEST_ANSWER: Final = 5 << 20
"""Bytes."""

_JPEG: Final = b"\xff\xd8\xff"


class _TooLargeError(httpx.HTTPError):
    """Vision answers with more than anything that it has to say."""


_AWAY: Final = (httpx.HTTPError, TimeoutError)


@dataclass(frozen=True)
class _Answer:
    status: int
    content: bytes


class Vision:
    """A client of the vision service."""

    def __init__(self, http: httpx.AsyncClient, url: str, metrics: Metrics) -> None:
        self._http = http
        self._url = url
        self._metrics = metrics
        self._asking: dict[str, asyncio.Task[Any]] = {}
        self._probe: asyncio.Task[dict[str, Any]] | None = None

    async def get(self, path: str) -> Any:
        """What ``GET path`` gives; ApiError 503 when vision is down, its own status when it refuses.

        Whoever asks while an answer is on its way shares that answer.
        """
        asking = self._asking.get(path)
        if asking is None or asking.done():
            asking = self._asking[path] = asyncio.create_task(self._ask("GET", path, 503))
            asking.add_done_callback(_retrieve)
        return await asyncio.shield(asking)

    async def post(self, path: str) -> Any:
        """What ``POST path`` gives; ApiError 500 when vision is down, as the existing clients expect."""
        return await self._ask("POST", path, 500)

    async def health(self) -> dict[str, Any]:
        """Vision's own health answer, within 2 s; httpx.HTTPError, TimeoutError or ValueError when it gives none.

        Whoever asks while an answer is awaited gets that one, so that probes do not add up at a vision that is slow.
        """
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._ask_health())
            self._probe.add_done_callback(_retrieve)
        return await asyncio.shield(self._probe)

    async def picture(self) -> bytes:
        """The newest frame as a JPEG file, within 5 s; ApiError 503 when there is none."""
        try:
            answer = await self._fetch("GET", "/capture_frame", REQUEST_SECONDS)
        except _TooLargeError as error:
            raise ApiError(503, "No frame available", str(error), "service_error") from error
        except _AWAY as error:
            raise self._unavailable(503, "/capture_frame", error) from error
        if answer.status != HTTPStatus.OK or not answer.content.startswith(_JPEG):
            details = f"vision answered with status {answer.status} and no JPEG"
            raise ApiError(503, "No frame available", details, "service_error")
        return answer.content

    async def close(self) -> None:
        """End what is under way."""
        await end([*self._asking.values(), *([] if self._probe is None else [self._probe])])

    async def _ask_health(self) -> dict[str, Any]:
        answer = await self._fetch("GET", "/health", HEALTH_SECONDS)
        if answer.status != HTTPStatus.OK:
            raise ValueError(f"the vision service's health has the status {answer.status}")
        found = orjson.loads(answer.content)
        if not isinstance(found, dict):
            raise ValueError("the vision service's health is not a JSON object")
        return found

    async def _ask(self, method: str, path: str, down: int) -> Any:
        try:
            answer = await self._fetch(method, path, REQUEST_SECONDS)
        except _AWAY as error:
            raise self._unavailable(down, path, error) from error
        try:
            body = orjson.loads(answer.content)
        except orjson.JSONDecodeError as error:
            self._metrics.error("vision", "bad_answer")
            raise ApiError(502, "Vision service error", f"{path} did not answer with JSON", "service_error") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self._metrics.error("vision", "refused")
            raise ApiError(answer.status, "Vision service error", _text(body), "service_error")
        return body

    async def _fetch(self, method: str, path: str, seconds: float) -> _Answer:
        """The whole answer, within ``seconds`` however slowly it drips; raises one of _AWAY."""
        read = bytearray()
        async with (
            asyncio.timeout(seconds),
            self._http.stream(method, f"{self._url}{path}", timeout=seconds) as response,
        ):
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > LARGEST_ANSWER:
                    raise _TooLargeError(f"{path} answers with more than {LARGEST_ANSWER >> 20} MiB")
        return _Answer(response.status_code, bytes(read))

    def _unavailable(self, status: int, path: str, error: Exception) -> ApiError:
        self._metrics.error("vision", "unreachable")
        reason = f"No answer from {self._url}{path}: {str(error) or type(error).__name__}"
        return ApiError(status, "Vision service unavailable", reason, "connection_error")


def _retrieve(probe: asyncio.Task[dict[str, Any]]) -> None:
    """Take the failure of a probe for which nobody waits any more."""
    if not probe.cancelled():
        probe.exception()


def _text(body: object) -> str:
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, str) else "The vision service refused"
