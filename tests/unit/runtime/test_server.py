import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dixi_runtime.server import bind
from tests.unit.runtime.serving import running


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


async def test_it_answers_on_both_address_families_and_stops_when_told() -> None:
    async with running(Starlette(routes=[Route("/", hello)])) as address, httpx.AsyncClient() as client:
        port = address.rpartition(":")[2]
        for host in ("127.0.0.1", "[::1]"):
            assert (await client.get(f"http://{host}:{port}/")).text == "hello"
    with bind(int(port)) as again:
        assert again.getsockname()[1] == int(port)


def test_a_taken_port_is_an_error() -> None:
    with bind(0) as taken, pytest.raises(OSError, match="in use"):
        bind(taken.getsockname()[1])
