"""Who a request comes from, behind proxies that are trusted and behind none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

_UNKNOWN: Final = "unknown"
_HOUSEHOLD_BITS: Final = 64
"""One client can pick any address of its IPv6 network of this size."""


class Clients:
    """Tells clients apart; ``trusted`` are the networks of proxies whose word is taken."""

    def __init__(self, trusted: Iterable[IPv4Network | IPv6Network]) -> None:
        self._trusted = tuple(trusted)
        self._reading = lru_cache(maxsize=4096)(self._read)

    def address(self, scope: Scope) -> str:
        """The client's address as limits count it: IPv4 whole, IPv6 by its /64, loopback as it is."""
        peer = scope.get("client")
        if peer is None:
            return _UNKNOWN
        return self._reading(peer[0], _header(scope, b"x-forwarded-for"))

    def is_secure(self, scope: Scope) -> bool:
        """Whether the client came by https, to us or to a trusted proxy."""
        if scope["scheme"] in ("https", "wss"):
            return True
        peer = scope.get("client")
        address = _parse(peer[0]) if peer is not None else None
        return address is not None and self._trusts(address) and _header(scope, b"x-forwarded-proto") == "https"

    def _read(self, peer: str, forwarded: str) -> str:
        address = _parse(peer)
        if address is None:
            return _UNKNOWN
        hops = forwarded.split(",") if forwarded else []
        while hops and self._trusts(address):
            before = _parse(hops.pop().strip())
            if before is None:
                break
            address = before
        return _name(address)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _header(scope: Scope, name: bytes) -> str:
    """The values of a header, joined as one list."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """The address in ``text``; one that came in on a dual-stack socket (``::ffff:a.b.c.d``) as IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _name(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address) or address.is_loopback:
        return str(address)
    return str(IPv6Network((address, _HOUSEHOLD_BITS), strict=False))
