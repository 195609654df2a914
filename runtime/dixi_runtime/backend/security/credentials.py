"""What a request brings to say who it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from dixi_runtime.settings import API_KEY_HEADER

if TYPE_CHECKING:
    from starlette.types import Scope

COOKIE: Final = "dixi-session"
_MOST_FIELDS: Final = 32


@dataclass(frozen=True)
class Credentials:
    """Keys or tokens by where they came from; ``cookie`` is None for a page of another origin."""

    header: str = ""
    bearer: str = ""
    query: str = ""
    cookie: str = ""

    def __bool__(self) -> bool:
        return bool(self.header or self.bearer or self.query or self.cookie)


def read_credentials(scope: Scope, origins: Collection[str]) -> Credentials:
    """The credentials of an HTTP request or a WebSocket handshake.

    A query's ``token`` counts for WebSocket alone, since a browser can set no header there. The cookie counts for a
    page of our own origin, or of one of ``origins``.
    """
    headers = read_headers(scope)
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    return Credentials(
        header=headers.get(API_KEY_HEADER, ""),
        bearer=bearer.strip() if kind.lower() == "bearer" else "",
        query=read_query(scope, "token") if scope["type"] == "websocket" else "",
        cookie=_cookie(headers) if _is_ours(headers, origins) else "",
    )


def read_headers(scope: Scope) -> dict[str, str]:
    """The headers by lower-case name; of one that occurs twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def read_query(scope: Scope, name: str) -> str:
    """The first value of a query's field, empty when there is none."""
    text: str = scope["query_string"].decode("latin-1")
    if name not in text:
        return ""
    try:
        return parse_qs(text, max_num_fields=_MOST_FIELDS).get(name, [""])[0]
    except ValueError:
        return ""


def _cookie(headers: Mapping[str, str]) -> str:
    if COOKIE not in headers.get("cookie", ""):
        return ""
    try:
        morsel = SimpleCookie(headers["cookie"]).get(COOKIE)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value


def _is_ours(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    origin = headers.get("origin")
    if origin is None or origin in origins:
        return True
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host in (headers.get("host"), headers.get("x-forwarded-host"))
