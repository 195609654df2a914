"""A proxy between the operator and an API server that numbers the operator's calls and may meddle with any of them.

Toward the API server it speaks TLS with the client certificate of a kubeconfig, toward the operator plain HTTP on
loopback. What is done to a call is decided by a function that gets the :class:`Call` and returns an :data:`Injection`;
this module knows no faults, those are in ``tests/support/faults.py``.
"""

from __future__ import annotations

import base64
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import yaml
from aiohttp import web
from yarl import URL

from dixi_operator.api.names import LABEL_INSTANCE, PLURAL
from dixi_operator.cluster.kinds import OWNED

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "te"}
LONGEST_LINE = 4 * 2**20
OWNED_PLURALS = {kind.plural for kind in OWNED}


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the operator.

    ``index`` counts its requests from 0 in the order of their arrival.
    """

    index: int
    is_watch: bool
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.index}: {'WATCH' if self.is_watch else self.method} {self.path}"


class Exchange:
    """One call on its way: what the operator asked, and the means to answer it, or not to."""

    def __init__(self, call: Call, request: web.BaseRequest, session: aiohttp.ClientSession, target: URL) -> None:
        self.call = call
        self.request = request
        self._session = session
        self._target = target

    @asynccontextmanager
    async def upstream(self) -> AsyncIterator[aiohttp.ClientResponse]:
        """Have the API server carry the call out and yield its answer."""
        headers = {name: value for name, value in self.request.headers.items() if name.lower() not in HOP_BY_HOP}
        body = await self.request.read()
        async with self._session.request(
            self.request.method, self._target, headers=headers, data=body or None
        ) as response:
            yield response

    @asynccontextmanager
    async def begin(
        self, answer: aiohttp.ClientResponse, length: int | None = None
    ) -> AsyncIterator[web.StreamResponse]:
        """Send status and headers of ``answer``; the body is the caller's, of ``length`` bytes or chunked."""
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
        response = web.StreamResponse(status=answer.status, headers=headers)
        response.content_length = length
        await response.prepare(self.request)
        yield response

    async def relay(self) -> web.StreamResponse:
        """Answer as the API server does."""
        if self.call.is_watch:
            return await self.relay_lines(lambda lines: lines)
        async with self.upstream() as answer:
            body = await answer.read()
            async with self.begin(answer, len(body)) as response:
                await response.write(body)
                return response

    async def relay_lines(self, alter: Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]) -> web.StreamResponse:
        """Answer a watch with what ``alter`` makes of its lines; the watch ends where they end."""
        async with self.upstream() as answer, self.begin(answer) as response:
            async for line in alter(aiter(answer.content)):
                await response.write(line)
            return response

    def cut(self) -> web.Response:
        """Close the connection to the operator at once; the returned answer goes nowhere."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response(status=502)


Injection = Callable[[Exchange], Awaitable[web.StreamResponse]]
"""Answers one call."""


def leave_alone(_: Call) -> Injection:
    """Pass every call on."""
    return Exchange.relay


class Proxy:
    """Listens on loopback for one operator; ``choose`` says how each call is answered.

    With ``scope`` the operator sees one install and its objects and no others, so that many operators can work beside
    each other on one API server, each alone in its world.
    """

    def __init__(
        self, upstream: Upstream, *, choose: Callable[[Call], Injection] = leave_alone, scope: str | None = None
    ) -> None:
        self._upstream = upstream
        self._choose = choose
        self._scope = scope
        self._stack = AsyncExitStack()
        self.calls: list[Call] = []
        self.kubeconfig = ""

    async def __aenter__(self) -> Self:
        server = web.Server(self._answer, access_log=None, handler_cancellation=True)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host="127.0.0.1", port=0).start()
        port = runner.addresses[0][1]
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self.kubeconfig = write_kubeconfig(Path(folder), f"http://127.0.0.1:{port}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        call = self._count(request)
        target = self._upstream.address.join(URL(request.raw_path, encoded=True))
        if self._scope is not None and request.method == "GET":
            target = narrow(target, self._scope)
        exchange = Exchange(call, request, self._upstream.session, target)
        try:
            return await self._choose(call)(exchange)
        except aiohttp.ClientError:
            return exchange.cut()

    def _count(self, request: web.BaseRequest) -> Call:
        call = Call(len(self.calls), request.query.get("watch") == "true", request.method, request.path)
        self.calls.append(call)
        return call


class Upstream:
    """The API server of a kubeconfig with a client certificate; proxies share its connections."""

    def __init__(self, address: URL, context: ssl.SSLContext) -> None:
        self.address = address
        self._context = context

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0, ssl=self._context)
        # Compressed answers are passed on unpacked, and none is given up on: patience is the operator's affair.
        self.session = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=None), read_bufsize=LONGEST_LINE
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    @classmethod
    def of(cls, kubeconfig: str) -> Self:
        """Read address, certificate authority and client certificate."""
        document = yaml.safe_load(Path(kubeconfig).read_text())
        cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
        context = ssl.create_default_context(cadata=_read(cluster, "certificate-authority").decode())
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = Path(folder, "certificate"), Path(folder, "key")
            certificate.write_bytes(_read(user, "client-certificate"))
            key.touch(mode=0o600)
            key.write_bytes(_read(user, "client-key"))
            context.load_cert_chain(certificate, key)
        return cls(URL(cluster["server"]), context)


def narrow(target: URL, scope: str) -> URL:
    """Restrict a list or watch of installs or of their objects to one install; any other address is returned as is."""
    query: Mapping[str, str] = target.query
    plural = urlsplit(str(target)).path.rpartition("/")[2]
    if plural == PLURAL:
        return target.update_query(fieldSelector=f"metadata.name={scope}")
    if plural in OWNED_PLURALS and "labelSelector" in query:
        return target.update_query(labelSelector=f"{query['labelSelector']},{LABEL_INSTANCE}={scope}")
    return target


def write_kubeconfig(folder: Path, server: str) -> str:
    """Write a kubeconfig without credentials into ``folder`` and return its path."""
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "proxy",
        "clusters": [{"name": "proxy", "cluster": {"server": server}}],
        "users": [{"name": "proxy", "user": {}}],
        "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def _read(section: Mapping[str, str], name: str) -> bytes:
    if f"{name}-data" in section:
        return base64.b64decode(section[f"{name}-data"])
    return Path(section[name]).read_bytes()
