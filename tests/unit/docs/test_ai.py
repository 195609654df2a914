"""The transcripts in docs/ai.md, played: what is shown there has the types and keys of what is really said."""

from __future__ import annotations

import json
from typing import Any

import httpx

from dixi_runtime.backend.app import create_app
from tests.unit.docs.pages import DOCS, list_blocks, list_spans
from tests.unit.runtime.backend.ai.test_asker import page
from tests.unit.runtime.backend.conftest import OpenServices, clock, services_with
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

__all__ = ["clock", "services_with"]

PAGE = DOCS / "ai.md"
ASK = {"query": "Who are you?"}


def shape(value: object) -> object:
    """The keys of objects, and the type of everything else."""
    return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else type(value)


async def test_the_events_are_as_described(services_with: OpenServices) -> None:
    (block,) = list_blocks(PAGE, "sse")
    shown = [line.removeprefix("data: ") for line in block.splitlines() if line]
    async with running(OllamaStandIn("m").app) as ollama:
        services = await services_with(ollama_base_url=f"http://{ollama}")
        async with running(create_app(services)) as address, httpx.AsyncClient() as client:
            text = (await client.post(f"http://{address}/api/ai/stream", json=ASK)).text
    said = [line.removeprefix("data: ") for line in text.splitlines() if line]
    assert said[-1] == shown[-1] == "[DONE]"
    described = [shape(json.loads(event)) for event in shown[:-1]]
    assert [shape(json.loads(event)) for event in said[:-1]] == [described[0], *described]


async def test_the_messages_are_as_described(services_with: OpenServices) -> None:
    (block,) = list_blocks(PAGE, "hub")
    asked, *shown = [json.loads(line[2:]) for line in block.splitlines()]
    ollama = OllamaStandIn("m")
    ollama.pieces = ("Hello there",)
    async with running(ollama.app) as ollama_address:
        services = await services_with(ollama_base_url=f"http://{ollama_address}")
        async with running(create_app(services)) as address, page(address) as asker:
            await asker.say(asked)
            heard = [await asker.hear() for _ in shown]
    assert [shape(message) for message in heard] == [shape(message) for message in shown]


async def test_the_error_is_as_described(services_with: OpenServices) -> None:
    shown = next(span for span in list_spans(PAGE) if span.startswith('{"type":"error"'))
    keys = set(json.loads(shown.replace(",…", ""))) - {"retryAfter"}
    services = await services_with()
    async with running(create_app(services)) as address, page(address) as asker:
        await asker.say({**ASK, "type": "ask", "id": "mine"})
        await asker.hear()
        heard: dict[str, Any] = await asker.hear()
    assert keys <= set(heard)
