"""The controller looks again when it should: soon after a fault, and not sooner than the API server asks for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from random import Random
from time import monotonic

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.kinds import INSTALL, OWNED
from dixi_operator.cluster.probe import Probe
from dixi_operator.controller import Controller
from dixi_operator.settings import OperatorSettings

PLURALS = [kind.plural for kind in OWNED]


class Server:
    """An API server with every kind and no objects.

    It answers the first requests to some paths with an error, and holds those to ``held`` until ``released``.
    """

    def __init__(self, errors: Mapping[str, web.Response]) -> None:
        self._errors = dict(errors)
        self.held = ""
        self.released = asyncio.Event()
        self.asked: dict[str, list[float]] = {}
        self.changed = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """List the kinds of a group, or an empty collection; a watch stays silent."""
        self.asked.setdefault(request.path, []).append(monotonic())
        self.changed.set()
        if request.path == self.held:
            await self.released.wait()
        if request.path in self._errors:
            return self._errors.pop(request.path)
        if request.query.get("watch") == "true":
            response = web.StreamResponse()
            await response.prepare(request)
            await asyncio.Event().wait()
        if request.path.rpartition("/")[2] in PLURALS:
            return web.json_response({"metadata": {"resourceVersion": "7"}, "items": []})
        return web.json_response({"resources": [{"name": plural} for plural in PLURALS]})

    async def wait_for(self, look: Callable[[], bool]) -> None:
        """Wait until a request has made ``look`` true."""
        async with asyncio.timeout(10):
            while not look():
                self.changed.clear()
                await self.changed.wait()


Start = Callable[[Mapping[str, web.Response]], Awaitable[tuple[Server, Controller]]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Runs a controller, with one worker, against a server that answers some paths with an error at first."""
    async with aiohttp.ClientSession() as session:
        servers: list[TestServer] = []
        clients: list[Client] = []
        tasks: list[asyncio.Task[None]] = []

        async def begin(errors: Mapping[str, web.Response]) -> tuple[Server, Controller]:
            script = Server(errors)
            application = web.Application()
            application.router.add_route("*", "/{path:.*}", script.answer)
            servers.append(TestServer(application))
            await servers[-1].start_server()
            clients.append(Client(Credentials(host=str(servers[-1].make_url("")).rstrip("/"))))
            settings = OperatorSettings(workers=1)
            controller = Controller(clients[-1], Probe(session, "", 1), settings, random=Random(1))
            forever = asyncio.Event()
            tasks.append(asyncio.create_task(controller.watch(_wait(forever))))
            tasks.append(asyncio.create_task(controller.work()))
            return script, controller

        yield begin
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in clients:
            await client.close()
        for server in servers:
            await server.close()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def test_a_kind_that_could_not_be_asked_for_is_asked_for_again_soon(start: Start) -> None:
    kinds = Counter(kind.root for kind in OWNED)
    server, _ = await start({"/apis/batch/v1": web.Response(status=500)})
    await server.wait_for(lambda: "/apis/batch/v1/cronjobs" in server.asked)
    first, second = server.asked["/apis/batch/v1"]
    assert kinds["/apis/batch/v1"] == 1
    assert second - first < 1


async def test_what_failed_for_want_of_a_list_is_repeated_once_it_is_there(start: Start) -> None:
    path = INSTALL.path(name="wall")
    server, controller = await start({})
    server.held = "/apis/batch/v1/cronjobs"
    controller.notice("wall", "uid", 1, {})
    await server.wait_for(lambda: len(server.asked.get(path, ())) == 4)
    assert server.held in server.asked
    released = monotonic()
    server.released.set()
    await server.wait_for(lambda: len(server.asked[path]) == 5)
    assert server.asked[path][-1] - released < 1


async def test_a_pass_comes_again_when_the_server_asked_for_it_and_not_sooner(start: Start) -> None:
    path = INSTALL.path(name="wall")
    busy = web.Response(status=429, headers={"Retry-After": "2"})
    server, controller = await start({path: busy})
    await server.wait_for(lambda: all(len(server.asked.get(kind.path(), ())) == 2 for kind in OWNED))
    controller.notice("wall", "uid", 1, {})
    await server.wait_for(lambda: len(server.asked.get(path, ())) == 2)
    first, second = server.asked[path]
    assert second - first >= 2
