from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.backup.errors import BackupError
from dixi_operator.backup.projection import fetch_projection

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def fetch_from(handler: Handler, *, timeout_seconds: float = 5) -> bytes:
    """Ask a gateway whose projection route is ``handler``."""
    application = web.Application()
    application.router.add_get("/api/projection/state", handler)
    async with TestServer(application) as server:
        return await fetch_projection(f"{server.make_url('/')}", "k3y", timeout_seconds=timeout_seconds)


async def give_state(request: web.Request) -> web.Response:
    if request.headers.get("x-api-key") != "k3y":
        return web.json_response({"error": "Unauthorized"}, status=401)
    return web.json_response({"scenes": [], "calibration": {"points": [0.1, 1e-7], "name": "Wänd"}})


async def test_the_state_is_saved_with_sorted_keys_and_exact_numbers() -> None:
    state = await fetch_from(give_state)
    compact = b"".join(state.split())
    assert compact == '{"calibration":{"name":"Wänd","points":[0.1,1e-07]},"scenes":[]}'.encode()


async def test_a_refused_key_fails_in_a_sentence() -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"error": "Unauthorized"}, status=401)

    with pytest.raises(BackupError, match=r"did not give its projection state \(http.*/state\): HTTP status 401"):
        await fetch_from(refuse)


async def test_an_answer_that_is_not_json_fails_in_a_sentence() -> None:
    async def give_page(_: web.Request) -> web.Response:
        return web.Response(body=b"<html>\xff")

    with pytest.raises(BackupError, match="is not JSON"):
        await fetch_from(give_page)


async def test_a_gateway_that_hangs_fails_in_a_sentence() -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(BackupError, match=r"no answer within 0\.1 s"):
        await fetch_from(hang, timeout_seconds=0.1)


async def test_a_gateway_that_is_away_fails_in_a_sentence() -> None:
    with pytest.raises(BackupError, match="did not give its projection state"):
        await fetch_projection("http://127.0.0.1:1", "k3y", timeout_seconds=5)
