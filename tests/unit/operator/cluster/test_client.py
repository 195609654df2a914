"""The client turns every answer, and every lack of one, into a value or a typed error."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.kinds import CLAIM, DEPLOYMENT, NAMESPACE
from dixi_operator.errors import ApiError, ConnectionLostError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Connect = Callable[[Handler], Awaitable[Client]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connects a client to a server that answers everything with one handler."""
    opened: list[tuple[Client, TestServer]] = []

    async def start(handler: Handler) -> Client:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", handler)
        server = TestServer(application)
        await server.start_server()
        client = Client(Credentials(host=str(server.make_url("")).rstrip("/")))
        opened.append((client, server))
        return client

    yield start
    for client, server in opened:
        await client.close()
        await server.close()


async def test_an_absent_object_is_none(connect: Connect) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"kind": "Status", "reason": "NotFound", "message": "gone"}, status=404)

    client = await connect(answer)
    assert await client.find("/api/v1/namespaces/n") is None
    await client.delete("/api/v1/namespaces/n")


async def test_a_log_is_read_as_the_text_that_it_is(connect: Connect) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"{not json\xff " + request.query_string.encode())

    client = await connect(answer)
    assert (
        await client.read_text("/api/v1/namespaces/n/pods/p/log", {"tailLines": "1"}) == "{not json\ufffd tailLines=1"
    )


async def test_a_refusal_names_the_fields_and_is_not_worth_repeating(connect: Connect) -> None:
    async def answer(_: web.Request) -> web.Response:
        causes = [{"field": "spec.replicas", "message": "must not be negative"}]
        status = {"reason": "Invalid", "message": "bad", "details": {"causes": causes}}
        return web.json_response(status, status=422)

    client = await connect(answer)
    with pytest.raises(ApiError) as raised:
        await client.apply("/x", {}, manager="m")
    assert raised.value.causes == ("spec.replicas: must not be negative",)
    assert not raised.value.is_transient


@pytest.mark.parametrize(
    ("message", "is_left"),
    [
        ("Precondition failed: UID in precondition: a, UID in object meta: b", True),
        ("Operation cannot be fulfilled on services: the object has been modified", False),
    ],
)
async def test_only_an_object_that_is_another_by_now_is_left_alone(
    connect: Connect, message: str, is_left: bool
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"reason": "Conflict", "message": message}, status=409)

    client = await connect(answer)
    if is_left:
        await client.delete("/x", "a")
        return
    with pytest.raises(ApiError) as raised:
        await client.delete("/x", "a")
    assert raised.value.is_transient


@pytest.mark.parametrize("status", [409, 410, 429, 500, 503])
async def test_overload_and_conflict_are_worth_repeating(connect: Connect, status: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>not JSON</html>", headers={"Retry-After": "7"})

    client = await connect(answer)
    with pytest.raises(ApiError) as raised:
        await client.get("/x")
    assert raised.value.is_transient
    assert raised.value.retry_after == 7


@pytest.mark.parametrize("body", [b"", b"{", b"[1,2", b"\xff\xfe"])
async def test_a_broken_answer_is_a_lost_connection(connect: Connect, body: bytes) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body)

    client = await connect(answer)
    with pytest.raises(ConnectionLostError):
        await client.get("/x")


async def test_a_server_that_is_away_is_a_lost_connection() -> None:
    client = Client(Credentials(host="http://127.0.0.1:1"))
    with pytest.raises(ConnectionLostError, match="no answer to GET /x"):
        await client.get("/x")
    await client.close()


async def test_a_long_collection_is_read_in_pages(connect: Connect) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.query["labelSelector"] == "a=b"
        if "continue" in request.query:
            return web.json_response({"metadata": {"resourceVersion": "9"}, "items": [{"metadata": {"name": "2"}}]})
        return web.json_response({"metadata": {"continue": "more"}, "items": [{"metadata": {"name": "1"}}]})

    client = await connect(answer)
    items, version = await client.list(NAMESPACE, selector="a=b")
    assert [item["metadata"]["name"] for item in items] == ["1", "2"]
    assert all((item["apiVersion"], item["kind"]) == ("v1", "Namespace") for item in items)
    assert version == "9"


async def test_a_silent_watch_is_a_lost_connection(connect: Connect) -> None:
    released = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"type":"ADDED","object":{}}\n')
        await released.wait()
        return response

    client = await connect(answer)
    async with client.watch(DEPLOYMENT, selector="", resource_version="1", seconds=60, silence=0.1) as events:
        assert (await anext(events))["type"] == "ADDED"
        with pytest.raises(ConnectionLostError, match="broke off"):
            await anext(events)
    released.set()


def test_paths_follow_the_scope_of_the_kind() -> None:
    assert CLAIM.path("n", "c") == "/api/v1/namespaces/n/persistentvolumeclaims/c"
    assert DEPLOYMENT.path("n", "d", "status") == "/apis/apps/v1/namespaces/n/deployments/d/status"
    assert DEPLOYMENT.path() == "/apis/apps/v1/deployments"
    assert NAMESPACE.path(name="n") == "/api/v1/namespaces/n"


def test_requests_go_through_the_proxy_that_the_environment_names(tmp_path: Path) -> None:
    program = "from dixi_operator.cluster.client import find_proxy; print(find_proxy('https://10.0.0.1:6443'))"

    def ask(**environment: str) -> str:
        plain = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", program]
        return subprocess.check_output(command, env={**plain, **environment}, text=True, cwd=tmp_path).strip()

    assert ask() == "None"
    assert ask(HTTPS_PROXY="http://proxy:3128") == "http://proxy:3128"
    assert ask(HTTPS_PROXY="http://proxy:3128", NO_PROXY="10.0.0.1") == "None"
