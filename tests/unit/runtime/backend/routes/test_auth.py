"""Keys, tokens and the cookie, as pages and programs use them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from dixi_runtime.backend.app import create_app, create_socket_app
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, asking
from tests.unit.runtime.serving import running

KEY = {"x-api-key": "key"}
CONTENT = "/api/projection/content"
HELLO = {"content": "hello"}


@pytest.fixture
async def guarded(services_with: OpenServices) -> Services:
    return await services_with(api_key="key", jwt_secret="secret")


@pytest.fixture
async def page(guarded: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(create_app(guarded)) as client:
        yield client


async def token(client: httpx.AsyncClient, **wanted: object) -> str:
    response = await client.post("/api/auth/token", json=wanted, headers=KEY)
    assert response.status_code == 201, response.text
    issued: str = response.json()["token"]
    return issued


async def test_a_token_for_control_changes_things_until_it_expires(page: httpx.AsyncClient, clock: ManualClock) -> None:
    given = {"authorization": f"Bearer {await token(page, scope='control', ttlSeconds=120)}"}
    assert (await page.post(CONTENT, json=HELLO, headers=given)).status_code == 200
    clock.advance(121)
    refused = await page.post(CONTENT, json=HELLO, headers=given)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="dixi"')


async def test_a_token_for_viewing_is_forbidden_to_change_things(page: httpx.AsyncClient) -> None:
    given = {"authorization": f"Bearer {await token(page)}"}
    refused = await page.post(CONTENT, json=HELLO, headers=given)
    assert (refused.status_code, refused.json()["error"]) == (403, "Forbidden")


async def test_a_token_says_how_long_it_holds(page: httpx.AsyncClient) -> None:
    issued = (await page.post("/api/auth/token", headers=KEY)).json()
    assert (issued["scope"], issued["expiresIn"], issued["expiresAt"]) == ("view", 3600, "2027-01-15T09:00:00.000Z")
    refused = await page.post("/api/auth/token", json={"ttlSeconds": 86401}, headers=KEY)
    assert (refused.status_code, refused.json()["details"][0]["path"]) == (400, "ttlSeconds")


async def test_a_token_is_given_for_the_key_alone(page: httpx.AsyncClient) -> None:
    control = await token(page, scope="control")
    for headers in ({}, {"x-api-key": "wrong"}, {"authorization": f"Bearer {control}"}, {"x-api-key": control}):
        for path in ("/api/auth/token", "/api/auth/session"):
            assert (await page.post(path, headers=headers)).status_code == 401


async def test_without_a_secret_there_are_no_tokens(services_with: OpenServices) -> None:
    async with asking(create_app(await services_with(api_key="key"))) as client:
        refused = await client.post("/api/auth/token", headers=KEY)
    assert (refused.status_code, refused.json()["error"]) == (503, "Tokens unavailable")


async def test_the_cookie_lets_our_own_page_change_things_and_no_other_site(page: httpx.AsyncClient) -> None:
    opened = await page.post("/api/auth/session", headers=KEY)
    assert opened.status_code == 201
    assert "token" not in opened.json()
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert (await page.post(CONTENT, json=HELLO)).status_code == 200
    assert (await page.post(CONTENT, json=HELLO, headers={"origin": "http://backend"})).status_code == 200
    assert (await page.post(CONTENT, json=HELLO, headers={"origin": "https://evil.example"})).status_code == 401
    assert (await page.get("/api/auth/session")).json() == {"keyRequired": True, "view": True, "control": True}
    await page.delete("/api/auth/session")
    assert (await page.post(CONTENT, json=HELLO)).status_code == 401
    assert (await page.get("/api/auth/session")).json() == {"keyRequired": True, "view": True, "control": False}


async def test_the_cookie_is_kept_to_https_for_a_page_that_came_by_it(page: httpx.AsyncClient) -> None:
    opened = await page.post("/api/auth/session", headers={**KEY, "x-forwarded-proto": "https"})
    assert "Secure" in opened.headers["set-cookie"]


async def test_the_existing_page_works_without_a_key_and_where_the_key_protects_nothing(
    services_with: OpenServices,
) -> None:
    for settings in ({}, {"api_key": "key", "api_key_protects": "nothing"}):
        async with asking(create_app(await services_with(**settings))) as client:
            assert (await client.post(CONTENT, json=HELLO)).status_code == 200
            assert (await client.get("/api/auth/session")).json() == {
                "keyRequired": False,
                "view": True,
                "control": True,
            }


async def test_where_everything_is_protected_reading_and_listening_need_a_token(services_with: OpenServices) -> None:
    services = await services_with(api_key="key", jwt_secret="secret", api_key_protects="everything")
    app = create_app(services)
    async with asking(app) as client:
        view = await token(client)
        assert (await client.get("/api/tracking")).status_code == 401
        assert (await client.get("/api/tracking", headers={"authorization": f"Bearer {view}"})).status_code == 200
        assert (await client.get("/health/live")).status_code == 200
    for served in (app, create_socket_app(services)):
        async with running(served) as address:
            for query in (f"token={view}", "token=key"):
                async with connect(f"ws://{address}/ws?{query}") as socket:
                    assert '"connection"' in str(await socket.recv())
            for query in ("", "?token=wrong", f"?token={view[:-2]}"):
                with pytest.raises(InvalidStatus) as caught:
                    await connect(f"ws://{address}/ws{query}")
                assert caught.value.response.status_code == 401
                assert b'"Unauthorized"' in caught.value.response.body
