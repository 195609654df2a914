"""uvicorn's HTTP protocol, with the connection's transport for apps, a limit for headers, and errors in JSON."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final, cast

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT: Final = "dixi.transport"
"""Key in the ``extensions`` of an ASGI HTTP scope under which the connection's transport stands."""

MAX_HEAD_BYTES: Final = 64 << 10
"""Bytes that a request line and its headers may have."""


class HttpProtocol(HttpToolsProtocol):
    """One connection.

    The transport is there for apps that have to cut a client off: ``Connection: close`` would wait for a client that
    reads nothing, ``abort`` does not. Headers have no end by themselves; here they have.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_in_head = True
        self._head_bytes = 0
        self._is_leaving = False

    def leave(self) -> None:
        """End the connection with its next answer, so that the client does not ask on one that is just being closed."""
        self._is_leaving = True

    def data_received(self, data: bytes) -> None:
        """Parse; a head that is not complete after MAX_HEAD_BYTES ends the connection."""
        if self._is_in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"Headers may have {MAX_HEAD_BYTES} bytes")
            return
        self._head_bytes += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Offer the transport to the app."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0
        cast("dict[str, Any]", self.scope)["extensions"] = {TRANSPORT: self.transport}

    def on_headers_complete(self) -> None:
        """What comes now is no head."""
        self._is_in_head = False
        super().on_headers_complete()
        if self._is_leaving:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """The answer to what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        body = orjson.dumps({"error": text, "status": status.value})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def transport_of(scope: Any) -> asyncio.Transport:
    """The transport of a request that ``dixi_runtime.server`` serves."""
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]
    return transport
