from __future__ import annotations

import asyncio

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running


@pytest.mark.parametrize("prefix", ["/api/gestures", "/api/gesture"])
async def test_the_switch_is_told_and_holds(client: httpx.AsyncClient, prefix: str) -> None:
    for enabled, word in ((True, "enabled"), (False, "disabled")):
        toggled = await client.post(f"{prefix}/continuous-analysis/toggle", json={"enabled": enabled})
        assert toggled.json() == {"enabled": enabled, "message": f"Continuous analysis {word}"}
        status = await client.get(f"{prefix}/continuous-analysis/status")
        assert status.json() == {"enabled": enabled, "interval": 10_000}


async def test_what_was_asked_by_hand_is_shown_to_everybody_as_one_card(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("tiny")
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}")
        app = create_app(services)
        async with running(app) as backend, connect(f"ws://{backend}/ws") as page, asking(app) as client:
            for _ in range(3):
                await client.post("/api/gestures/process", json={"type": "wave"})
            asked = await client.post("/api/gestures/analyze-now")
            assert (asked.status_code, asked.json()["bufferSize"], asked.json()["status"]) == (200, 3, "processing")
            busy = await client.post("/api/gestures/analyze-now")
            assert (busy.status_code, busy.json()["retryAfter"]) == (429, 15)
            async with asyncio.timeout(10):
                while True:
                    message = orjson.loads(await page.recv())
                    if message["type"] == "ai_response" and not message["data"].get("streaming"):
                        break
    assert message["data"]["metadata"]["analysisType"] == "manual"
    assert "analysisType" not in message
    assert "wave (3 times)" in ollama.generated[0]["prompt"]
