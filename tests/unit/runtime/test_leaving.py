from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from dixi_runtime.backend.app import create_app as create_backend
from dixi_runtime.backend.services import open_services
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.frontend.app import create_app as create_frontend
from dixi_runtime.frontend.proxy import open_client
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.leaving import while_here
from dixi_runtime.metrics import create_metrics
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

NOBODY = "http://127.0.0.1:9"


async def stay() -> MutableMapping[str, Any]:
    await asyncio.Event().wait()
    return {}


async def leave() -> MutableMapping[str, Any]:
    return {"type": "http.disconnect"}


async def test_work_for_who_stays_is_done() -> None:
    async def work() -> int:
        return 5

    assert await while_here(stay, work()) == 5


async def test_what_fails_fails() -> None:
    async def work() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await while_here(stay, work())


async def test_work_for_who_leaves_has_ended_when_it_is_given_up() -> None:
    ended = False

    async def work() -> int:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            ended = True
        return 5

    assert await while_here(leave, work()) is None
    assert ended


@pytest.mark.parametrize("path", ["/api/ai/infer", "/api/ai/stream"])
async def test_who_leaves_the_page_ends_the_generation_behind_frontend_and_backend(path: str) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with running(ollama.app) as ollama_address, open_client() as http, httpx.AsyncClient() as browser:
        given = {"ollama_base_url": f"http://{ollama_address}", "vision_service_url": NOBODY}
        async with (
            open_services(
                BackendSettings.model_validate(given), create_metrics(), lambda: 0.0, "one", asyncio.Event()
            ) as services,
            running(create_backend(services)) as backend,
        ):
            settings = FrontendSettings(backend_url=f"http://{backend}", vision_service_url=NOBODY)
            async with running(create_frontend(settings, create_metrics(), http)) as page:
                asking = asyncio.create_task(browser.post(f"http://{page}{path}", json={"query": "hi"}))
                await until(lambda: ollama.running, "Ollama generates")
                asking.cancel()
                await until(lambda: ollama.given_up, "Ollama has been left")
