"""The event stream: gestures, faces and every newest frame as they come."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, WebSocket
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from dixi_runtime import wire
from dixi_runtime.frames import FRAMES, Link, text_frame

from ..landmarks.seen import PARTS, Part
from ..stream import Stream
from .clock import now
from .errors import build_error

MAX_SUBSCRIBERS: Final = 64
BAD_QUERY: Final = 1008
TRY_LATER: Final = 1013


class QueryError(ValueError):
    """The subscriber asked for something that there is not; the text says what there is."""


@dataclass(frozen=True)
class Wishes:
    """What a subscriber asks for in the query of /ws."""

    parts: frozenset[Part] = frozenset()
    replaces_push: bool = False


def parse_wishes(query: QueryParams) -> Wishes:
    """`want=face,body` and `replaces_push=true`; QueryError for other values, other keys are ignored."""
    names = [name.strip() for name in query.get("want", "").split(",") if name.strip()]
    parts = frozenset(part for part in PARTS if part in names)
    if unknown := sorted(set(names) - parts):
        raise QueryError(f"want: expected some of {', '.join(PARTS)}; got {_quote(unknown[0])}")
    replaces = query.get("replaces_push", "false")
    if replaces not in ("true", "false"):
        raise QueryError(f"replaces_push: expected true or false; got {_quote(replaces)}")
    return Wishes(parts, replaces == "true")


def _quote(text: str) -> str:
    """The text in ASCII, short enough for the reason of a close frame (RFC 6455, section 5.5: 123 bytes in all)."""
    return ascii(text)[:40]


def build_router(stream: Stream) -> APIRouter:
    """WebSocket /ws: a `connection` greeting, then `tracking`, `gesture` and `face` messages."""
    router = APIRouter()

    @router.websocket("/ws")
    async def follow(websocket: WebSocket) -> None:
        await websocket.accept()
        link: Link = websocket.scope["extensions"][FRAMES]
        try:
            wishes = parse_wishes(websocket.query_params)
        except QueryError as error:
            link.end(BAD_QUERY, str(error))
            return
        if len(stream.events) >= MAX_SUBSCRIBERS:
            link.end(TRY_LATER, f"{MAX_SUBSCRIBERS} subscribers listen already")
            return
        link.send_frame(text_frame(wire.encode(_greet())))
        with _following(stream, link, wishes):
            await _wait_for_end(websocket)

    @router.get("/ws", include_in_schema=False)
    async def refuse() -> Response:
        headers = {"Upgrade": "websocket", "Connection": "upgrade"}
        return build_error("/ws", 426, "This path speaks WebSocket only", headers)

    return router


@contextlib.contextmanager
def _following(stream: Stream, link: Link, wishes: Wishes) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if wishes.replaces_push:
            stack.enter_context(stream.push.replaced())
        stack.enter_context(stream.demand.hold(wishes.parts))
        stack.enter_context(stream.events.subscribe(link))
        yield


def _greet() -> wire.ConnectionMessage:
    return {"type": "connection", "message": "Connected to Dixi vision", "timestamp": now()}


async def _wait_for_end(websocket: WebSocket) -> None:
    """Reads, and ignores, what the client says until it leaves."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
