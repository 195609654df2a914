"""A watch loses nothing: not what happened while it was down, not what a server has forgotten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random
from time import monotonic
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.kinds import DEPLOYMENT, Kind
from dixi_operator.cluster.store import Store
from dixi_operator.cluster.watch import RETRY, Watch

CONFIG_MAP = Kind("v1", "ConfigMap", "configmaps")


def item(name: str, version: str = "1", owned: str = "a", **parts: Any) -> dict[str, Any]:
    fields = [{"manager": "dixi-operator", "operation": "Apply", "fieldsV1": {owned: {}}}]
    labels = {"app.kubernetes.io/instance": name}
    metadata = {"name": name, "uid": f"uid-{name}", "resourceVersion": version, "labels": labels}
    return {"metadata": {**metadata, "managedFields": fields}, **parts}


class Script:
    """Answers lists and watches in the order in which they were written down, then 404."""

    def __init__(self, *answers: list[dict[str, Any]] | tuple[dict[str, Any], ...] | bytes | int) -> None:
        self._answers = list(answers)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        match self._answers.pop(0) if self._answers else 404:
            case int(status):
                return web.json_response({"kind": "Status", "message": "no"}, status=status)
            case list() as items:
                assert "watch" not in request.query
                return web.json_response({"metadata": {"resourceVersion": "7"}, "items": items})
            case bytes() as line:
                return web.Response(body=line)
            case events:
                assert request.query["watch"] == "true"
                return web.Response(text="".join(json.dumps(event) + "\n" for event in events))


@pytest.fixture
async def servers() -> AsyncIterator[list[TestServer]]:
    opened: list[TestServer] = []
    yield opened
    for server in opened:
        await server.close()


async def follow(servers: list[TestServer], script: Script, kind: Kind = CONFIG_MAP) -> list[str]:
    """The installs that a watch reports until the kind is gone; each has one object of its own name."""
    application = web.Application()
    application.router.add_get("/{path:.*}", script.answer)
    server = TestServer(application)
    await server.start_server()
    servers.append(server)
    seen: list[str] = []
    async with Client(Credentials(host=str(server.make_url("")).rstrip("/"))) as client:
        watch = Watch(client, kind, Store(), selector="", on_change=seen.append, random=Random(1))
        async with asyncio.timeout(10):
            await watch.run()
    return seen


async def test_everything_listed_is_reported_and_then_every_change(servers: list[TestServer]) -> None:
    script = Script([item("a")], ({"type": "ADDED", "object": item("b")}, {"type": "DELETED", "object": item("a")}))
    assert await follow(servers, script) == ["a", "b", "a"]


async def test_a_change_that_leaves_our_fields_alone_is_none(servers: list[TestServer]) -> None:
    same = {"type": "MODIFIED", "object": item("a", version="8")}
    ours = {"type": "MODIFIED", "object": item("a", version="9", owned="b")}
    assert await follow(servers, Script([item("a")], (same, ours))) == ["a", "a"]


async def test_a_change_of_health_is_reported_and_any_other_status_is_none(servers: list[TestServer]) -> None:
    ready = {"type": "MODIFIED", "object": item("a", version="8", status={"readyReplicas": 1})}
    other = {"type": "MODIFIED", "object": item("a", version="9", status={"readyReplicas": 1, "collisionCount": 2})}
    assert await follow(servers, Script([item("a")], (ready, other)), DEPLOYMENT) == ["a", "a"]


async def test_an_older_event_that_comes_late_is_no_news(servers: list[TestServer]) -> None:
    newer = {"type": "MODIFIED", "object": item("a", version="9", owned="b")}
    older = {"type": "MODIFIED", "object": item("a", version="8", owned="c")}
    assert await follow(servers, Script([item("a")], (newer, older, newer))) == ["a", "a"]


async def test_a_line_that_is_no_event_ends_the_watch_and_loses_nothing(servers: list[TestServer]) -> None:
    script = Script([item("a")], b'{"type":"ADDED","obj', ({"type": "ADDED", "object": item("b", version="8")},))
    assert await follow(servers, script) == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [
        b"{}\n",
        b'"ADDED"\n',
        b"\xff\xfe\n",
        b'{"type":"ADDED","object":null}\n',
        b'{"type":"MODIFIED","object":{"metadata":{}}}\n',
        b'{"type":"ERROR","object":"no"}\n',
        b'{"type":"MELTED","object":{"metadata":{"name":"b","uid":"b","resourceVersion":"9"}}}\n',
    ],
)
async def test_json_that_is_no_event_is_no_end_of_the_operator(servers: list[TestServer], line: bytes) -> None:
    script = Script([item("a")], line, ({"type": "ADDED", "object": item("b", version="8")},))
    assert await follow(servers, script) == ["a", "b"]


async def test_a_server_that_ends_every_watch_at_once_is_not_asked_without_pause(servers: list[TestServer]) -> None:
    started = monotonic()
    assert await follow(servers, Script([item("a")], (), (), ())) == ["a"]
    assert monotonic() - started > 3 * 0.8 * RETRY.first


async def test_what_was_deleted_while_the_watch_was_down_is_reported(servers: list[TestServer]) -> None:
    gone = {"type": "ERROR", "object": {"code": 410, "reason": "Expired", "message": "too old"}}
    script = Script([item("a"), item("b")], (gone,), [item("b")])
    assert sorted(await follow(servers, script)) == ["a", "a", "b"]


async def test_a_bookmark_moves_the_watch_on_without_a_report(servers: list[TestServer]) -> None:
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "99"}}}
    assert await follow(servers, Script([item("a")], (bookmark,), ())) == ["a"]


async def test_a_server_in_trouble_is_asked_again(servers: list[TestServer]) -> None:
    assert await follow(servers, Script(503, [item("a")])) == ["a"]
