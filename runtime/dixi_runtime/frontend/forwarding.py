"""What the service behind the frontend is told of the browser's request."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

from starlette.requests import HTTPConnection

Header = tuple[bytes, bytes]

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers that speak of one connection and not of the message (RFC 9110, 7.6.1)."""

_OF_SOCKETS: Final = frozenset(
    {
        *(b"authorization", b"cookie", b"origin", b"x-api-key"),
        *(b"traceparent", b"tracestate", b"x-request-id"),
        *(b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"),
    }
)
"""Headers of a WebSocket handshake that say who asks; the others are of the handshake itself."""


def end_to_end(headers: Iterable[Header]) -> list[Header]:
    """The headers that are meant for the other end."""
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]


def forward(connection: HTTPConnection) -> list[Header]:
    """The headers of a request, and for whom it is made."""
    headers = [(name, value) for name, value in end_to_end(connection.headers.raw) if name.lower() != b"host"]
    if connection.client is not None:
        headers.append((b"x-forwarded-for", _plain(connection.client.host).encode()))
    headers.append((b"x-forwarded-host", connection.headers.get("host", "").encode("latin-1")))
    return headers


def forward_handshake(connection: HTTPConnection) -> list[tuple[str, str]]:
    """The headers of a WebSocket handshake that the next one carries on."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in forward(connection)
        if name.lower() in _OF_SOCKETS
    ]


def _plain(host: str) -> str:
    """An IPv4 address that came in on a dual-stack socket (``::ffff:a.b.c.d``) as IPv4."""
    mapped = getattr(ip_address(host), "ipv4_mapped", None)
    return host if mapped is None else str(mapped)
