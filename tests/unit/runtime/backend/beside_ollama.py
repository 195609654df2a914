"""A backend beside a stand-in of Ollama, and what it tells."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

QUESTION = {"query": "Who are you?"}


class Backend:
    """A backend beside an Ollama, what it tells its clients, and a client of its HTTP."""

    def __init__(self, services: Services, client: httpx.AsyncClient) -> None:
        self.services = services
        self.client = client
        self.told: list[dict[str, Any]] = []
        services.events.listeners.append(lambda message, source: self.told.append(message))

    def count(self, outcome: str) -> float | None:
        return self.services.metrics.registry.get_sample_value("dixi_ai_questions_total", {"outcome": outcome})


@asynccontextmanager
async def backend_of(services_with: OpenServices, ollama: OllamaStandIn, **settings: object) -> AsyncIterator[Backend]:
    """The backend, without a network between."""
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}", **settings)
        async with asking(create_app(services)) as client:
            yield Backend(services, client)


@asynccontextmanager
async def served(services_with: OpenServices, ollama: OllamaStandIn, **settings: object) -> AsyncIterator[Backend]:
    """The same behind a real server: text comes as it is made, and who asks can really leave."""
    async with running(ollama.app) as address:
        services = await services_with(ollama_base_url=f"http://{address}", **settings)
        async with running(create_app(services)) as here, httpx.AsyncClient(base_url=f"http://{here}") as client:
            yield Backend(services, client)


async def read_events(response: httpx.Response) -> list[dict[str, Any] | str]:
    """All of a stream of server-sent events, its end included."""
    parts = [line.removeprefix("data: ") async for line in response.aiter_lines() if line.startswith("data: ")]
    return [part if part == "[DONE]" else json.loads(part) for part in parts]
