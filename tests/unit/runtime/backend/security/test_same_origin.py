"""The page's one origin: a guarded backend behind the frontend, which passes cookies, keys and addresses on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dixi_runtime.backend.app import create_app
from dixi_runtime.frontend.app import create_app as create_frontend
from dixi_runtime.frontend.proxy import open_client
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.metrics import create_metrics
from tests.unit.runtime.backend.conftest import NOBODY, OpenServices
from tests.unit.runtime.serving import running


@dataclass(frozen=True)
class Page:
    """A browser and the address of the page's origin."""

    browser: httpx.AsyncClient
    address: str

    async def listen(self, **headers: str) -> str | int:
        """The first message of the WebSocket, or the code it was closed with; the browser's cookie goes along."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        given = {"Cookie": cookies, **headers} if cookies else headers
        async with connect(f"ws://{self.address}/ws", additional_headers=given) as socket:
            try:
                return str(await socket.recv())
            except ConnectionClosed:
                assert socket.close_code is not None
                return socket.close_code


@pytest.fixture
async def page(services_with: OpenServices) -> AsyncIterator[Page]:
    services = await services_with(
        api_key="key",
        jwt_secret="secret",
        api_key_protects="everything",
        ai_limit="1/60",
        trusted_proxies="127.0.0.0/8",
    )
    async with running(create_app(services)) as backend, open_client() as upstream:
        settings = FrontendSettings(backend_url=f"http://{backend}", vision_service_url=NOBODY)
        async with (
            running(create_frontend(settings, create_metrics(), upstream)) as front,
            httpx.AsyncClient(base_url=f"http://{front}", trust_env=False) as browser,
        ):
            yield Page(browser, front)


async def test_a_page_that_logged_in_reads_changes_and_listens(page: Page) -> None:
    assert (await page.browser.get("/api/tracking")).status_code == 401
    assert await page.listen() == 1008
    assert (await page.browser.post("/api/auth/session", headers={"x-api-key": "key"})).status_code == 201
    assert (await page.browser.get("/api/tracking")).status_code == 200
    ours = {"origin": f"http://{page.address}"}
    content = await page.browser.post("/api/projection/content", json={"content": "hello"}, headers=ours)
    assert content.status_code == 200
    assert '"connection"' in str(await page.listen(Origin=f"http://{page.address}"))


async def test_another_site_cannot_use_the_cookie(page: Page) -> None:
    await page.browser.post("/api/auth/session", headers={"x-api-key": "key"})
    evil = {"origin": "https://evil.example"}
    assert (await page.browser.post("/api/projection/content", json={"content": 1}, headers=evil)).status_code == 401
    assert await page.listen(Origin="https://evil.example") == 1008


async def test_limits_count_the_browser_and_not_the_frontend(page: Page) -> None:
    async def ask(address: str) -> int:
        headers = {"x-api-key": "key", "x-forwarded-for": address}
        return (await page.browser.post("/api/ai/infer", json={}, headers=headers)).status_code

    assert [await ask("192.0.2.1"), await ask("192.0.2.2"), await ask("192.0.2.1")] == [400, 400, 429]


async def test_what_the_backend_refuses_comes_back_in_its_own_shape(page: Page) -> None:
    body = (await page.browser.get("/api/tracking")).json()
    assert (body["status"], body["path"], body["error"]) == (401, "/api/tracking", "Unauthorized")
