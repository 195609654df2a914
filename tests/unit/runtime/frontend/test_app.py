from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from dixi_runtime.frontend.app import STATIC, create_app
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.metrics import Metrics
from tests.unit.runtime.frontend.conftest import NOBODY
from tests.unit.runtime.serving import running

OURS = (path for path in STATIC.rglob("*") if path.is_file() and STATIC / "vendor" not in path.parents)
MODULES = sorted(path.relative_to(STATIC).as_posix() for path in OURS)
LARGEST = 100_000
"""Bytes of our own code, unminified but without the comments that give its types."""


@pytest.fixture
async def page(upstream: httpx.AsyncClient, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    settings = FrontendSettings(backend_url=NOBODY, vision_service_url=NOBODY)
    async with (
        running(create_app(settings, metrics, upstream)) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/", "/projector"])
async def test_the_page_is_served_and_asks_nothing_of_another_origin(page: httpx.AsyncClient, path: str) -> None:
    response = await page.get(path)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    links = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert links
    for link in links:
        assert (await page.get(link)).status_code == 200


@pytest.mark.parametrize("name", MODULES)
async def test_every_file_is_served_fresh_and_names_no_other_origin(page: httpx.AsyncClient, name: str) -> None:
    response = await page.get(f"/static/{name}")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", response.text)


async def test_a_browser_that_has_a_file_is_told_so(page: httpx.AsyncClient) -> None:
    first = await page.get("/static/modules/projector/main.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = await page.get("/static/modules/projector/main.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_nothing_runs_on_the_page_but_its_own_scripts(page: httpx.AsyncClient) -> None:
    response = await page.get("/projector")
    policy = response.headers["content-security-policy"]
    [allowed] = re.findall(r"script-src 'self' '(sha256-[^']+)';", policy)
    [inline] = re.findall(r'<script type="importmap">(.*?)</script>', response.text)
    assert allowed == f"sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}"
    assert "unsafe" not in policy
    assert "<script>" not in response.text
    assert not re.search(r"\son[a-z]+=|style=", response.text)


def test_the_code_of_the_pages_is_small() -> None:
    modules = [(STATIC / name).read_text() for name in MODULES if name.endswith(".js")]
    assert sum(len(re.sub(r"/\*\*.*?\*/", "", module, flags=re.DOTALL)) for module in modules) < LARGEST


async def test_a_page_may_use_the_camera_and_no_other_site_may(page: httpx.AsyncClient) -> None:
    assert "camera=(self)" in (await page.get("/")).headers["permissions-policy"]


async def test_it_is_alive_whoever_is_away_and_counts_its_requests(page: httpx.AsyncClient) -> None:
    assert (await page.get("/healthz")).json() == {"status": "alive"}
    text = (await page.get("/metrics")).text
    assert 'dixi_api_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/nope"])
async def test_nothing_else_is_served(page: httpx.AsyncClient, path: str) -> None:
    assert (await page.get(path)).status_code == 404


def test_the_socket_of_the_backend_follows_from_its_address() -> None:
    assert FrontendSettings(backend_url="https://backend:3001/").socket_url() == "wss://backend:3001/ws"
    assert FrontendSettings(backend_ws_url="ws://other:3002").socket_url() == "ws://other:3002"
