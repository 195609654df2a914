"""The vision service, asked over HTTP."""

from __future__ import annotations

from typing import Any, Final

import httpx
import orjson

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.metrics import Metrics

REQUEST_SECONDS: Final = 5.0
HEALTH_SECONDS: Final = 3.0


class Vision:
    """A client of the vision service."""

    def __init__(self, http: httpx.AsyncClient, url: str, metrics: Metrics) -> None:
        self._http = http
        self._url = url
        self._metrics = metrics

    async def get(self, path: str) -> Any:
        """What ``GET path`` gives; ApiError 503 when vision is down, its own status when it refuses."""
        return await self._ask("GET", path, 503)

    async def post(self, path: str) -> Any:
        """What ``POST path`` gives; ApiError 500 when vision is down, as the existing clients expect."""
        return await self._ask("POST", path, 500)

    async def health(self, timeout_seconds: float = HEALTH_SECONDS) -> dict[str, Any]:
        """Vision's own health answer; raises httpx.HTTPError or ValueError when it gives none."""
        response = await self._http.get(f"{self._url}/health", timeout=timeout_seconds)
        response.raise_for_status()
        found = orjson.loads(response.content)
        if not isinstance(found, dict):
            raise ValueError("the vision service's health is not a JSON object")
        return found

    async def _ask(self, method: str, path: str, down: int) -> Any:
        try:
            response = await self._http.request(method, f"{self._url}{path}", timeout=REQUEST_SECONDS)
        except httpx.HTTPError as error:
            self._metrics.error("vision", "unreachable")
            reason = f"No answer from {self._url}{path}: {str(error) or type(error).__name__}"
            raise ApiError(down, "Vision service unavailable", reason, "connection_error") from error
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            self._metrics.error("vision", "bad_answer")
            raise ApiError(502, "Vision service error", f"{path} did not answer with JSON", "service_error") from error
        if response.is_error:
            self._metrics.error("vision", "refused")
            raise ApiError(response.status_code, "Vision service error", _text(body), "service_error")
        return body


def _text(body: object) -> str:
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, str) else "The vision service refused"
