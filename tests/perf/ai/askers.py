"""Ways to ask a model a question, and how long each takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect

from dixi_runtime.backend.ai.prompts import SYSTEM_PROMPT
from tests.unit.runtime.backend.ai.real_ollama import MODEL

WAIT_SECONDS: Final = 60


@dataclass(frozen=True)
class Timing:
    """Seconds from the question to its first word and to its end."""

    first: float
    whole: float


@dataclass(frozen=True)
class Place:
    """Where Ollama and the backend answer, and the longest answer in tokens."""

    ollama: str
    backend: str
    tokens: int


Ask = Callable[[Place, httpx.AsyncClient, str], Awaitable[Timing]]


async def ask_ollama(place: Place, client: httpx.AsyncClient, query: str) -> Timing:
    """Ollama itself, as the backend asks it."""
    body: dict[str, Any] = {"model": MODEL, "prompt": query, "system": SYSTEM_PROMPT, "stream": True}
    options = {"num_predict": place.tokens, "temperature": 0.7, "top_p": 0.9, "top_k": 40, "num_ctx": 2048}
    return await _time_lines(client, f"{place.ollama}/api/generate", {**body, "options": options})


async def ask_for_events(place: Place, client: httpx.AsyncClient, query: str) -> Timing:
    """The backend's server-sent events."""
    return await _time_lines(client, f"{place.backend}/api/ai/stream", {"query": query})


async def ask_the_hub(place: Place, client: httpx.AsyncClient, query: str) -> Timing:
    """The backend's WebSocket."""
    now = asyncio.get_running_loop().time
    async with connect(f"{place.backend.replace('http', 'ws', 1)}/ws", proxy=None, compression=None) as socket:
        await socket.recv()
        started, first = now(), None
        await socket.send(json.dumps({"type": "ask", "query": query}))
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                said = json.loads(await socket.recv())
                if said["type"] != "ai_response":
                    continue
                first = first or now() - started
                if not said["data"].get("streaming"):
                    return Timing(first, now() - started)


ASKERS: Final[Mapping[str, Ask]] = {
    "Ollama itself": ask_ollama,
    "`POST /api/ai/stream`": ask_for_events,
    "WebSocket `ask`": ask_the_hub,
}


async def leave(place: Place, client: httpx.AsyncClient) -> None:
    """Ask for a long answer, and leave at its first word."""
    async with client.stream("POST", f"{place.backend}/api/ai/stream", json={"query": "hi"}) as response:
        await anext(response.aiter_lines())


async def _time_lines(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> Timing:
    now = asyncio.get_running_loop().time
    started, first = now(), None
    async with client.stream("POST", url, json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line:
                first = first or now() - started
    assert first is not None
    return Timing(first, now() - started)
