"""kopf gives up at a line that is no JSON; the installs are watched all the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.api.names import API_VERSION, GROUP, KIND, PLURAL, SINGULAR, VERSION
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.probe import Probe
from dixi_operator.controller import Controller
from dixi_operator.handlers import watch_installs
from dixi_operator.settings import OperatorSettings

RESOURCE = {
    "name": PLURAL,
    "singularName": SINGULAR,
    "namespaced": False,
    "kind": KIND,
    "verbs": ["get", "list", "watch", "patch"],
}
NAMESPACES = {**RESOURCE, "name": "namespaces", "singularName": "namespace", "kind": "Namespace"}


class Server:
    """Serves one install; the first watches of installs end within a line, later ones stay open."""

    def __init__(self, broken: int) -> None:
        self._broken = broken
        self.watches = 0
        self.watched = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer discovery, the list and the watches."""
        if request.path == f"/apis/{API_VERSION}/{PLURAL}":
            if request.query.get("watch") == "true":
                return await self._answer_watch(request)
            return web.json_response({"metadata": {"resourceVersion": "7"}, "items": [install()]})
        return web.json_response(discover(request.path))

    async def _answer_watch(self, request: web.Request) -> web.StreamResponse:
        self.watches += 1
        if self.watches <= self._broken:
            return web.Response(body=json.dumps({"type": "MODIFIED", "object": install()})[:40])
        response = web.StreamResponse()
        await response.prepare(request)
        self.watched.set()
        await asyncio.Event().wait()
        return response


def install() -> dict[str, Any]:
    """A DixiInstall."""
    metadata = {"name": "wall", "uid": "uid", "generation": 1, "resourceVersion": "7"}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": {}}


def discover(path: str) -> dict[str, Any]:
    """What the API server says of the groups, versions and resources there are."""
    version = {"groupVersion": API_VERSION, "version": VERSION}
    match path:
        case "/api":
            return {"versions": ["v1"]}
        case "/api/v1":
            return {"resources": [NAMESPACES]}
        case "/apis":
            return {"groups": [{"name": GROUP, "versions": [version], "preferredVersion": version}]}
        case _ if path == f"/apis/{API_VERSION}":
            return {"resources": [RESOURCE]}
    return {"resources": []}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def watch(server: Server, session: aiohttp.ClientSession) -> None:
    """Watch the installs of a server, until one watch of it stays open or the watching ends."""
    application = web.Application()
    application.router.add_get("/{path:.*}", server.answer)
    listening = TestServer(application)
    await listening.start_server()
    async with Client(Credentials(host=str(listening.make_url("")).rstrip("/"))) as client:
        controller = Controller(client, Probe(session, "", 1), OperatorSettings(), random=Random(1))
        watching = asyncio.create_task(watch_installs(controller, client, Random(1)))
        watched = asyncio.create_task(server.watched.wait())
        try:
            async with asyncio.timeout(60):
                await asyncio.wait({watching, watched}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
        finally:
            for task in (watching, watched):
                task.cancel()
            await asyncio.gather(watching, watched, return_exceptions=True)
            await listening.close()


async def test_a_watch_that_ends_within_a_line_begins_anew(session: aiohttp.ClientSession) -> None:
    server = Server(broken=1)
    await watch(server, session)
    assert server.watches == 2
