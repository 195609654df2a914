"""An HTTP/1.1 client that does one thing: one kept-alive connection, a whole request in, the time of the answer out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import httptools


class Requester(asyncio.Protocol):
    """One connection; ``on_answer`` is called with the status of each whole answer."""

    def __init__(self, on_answer: Callable[[int], None]) -> None:
        self.is_lost = False
        self._on_answer = on_answer
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport

    def send(self, request: bytes) -> None:
        """Write a whole request; more than one may be on its way."""
        self._transport.write(request)

    def close(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """No answer comes any more."""
        self.is_lost = True

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_message_complete(self) -> None:
        """The parser has read a whole answer."""
        self._on_answer(self._parser.get_status_code())
