"""The faults that an API server, or the network before it, can have: of one call, or from one line of a watch on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from zlib import crc32

import orjson
from aiohttp import web

from tests.support.proxy import Call, Exchange, Injection

WINDOW_EVENTS = 3
WINDOW_SECONDS = 0.3


class Fault(StrEnum):
    """What goes wrong."""

    CONFLICT = "409"
    GONE = "410"
    INVALID = "422"
    THROTTLED = "429"
    INTERNAL_ERROR = "500"
    UNAVAILABLE = "503"
    NO_ANSWER = "no answer"
    HALF_OPEN = "half-open"
    ANSWER_LOST = "answer lost"
    TRUNCATED = "truncated line"
    GARBAGE = "garbage line"
    ENDED = "ended early"
    DUPLICATED = "duplicated events"
    REORDERED = "reordered events"
    BLACK_HOLE = "black hole"


REFUSALS: Mapping[Fault, tuple[str, str]] = {
    Fault.CONFLICT: ("Conflict", "the object has been modified; please apply your changes to the latest version"),
    Fault.GONE: ("Expired", "The resourceVersion for the provided watch is too old."),
    Fault.INVALID: ("Invalid", "admission webhook said no"),
    Fault.THROTTLED: ("TooManyRequests", "too many requests, please try again later"),
    Fault.INTERNAL_ERROR: ("InternalError", "etcdserver: leader changed"),
    Fault.UNAVAILABLE: ("ServiceUnavailable", "apiserver is shutting down"),
}

GARBAGE = (
    b"<html>bad gateway</html>\n",
    b"{}\n",
    b'"ADDED"\n',
    b'{"type":"ADDED","object":null}\n',
    b'{"type":"MODIFIED","object":{"metadata":{}}}\n',
    b"\xff\xfe\n",
)
"""Lines that are no events."""


@dataclass(slots=True)
class Saboteur:
    """Does one fault once and leaves everything else alone.

    ``struck`` is the call it was done to, ``lines`` how many lines of watches have come before and since.
    ``index`` counts calls, or the lines of all watches for a fault of watches. ``hold`` is how long a connection
    stays silent before it is closed, in seconds.
    """

    fault: Fault
    index: int
    hold: float = 1.0
    struck: Call | None = field(default=None, init=False)
    lines: int = field(default=0, init=False)

    def choose(self, call: Call) -> Injection:
        """How to answer ``call``."""
        if self.fault in WATCH_FAULTS:
            return self._tamper if call.is_watch else Exchange.relay
        return self._strike if call.index == self.index else Exchange.relay

    async def _strike(self, exchange: Exchange) -> web.StreamResponse:
        self.struck = exchange.call
        if self.fault in REFUSALS:
            return refuse(self.fault)
        if self.fault is Fault.HALF_OPEN:
            return await answer_by_half(exchange, self.hold)
        if self.fault is Fault.ANSWER_LOST:
            await have_carried_out(exchange)
        else:
            await asyncio.sleep(self.hold)
        return exchange.cut()

    async def _tamper(self, exchange: Exchange) -> web.StreamResponse:
        return await exchange.relay_lines(partial(self._alter, exchange.call))

    async def _alter(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for line in lines:
            self.lines += 1
            if self.lines == self.index + 1:
                self.struck = call
                break
            yield line
        else:
            return
        async for altered in WATCH_FAULTS[self.fault](line, lines):
            yield altered


@dataclass(slots=True)
class Killer:
    """Calls ``kill`` when a call arrives, which is then carried out without an answer."""

    index: int
    kill: Callable[[], None]
    struck: Call | None = field(default=None, init=False)

    def choose(self, call: Call) -> Injection:
        """How to answer ``call``."""
        return self._strike if call.index == self.index else Exchange.relay

    async def _strike(self, exchange: Exchange) -> web.StreamResponse:
        self.struck = exchange.call
        await exchange.request.read()
        self.kill()
        await have_carried_out(exchange)
        return exchange.cut()


@dataclass(slots=True)
class Hole:
    """Swallows, once it is open, all that comes on watches, whose connections stay.

    It takes in the watches there are by then, and with ``for_good`` those that come later, too.
    """

    for_good: bool
    is_open: bool = field(default=False, init=False)

    def choose(self, call: Call) -> Injection:
        """How to answer ``call``."""
        return self._watch if call.is_watch else Exchange.relay

    async def _watch(self, exchange: Exchange) -> web.StreamResponse:
        return await exchange.relay_lines(self._swallow)

    async def _swallow(self, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        is_spared = self.is_open and not self.for_good
        async for line in lines:
            if is_spared or not self.is_open:
                yield line


def refuse(fault: Fault) -> web.Response:
    """An answer of the API server other than success."""
    code = int(fault)
    reason, message = REFUSALS[fault]
    status = {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "reason": reason,
        "message": message,
        "details": {"causes": [{"field": "spec", "message": message}]} if fault is Fault.INVALID else {},
    }
    headers = {"Retry-After": "1"} if fault is Fault.THROTTLED else {}
    return web.json_response(status, status=code, headers=headers)


async def have_carried_out(exchange: Exchange) -> None:
    """Let the API server do what is asked, and keep its answer."""
    async with exchange.upstream() as answer:
        if not exchange.call.is_watch:
            await answer.read()


async def answer_by_half(exchange: Exchange, hold: float) -> web.StreamResponse:
    """Send the headers and half the body, then nothing for ``hold`` seconds, then close the connection."""
    async with exchange.upstream() as answer:
        body = b"" if exchange.call.is_watch else await answer.read()
        async with exchange.begin(answer, len(body) or None) as response:
            await response.write(body[: len(body) // 2])
            await asyncio.sleep(hold)
            exchange.cut()
            return response


def halve(line: bytes) -> tuple[bytes, ...]:
    """The first half of a line, without its end."""
    return (line[: len(line) // 2],)


def garble(line: bytes) -> tuple[bytes, ...]:
    """Garbage, which kind of it depends on the line."""
    return (GARBAGE[crc32(line) % len(GARBAGE)],)


def drop(_: bytes) -> tuple[bytes, ...]:
    """Nothing."""
    return ()


def double(line: bytes) -> tuple[bytes, ...]:
    """The line twice."""
    return line, line


def keep(line: bytes) -> tuple[bytes, ...]:
    """The line."""
    return (line,)


Edit = Callable[[bytes], tuple[bytes, ...]]


async def edit(at: Edit, after: Edit | None, line: bytes, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What ``at`` makes of a line, and ``after`` of those that follow; without ``after`` the watch ends there."""
    for piece in at(line):
        yield piece
    if after is None:
        return
    async for following in lines:
        for piece in after(following):
            yield piece


async def reorder(line: bytes, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Turn around up to :data:`WINDOW_EVENTS` events that come within :data:`WINDOW_SECONDS`, again and again."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    queue.put_nowait(line)

    async def feed() -> None:
        try:
            async for following in lines:
                queue.put_nowait(following)
        finally:
            queue.put_nowait(None)

    feeding = asyncio.create_task(feed())
    try:
        goes_on = True
        while goes_on:
            window, goes_on = await _collect(queue)
            for turned in reversed(window):
                yield turned
    finally:
        feeding.cancel()


async def _collect(queue: asyncio.Queue[bytes | None]) -> tuple[list[bytes], bool]:
    """The next few events, and whether more may come; a bookmark stays last, as it vouches for all before it."""
    window: list[bytes] = []
    while len(window) < WINDOW_EVENTS:
        try:
            line = await asyncio.wait_for(queue.get(), WINDOW_SECONDS if window else None)
        except TimeoutError:
            break
        if line is None:
            return window, False
        if orjson.loads(line)["type"] == "BOOKMARK":
            return [line, *window], True
        window.append(line)
    return window, True


WATCH_FAULTS: Mapping[Fault, Callable[[bytes, AsyncIterator[bytes]], AsyncIterator[bytes]]] = {
    Fault.TRUNCATED: partial(edit, halve, None),
    Fault.GARBAGE: partial(edit, garble, keep),
    Fault.ENDED: partial(edit, drop, None),
    Fault.DUPLICATED: partial(edit, double, double),
    Fault.REORDERED: reorder,
    Fault.BLACK_HOLE: partial(edit, drop, drop),
}
"""Faults of the lines of a watch; their index counts the lines of all watches."""

CALL_FAULTS = tuple(fault for fault in Fault if fault not in WATCH_FAULTS)
"""Faults of any call; their index counts calls."""
