from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.vision import HEALTH_SECONDS, LARGEST_ANSWER, Vision
from dixi_runtime.metrics import create_metrics
from tests.unit.runtime.serving import running


async def drip(request: Request) -> Response:
    """An answer of which there is always a little more."""

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.1)

    return StreamingResponse(drops())


async def flood(request: Request) -> Response:
    """An answer without an end."""

    def water() -> Iterator[bytes]:
        while True:
            yield b" " * (1 << 16)

    return StreamingResponse(water())


def vision_app(answer: Callable[..., object]) -> Starlette:
    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def test_a_vision_that_drips_is_given_up_on() -> None:
    async with running(vision_app(drip)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(HEALTH_SECONDS + 1):
                await vision.health()


async def test_a_vision_that_says_too_much_is_cut_short() -> None:
    async with running(vision_app(flood)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        with pytest.raises(ApiError) as caught:
            await vision.get("/gesture")
    assert caught.value.status == 503
    assert f"more than {LARGEST_ANSWER >> 20} MiB" in str(caught.value.details)


async def test_many_that_ask_for_its_health_at_once_are_answered_by_one_request() -> None:
    asked = 0
    everybody = asyncio.Event()

    async def health(request: Request) -> Response:
        nonlocal asked
        asked += 1
        await everybody.wait()
        return JSONResponse({"status": "healthy"})

    async with running(vision_app(health)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        waiting = [asyncio.create_task(vision.health()) for _ in range(100)]
        await asyncio.sleep(0)
        waiting.pop().cancel()
        everybody.set()
        assert [await answer for answer in waiting] == [{"status": "healthy"}] * 99
        assert asked == 1
        await vision.health()
    assert asked == 2


async def test_closing_ends_a_probe_that_is_under_way() -> None:
    async with running(vision_app(drip)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        waiting = asyncio.create_task(vision.health())
        await asyncio.sleep(0)
        await vision.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting


class Slow:
    """Answers when it is let, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        self.asked += 1
        number = self.asked
        await self.let.wait()
        return JSONResponse({"number": number})


async def test_who_asks_while_an_answer_is_on_its_way_shares_it_and_who_comes_later_does_not() -> None:
    slow = Slow()

    async def answer(request: Request) -> Response:
        return await slow(request)

    async with running(vision_app(answer)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        asking = [asyncio.create_task(vision.get("/gesture")) for _ in range(50)]
        await asyncio.sleep(0)
        slow.let.set()
        assert await asyncio.gather(*asking) == [{"number": 1}] * 50
        assert await vision.get("/gesture") == {"number": 2}


async def test_the_others_get_their_answer_when_the_first_who_asked_leaves() -> None:
    slow = Slow()

    async def answer(request: Request) -> Response:
        return await slow(request)

    async with running(vision_app(answer)) as address, httpx.AsyncClient() as http:
        vision = Vision(http, f"http://{address}", create_metrics())
        first, second = (asyncio.create_task(vision.get("/gesture")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        slow.let.set()
        assert await second == {"number": 1}


async def test_all_who_share_an_answer_are_told_when_there_is_none() -> None:
    async with httpx.AsyncClient() as http:
        vision = Vision(http, "http://127.0.0.1:9", create_metrics())
        refused = await asyncio.gather(*(vision.get("/gesture") for _ in range(5)), return_exceptions=True)
    assert [getattr(error, "status", None) for error in refused] == [503] * 5
