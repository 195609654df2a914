from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.serving import running

KEY = {"x-api-key": "admin-key"}


@pytest.fixture
async def admin(services_with: OpenServices) -> AsyncIterator[httpx.AsyncClient]:
    services = await services_with(admin_api_key="admin-key", api_key="key")
    async with asking(create_app(services)) as client:
        yield client


async def test_without_an_admin_key_nobody_is_let_in(client: httpx.AsyncClient) -> None:
    for key in ("", "admin-key-change-in-production"):
        refused = await client.get("/api/admin/config", headers={"x-api-key": key})
        assert (refused.status_code, refused.json()["details"]) == (401, "There is no admin key; set ADMIN_API_KEY")


async def test_the_api_key_is_no_admin_key_and_the_admin_key_needs_no_api_key(admin: httpx.AsyncClient) -> None:
    assert (await admin.put("/api/admin/config", json={"config": {}}, headers={"x-api-key": "key"})).status_code == 401
    assert (await admin.put("/api/admin/config", json={"config": {}}, headers=KEY)).status_code == 200


async def test_the_configuration_names_no_secret(admin: httpx.AsyncClient) -> None:
    config = (await admin.get("/api/admin/config?apiKey=admin-key")).json()["config"]
    assert config["frontend"] == {"url": "http://localhost:3000,http://localhost:5173"}
    assert "key" not in orjson.dumps(config).decode()


async def test_the_log_can_be_made_to_say_more(admin: httpx.AsyncClient) -> None:
    root = logging.getLogger()
    before = root.level
    try:
        changed = await admin.put("/api/admin/config", json={"config": {"logLevel": "debug"}}, headers=KEY)
        assert changed.json()["config"] == {"logLevel": "debug"}
        assert root.level == logging.DEBUG
    finally:
        root.setLevel(before)
    wrong = await admin.put("/api/admin/config", json={"config": {"port": 1}}, headers=KEY)
    assert wrong.json()["details"][0]["path"] == "config.port"


async def test_clients_are_listed_and_can_be_disconnected(services_with: OpenServices) -> None:
    services = await services_with(admin_api_key="admin-key")
    async with running(create_app(services)) as address, connect(f"ws://{address}/ws") as socket:
        await socket.recv()
        async with httpx.AsyncClient(base_url=f"http://{address}", headers=KEY, trust_env=False) as admin:
            listed = (await admin.get("/api/admin/clients")).json()
            (client,) = listed["clients"]
            assert (listed["count"], client["connectedAt"]) == (1, "2027-01-15T08:00:00.000Z")
            ended = await admin.post(f"/api/admin/clients/{client['id']}/disconnect")
            assert ended.json()["clientId"] == client["id"]
            await socket.wait_closed()
            assert socket.close_code == 1008
            assert (await admin.get("/api/admin/stats")).json()["stats"]["server"]["memory"]["rss"] > 1_000_000
