from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.clients import Clients

CLIENTS = Clients([ip_network("10.0.0.0/8"), ip_network("127.0.0.0/8")])


def scope(peer: str | None, *forwarded: str, scheme: str = "http", proto: str = "") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    headers += [(b"x-forwarded-proto", proto.encode())] if proto else []
    return {"client": None if peer is None else (peer, 1), "headers": headers, "scheme": scheme}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", (), "192.0.2.1"),
        ("::ffff:192.0.2.1", (), "192.0.2.1"),
        ("192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        ("10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("::ffff:10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9, 198.51.100.7, 10.0.0.2",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9", "198.51.100.7"), "198.51.100.7"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("198.51.100.7, nonsense",), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("2001:db8:1:2:3::4", (), "2001:db8:1:2::/64"),
        ("::1", (), "::1"),
        (None, (), "unknown"),
        ("/run/socket", (), "unknown"),
    ],
)
def test_the_client_is_who_the_last_trusted_proxy_names(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert CLIENTS.address(scope(peer, *forwarded)) == address


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_names_somebody(forwarded: str) -> None:
    assert CLIENTS.address(scope("10.0.0.1", forwarded))


def test_only_a_trusted_proxy_can_say_that_the_client_came_by_https() -> None:
    assert CLIENTS.is_secure(scope("192.0.2.1", scheme="https"))
    assert CLIENTS.is_secure(scope("10.0.0.1", proto="https"))
    assert not CLIENTS.is_secure(scope("192.0.2.1", proto="https"))
    assert not CLIENTS.is_secure(scope("10.0.0.1", proto="http"))
    assert not CLIENTS.is_secure(scope(None, proto="https"))
