"""Ollama over HTTP (https://docs.ollama.com/api).

Spoken with httpx rather than with Ollama's own client, which holds a line of any length, trusts any JSON, and takes
proxies and a key from the environment.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

import httpx
import orjson

from dixi_runtime.backend.ai.lines import read_count, read_lines, read_object, read_text, read_whole
from dixi_runtime.backend.ai.provider import ModelError, Piece, Prompt, Sampling
from dixi_runtime.tracing.onward import TraceOnward

PREFERRED: Final = ("gemma3:4b", "llama3.2:latest")
SEEING: Final = ("llava", "bakllava")
"""Families of models that see images."""

LIST_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 5.0
PULL_SILENCE_SECONDS: Final = 600.0
"""Ollama says nothing while it checks a download of many gigabytes."""

_TYPES: Final = frozenset({"application/x-ndjson", "application/json"})


class Ollama:
    """The Ollama at ``url``; without a configured model, whichever it has answers."""

    name = "ollama"

    def __init__(self, url: str, model: str, vision_model: str) -> None:
        self.url = url
        self.configured = model
        self._vision_model = vision_model
        # Questions and answers about Ollama have connections of their own, so that neither waits for the other.
        self._asking = _client(url, httpx.Timeout(None, connect=CONNECT_SECONDS, write=LIST_SECONDS, pool=LIST_SECONDS))
        self._listing = _client(url, httpx.Timeout(LIST_SECONDS))

    async def close(self) -> None:
        """Close the connections."""
        await self._asking.aclose()
        await self._listing.aclose()

    async def models(self) -> list[dict[str, Any]]:
        """What Ollama says of each model that it has, at least its ``name``; ModelError within 5 s."""
        try:
            async with asyncio.timeout(LIST_SECONDS), self._exchange(self._listing, "GET", "/api/tags") as response:
                said = read_object(await read_whole(response))
        except TimeoutError as error:
            raise self._silent("/api/tags") from error
        found = said.get("models")
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ModelError("service_error", "bad_answer", "/api/tags of Ollama did not answer with a list of models")
        return [{**one, "name": named} for one in found if (named := read_text(one, "model") or read_text(one, "name"))]

    async def available(self) -> list[str]:
        """The names of the models that Ollama has; ModelError within 5 s."""
        return [one["name"] for one in await self.models()]

    async def choose(self, *, sees: bool = False) -> str:
        """The configured model, else the best that Ollama has."""
        if sees:
            return await self._choose_seeing()
        if self.configured:
            return self.configured
        chosen = choose(await self.available())
        if chosen is None:
            raise ModelError("service_error", "no_model", "Ollama has no model; pull one or set OLLAMA_MODEL")
        return chosen

    async def _choose_seeing(self) -> str:
        chosen = choose_seeing(await self.available(), self._vision_model)
        if chosen is None:
            raise ModelError(
                "service_error",
                "no_model",
                f"Ollama has no model that sees; pull {self._vision_model}, or set OLLAMA_VISION_MODEL to one it has",
            )
        return chosen

    async def generate(self, model: str, prompt: Prompt, sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """Ollama's answer. It stops to generate when the connection closes, hence when this generator does."""
        body: dict[str, Any] = {
            "model": model,
            "prompt": prompt.text,
            "system": prompt.system,
            "stream": True,
            "options": asdict(sampling),
        }
        if prompt.images:
            body["images"] = [base64.b64encode(image).decode() for image in prompt.images]
        async with aclosing(self._say("/api/generate", body)) as lines:
            async for said in lines:
                done = said.get("done") is True
                yield Piece(read_text(said, "response"), read_count(said, "eval_count") if done else None)
                if done:
                    return
        raise ModelError("service_error", "cut_off", "Ollama's answer ended before it was complete")

    async def pull(self, name: str) -> AsyncGenerator[dict[str, Any], None]:
        """Ollama's progress (``status``, ``total``, ``completed`` in bytes) with fetching a model, to its end."""
        lines = aclosing(self._say("/api/pull", {"model": name, "stream": True}))
        async with lines as progress:
            while True:
                try:
                    async with asyncio.timeout(PULL_SILENCE_SECONDS):
                        said = await anext(progress)
                except StopAsyncIteration:
                    break
                except TimeoutError as error:
                    raise self._silent("/api/pull") from error
                yield said
                if said.get("status") == "success":
                    return
        raise ModelError("service_error", "cut_off", f"Ollama's pull of {name} ended before it was complete")

    async def _say(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        async with self._exchange(self._asking, "POST", path, body) as response:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in _TYPES:
                raise ModelError("service_error", "bad_answer", f"{path} of Ollama answered with {kind or 'no type'}")
            async with aclosing(read_lines(response)) as lines:
                async for line in lines:
                    said = read_object(line)
                    if "error" in said:
                        raise ModelError("service_error", "refused", read_text(said, "error"))
                    yield said

    @asynccontextmanager
    async def _exchange(
        self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """The beginning of a 200; ModelError for anything else, here or while it is read."""
        content = None if body is None else orjson.dumps(body)
        headers = {} if body is None else {"content-type": "application/json"}
        try:
            async with client.stream(method, path, content=content, headers=headers) as response:
                if response.status_code != HTTPStatus.OK:
                    raise _refusal(response.status_code, await read_whole(response))
                yield response
        except httpx.HTTPError as error:
            reason = f"No answer from {self.url}: {str(error) or type(error).__name__}"
            raise ModelError("connection_error", "unreachable", reason) from error

    def _silent(self, path: str) -> ModelError:
        return ModelError("connection_error", "timed_out", f"{self.url}{path} does not answer")


def choose(available: Sequence[str]) -> str | None:
    """The model to use when none is configured."""
    return next((name for name in PREFERRED if name in available), next(iter(available), None))


def choose_seeing(available: Sequence[str], wanted: str) -> str | None:
    """The wanted model where it is there, else one of a family that sees."""
    if has(available, wanted):
        return wanted
    return next((name for name in available if name.rpartition("/")[2].startswith(SEEING)), None)


def has(available: Sequence[str], name: str) -> bool:
    """Whether Ollama has the model; a name without a tag means ``:latest``."""
    return name in available or f"{name}:latest" in available


def _client(url: str, timeout: httpx.Timeout) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        timeout=timeout,
        transport=TraceOnward(),
        trust_env=False,
        headers={"accept-encoding": "identity", "user-agent": "dixi"},
    )


def _refusal(status: int, body: bytes) -> ModelError:
    try:
        said = read_text(read_object(body), "error")
    except ModelError:
        said = ""
    sentence = said or f"Ollama answered with status {status}"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return ModelError("service_error", "busy", sentence)
    return ModelError("service_error", "refused", sentence)
