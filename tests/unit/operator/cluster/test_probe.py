"""The probe says what the gateway answered, or that it did not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.cluster.probe import Probe, read_delegates


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def gateway() -> AsyncIterator[TestServer]:
    released = asyncio.Event()

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"status": "ready"})

    async def unready(_: web.Request) -> web.Response:
        return web.json_response({"reason": "Vision service unavailable"}, status=503)

    async def silent(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    application = web.Application()
    application.add_routes([web.get("/ready", ready), web.get("/unready", unready), web.get("/silent", silent)])
    server = TestServer(application)
    await server.start_server()
    yield server
    released.set()
    await server.close()


async def test_a_gateway_that_answers_200_is_reached(session: aiohttp.ClientSession, gateway: TestServer) -> None:
    url = str(gateway.make_url("/{namespace}")).replace("%7B", "{").replace("%7D", "}")
    assert (await Probe(session, url, 5).ask("ready")).ok


@pytest.mark.parametrize(
    ("path", "sentence"), [("/unready", "answered 503"), ("/silent", "did not answer within 0.2 s"), ("/no", "404")]
)
async def test_anything_else_is_told_in_a_sentence(
    session: aiohttp.ClientSession, gateway: TestServer, path: str, sentence: str
) -> None:
    result = await Probe(session, str(gateway.make_url(path)), 0.2).ask("dixi")
    assert not result.ok
    assert sentence in result.message


async def test_a_gateway_that_is_not_there_cannot_be_reached(session: aiohttp.ClientSession) -> None:
    result = await Probe(session, "http://127.0.0.1:1/", 1).ask("dixi")
    assert not result.ok
    assert "could not be reached" in result.message


METRICS = """# HELP dixi_vision_delegate 1 for what landmarkers compute on.
# TYPE dixi_vision_delegate gauge
dixi_vision_delegate{delegate="cpu"} 0.0
dixi_vision_delegate{delegate="gpu"} 1.0
"""


@pytest.mark.parametrize("text", ["", "no metrics { at all", "dixi_vision_delegate 1.0\n", "\0\xff"])
def test_what_is_no_metrics_tells_no_delegate(text: str) -> None:
    assert read_delegates(text) == set()


async def test_vision_is_asked_pod_by_pod_what_it_computes_on(session: aiohttp.ClientSession) -> None:
    async def tell(request: web.Request) -> web.Response:
        return web.Response(text=METRICS if request.match_info["pod"] == "10.0.0.1" else METRICS.replace("gpu", "cpu"))

    application = web.Application()
    application.add_routes([web.get("/{pod}/metrics", tell)])
    async with TestServer(application) as server:
        url = f"{str(server.make_url('')).rstrip('/')}/{{address}}/metrics"
        probe = Probe(session, "", 5, vision_url=url)
        assert await probe.ask_delegates(["10.0.0.1"]) == "gpu"
        assert await probe.ask_delegates(["10.0.0.1", "10.0.0.2"]) == "cpu, gpu"
        assert await probe.ask_delegates([]) == ""


async def test_a_pod_that_does_not_answer_tells_nothing(session: aiohttp.ClientSession, gateway: TestServer) -> None:
    for path in ("/silent", "/unready", "/no"):
        assert await Probe(session, "", 0.2, vision_url=str(gateway.make_url(path))).ask_delegates(["::1"]) == ""


async def test_without_an_address_vision_is_not_asked(session: aiohttp.ClientSession) -> None:
    probe = Probe(session, "", 5)
    assert (probe.asks_vision, await probe.ask_delegates(["10.0.0.1"])) == (False, "")


@pytest.mark.parametrize(
    ("told", "clients"),
    [
        ("# TYPE dixi_websocket_connections gauge\ndixi_websocket_connections 17.0\n", 17),
        ("dixi_websocket_connections NaN\n", None),
        ("dixi_websocket_connections -1\n", None),
        ("no metrics { at all", None),
    ],
)
async def test_a_gateways_pod_is_asked_how_many_clients_it_has(
    session: aiohttp.ClientSession, told: str, clients: int | None
) -> None:
    async def tell(_: web.Request) -> web.Response:
        return web.Response(text=told)

    application = web.Application()
    application.add_routes([web.get("/10.0.0.1/metrics", tell)])
    async with TestServer(application) as server:
        url = f"{str(server.make_url('')).rstrip('/')}/{{address}}/metrics"
        probe = Probe(session, "", 5, backend_url=url)
        assert await probe.count_clients("10.0.0.1") == clients
        assert await probe.count_clients("10.0.0.2") is None


async def test_without_an_address_gateways_are_not_asked(session: aiohttp.ClientSession) -> None:
    assert not Probe(session, "", 5).asks_backends
