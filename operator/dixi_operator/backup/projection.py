"""The projection state (calibration, scenes, content), asked of the running gateway."""

from __future__ import annotations

import json
from http import HTTPStatus

import aiohttp

from dixi_operator.backup.errors import BackupError


async def fetch_projection(backend_url: str, api_key: str, *, timeout_seconds: float) -> bytes:
    """Fetch ``GET /api/projection/state`` and give it as JSON with sorted keys.

    A gateway that does not answer, refuses the key or answers with something else than JSON is a BackupError.
    """
    url = f"{backend_url.rstrip('/')}/api/projection/state"
    timeout = aiohttp.ClientTimeout(total=timeout_seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers={"x-api-key": api_key}) as session,
            session.get(url) as response,
        ):
            status, body = response.status, await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        reason = str(error) or f"no answer within {timeout_seconds:g} s"
        raise BackupError(f"The gateway did not give its projection state ({url}): {reason}.") from error
    if status != HTTPStatus.OK:
        raise BackupError(f"The gateway did not give its projection state ({url}): HTTP status {status}.")
    return _normalise(body, url)


def _normalise(body: bytes, url: str) -> bytes:
    try:
        state = json.loads(body)
    except ValueError as error:
        raise BackupError(f"The projection state of the gateway ({url}) is not JSON: {error}.") from error
    return json.dumps(state, sort_keys=True, indent=2, ensure_ascii=False).encode() + b"\n"
