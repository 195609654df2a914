"""Google's Gemini over HTTP, for those who choose it (https://ai.google.dev/api/generate-content).

The key goes into a header, never into a URL, which proxies and logs would keep.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, Final

import httpx
import orjson
from pydantic import SecretStr

from dixi_runtime.backend.ai.images import name_type
from dixi_runtime.backend.ai.lines import read_count, read_lines, read_object, read_text, read_whole
from dixi_runtime.backend.ai.provider import ModelError, Piece, Prompt, Sampling
from dixi_runtime.tracing.onward import TraceOnward

KEY_HEADER: Final = "x-goog-api-key"
CONNECT_SECONDS: Final = 5.0
_EVENTS: Final = "text/event-stream"
_DATA: Final = b"data:"


class Gemini:
    """The API at ``url``; ``model`` answers everything, and sees images."""

    name = "gemini"

    def __init__(self, url: str, key: SecretStr, model: str) -> None:
        self.url = url
        self.model = model
        self._http = httpx.AsyncClient(
            base_url=url,
            transport=TraceOnward(httpx.AsyncHTTPTransport(), is_ours=False),
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, write=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            headers={"accept-encoding": "identity", KEY_HEADER: key.get_secret_value()},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def choose(self, *, sees: bool = False) -> str:
        """The one model."""
        return self.model

    async def generate(self, model: str, prompt: Prompt, sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """Gemini's answer; closing the generator closes the connection."""
        path = f"/v1beta/models/{model}:streamGenerateContent"
        content = orjson.dumps(_body(prompt, sampling))
        headers = {"content-type": "application/json"}
        try:
            stream = self._http.stream("POST", path, params={"alt": "sse"}, content=content, headers=headers)
            async with stream as response:
                await _check(response)
                async with aclosing(_pieces(response)) as pieces:
                    async for piece in pieces:
                        yield piece
        except httpx.HTTPError as error:
            reason = f"No answer from {self.url}: {str(error) or type(error).__name__}"
            raise ModelError("connection_error", "unreachable", reason) from error


async def _check(response: httpx.Response) -> None:
    if response.status_code != HTTPStatus.OK:
        raise _refusal(response.status_code, await read_whole(response))
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _EVENTS:
        raise ModelError("service_error", "bad_answer", f"Gemini answered with {kind or 'no type'}, not {_EVENTS}")


async def _pieces(response: httpx.Response) -> AsyncGenerator[Piece, None]:
    tokens: int | None = None
    ended = ""
    async with aclosing(read_lines(response)) as lines:
        async for line in lines:
            if not line.startswith(_DATA):
                continue
            said = read_object(line.removeprefix(_DATA).strip())
            if "error" in said:
                raise ModelError("service_error", "refused", _error_text(said) or "Gemini ended with an error")
            text, finish = _read_candidate(said)
            ended = finish or ended
            usage = said.get("usageMetadata")
            tokens = (read_count(usage, "candidatesTokenCount") if isinstance(usage, dict) else None) or tokens
            if text:
                yield Piece(text)
    if ended not in ("STOP", "MAX_TOKENS"):
        why = f"Gemini ended its answer: {ended}" if ended else "Gemini's answer ended before it was complete"
        raise ModelError("service_error", "gave_nothing" if ended else "cut_off", why)
    yield Piece("", tokens)


def _read_candidate(said: dict[str, Any]) -> tuple[str, str]:
    """The new text, and why the answer has ended if it has."""
    feedback = said.get("promptFeedback")
    if isinstance(feedback, dict) and feedback.get("blockReason"):
        return "", read_text(feedback, "blockReason")
    candidates = said.get("candidates")
    if not isinstance(candidates, list) or not candidates or not isinstance(candidates[0], dict):
        return "", ""
    content = candidates[0].get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    texts = [read_text(part, "text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return "".join(texts), read_text(candidates[0], "finishReason")


def _body(prompt: Prompt, sampling: Sampling) -> dict[str, Any]:
    images = [
        {"inlineData": {"mimeType": name_type(image), "data": base64.b64encode(image).decode()}}
        for image in prompt.images
    ]
    return {
        "systemInstruction": {"parts": [{"text": prompt.system}]},
        "contents": [{"role": "user", "parts": [{"text": prompt.text}, *images]}],
        "generationConfig": {
            "temperature": sampling.temperature,
            "topP": sampling.top_p,
            "topK": sampling.top_k,
            "maxOutputTokens": sampling.num_predict,
            "stopSequences": list(sampling.stop),
        },
    }


def _refusal(status: int, body: bytes) -> ModelError:
    try:
        said = _error_text(read_object(body))
    except ModelError:
        said = ""
    sentence = said or f"Gemini answered with status {status}"
    busy = status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
    return ModelError("service_error", "busy" if busy else "refused", sentence)


def _error_text(said: dict[str, Any]) -> str:
    error = said.get("error")
    return read_text(error, "message") if isinstance(error, dict) else ""
