from __future__ import annotations

from typing import Any

import pytest

from dixi_runtime.backend.security.credentials import Credentials, read_credentials, read_query

ORIGINS = ("https://panel.example",)


def scope(kind: str = "http", query: str = "", **headers: str) -> dict[str, Any]:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": kind, "headers": raw, "query_string": query.encode("latin-1")}


def test_a_key_is_read_from_its_header_and_a_token_from_authorization() -> None:
    assert read_credentials(scope(x_api_key="key"), ORIGINS) == Credentials(header="key")
    assert read_credentials(scope(authorization="Bearer token"), ORIGINS) == Credentials(bearer="token")
    assert not read_credentials(scope(authorization="Basic dG9rZW4="), ORIGINS)


def test_a_query_counts_for_websocket_alone() -> None:
    assert read_credentials(scope("websocket", "profile=full&token=abc"), ORIGINS) == Credentials(query="abc")
    assert not read_credentials(scope("http", "token=abc"), ORIGINS)


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({}, True),
        ({"origin": "http://wall:3000", "host": "wall:3000"}, True),
        ({"origin": "http://wall", "host": "backend:3001", "x_forwarded_host": "wall"}, True),
        ({"origin": "https://panel.example", "host": "wall"}, True),
        ({"origin": "https://evil.example", "host": "wall"}, False),
        ({"origin": "null", "host": "wall"}, False),
        ({"origin": "http://[", "host": "wall"}, False),
    ],
)
def test_the_cookie_counts_for_our_own_pages(headers: dict[str, str], counts: bool) -> None:
    given = read_credentials(scope(cookie="theme=dark; dixi-session=abc", **headers), ORIGINS)
    assert given.cookie == ("abc" if counts else "")


@pytest.mark.parametrize(
    "cookie", ["dixi-session", "dixi-session=", "=;dixi-session;", "x=dixi-session", "\x00dixi-session=a"]
)
def test_a_cookie_that_is_none_of_ours_says_nothing(cookie: str) -> None:
    assert not read_credentials(scope(cookie=cookie), ORIGINS)


def test_a_query_beyond_reason_says_nothing() -> None:
    assert read_query(scope(query="token=a&" * 100), "token") == ""
    assert read_query(scope(query="token=%FF%FE"), "token") == "\ufffd\ufffd"
