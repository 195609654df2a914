"""What a real service answers to requests that no client should make."""

from __future__ import annotations

import socket

import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dixi_runtime.vision.http.errors import MAX_BODY_BYTES
from tests.unit.runtime.vision.http.contract import ERROR, ROUTES, find_faults

PATHS = sorted({route.path for route in ROUTES} - {"/video_feed"} | {"/metrics", "/ws", "/streams", "/openapi.json"})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND")
CONTENT_TYPES = ("application/json", "text/plain", "multipart/form-data", "image/jpeg", "\x7f", "application/json; x=")
MIBIBYTE = 1 << 20


def assert_is_error(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert list(find_faults(answer.json(), ERROR)) == []
    assert answer.json()["status"] == status


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_wrong_method_is_told_the_right_one(idle: httpx.Client, route: object) -> None:
    assert isinstance(route, type(ROUTES[0]))
    answer = idle.request("POST" if route.method == "GET" else "GET", route.path)
    assert_is_error(answer, 405)
    assert answer.headers["allow"] == route.method
    assert answer.json()["error"].endswith(f"only {route.method}")


@pytest.mark.parametrize("path", ["/", "/nowhere", "/gesture/start/", "/%00", "/%ff", "/gesture%00", "//gesture"])
def test_an_unknown_path_is_named(idle: httpx.Client, path: str) -> None:
    answer = idle.get(f"{idle.base_url}{path}")
    assert_is_error(answer, 404)
    assert answer.json()["error"].startswith("No route /")


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 10 * MIBIBYTE + 1])
def test_a_huge_body_is_refused_and_the_connection_stays(idle: httpx.Client, size: int) -> None:
    assert_is_error(idle.post("/face/stop", content=b"x" * size), 413)
    assert idle.post("/face/stop", content=b"x" * 100).json()["status"] == "stopped"


def test_a_huge_body_of_unknown_length_is_ignored(idle: httpx.Client) -> None:
    answer = idle.post("/face/stop", content=(b"x" * MIBIBYTE for _ in range(20)))
    assert answer.json()["status"] == "stopped"
    assert idle.get("/health").is_success


def test_a_web_socket_path_says_that_it_is_one(idle: httpx.Client) -> None:
    for path in ("/ws", "/push"):
        assert_is_error(idle.get(path), 426)


def test_any_origin_may_ask(idle: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = idle.options("/gesture/start", headers={"Origin": "http://wall.example", **asked})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "content-type" in preflight.headers["access-control-allow-headers"]
    for path in ("/health", "/nowhere", "/capture_frame"):
        answer = idle.get(path, headers={"Origin": "null"})
        assert answer.headers["access-control-allow-origin"] == "*"


def say(client: httpx.Client, *pieces: bytes) -> bytes:
    """What a service answers to bytes, up to the end of the connection."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as connection:
        heard = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
            while received := connection.recv(65536):
                heard += received
        except (ConnectionResetError, BrokenPipeError):
            pass  # it was cut off while it was still talking
    return heard


@pytest.mark.parametrize(
    "said",
    [
        b"NONSENSE\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /face/stop HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_is_no_http_gets_an_error_in_json(idle: httpx.Client, said: bytes) -> None:
    heard = say(idle, said)
    assert heard.split(b"\r\n", 1)[0] in (b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 200 OK")
    assert isinstance(orjson.loads(heard[heard.index(b"{") : heard.index(b"}") + 1]), dict)
    assert idle.get("/health").is_success


def test_headers_without_end_are_cut_off(idle: httpx.Client) -> None:
    line = b"x-header: " + b"a" * 1000 + b"\r\n"
    heard = say(idle, b"GET /health HTTP/1.1\r\n", *(line for _ in range(1000)))
    assert heard.startswith(b"HTTP/1.1 431 ") or heard == b""
    heard = say(idle, b"GET /health HTTP/1.1\r\nx-header: ", *(b"a" * 10_000 for _ in range(1000)))
    assert heard.startswith(b"HTTP/1.1 431 ") or heard == b""
    assert idle.get("/health").is_success


@settings(max_examples=max(60, (settings.default.max_examples if settings.default else 100) // 2))
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    query=st.text(st.characters(codec="utf-8"), max_size=40),
    content_type=st.sampled_from(CONTENT_TYPES),
    body=st.binary(max_size=2000),
)
def test_no_request_is_answered_with_a_fault(
    idle: httpx.Client, method: str, path: str, query: str, content_type: str, body: bytes
) -> None:
    headers = {"content-type": content_type.encode("latin-1").replace(b"\x7f", b"?").decode()}
    answer = idle.request(method, path, params={"q": query}, headers=headers, content=body)
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.status_code in (404, 405, 426, 503)
        assert_is_error(answer, answer.status_code)
