"""Reads what a service says line by line, and never holds more of it than a line may have."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

import httpx
import orjson

from dixi_runtime.backend.ai.provider import ModelError

LONGEST_LINE: Final = 1 << 20
"""Bytes. Ollama's last line repeats the whole context as numbers, some 10 bytes each."""

MOST_BYTES: Final = 32 << 20
"""Bytes of a whole stream."""

_SHOWN = 80


async def read_lines(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The lines that are not empty; ModelError for a line or a stream that is too long, httpx.HTTPError as it comes."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ModelError("service_error", "bad_answer", "The answer is compressed, which was not asked for")
    held = bytearray()
    total = 0
    async for chunk in response.aiter_raw():
        total += len(chunk)
        first, *rest = chunk.split(b"\n")
        held += first
        for following in rest:
            if held.strip():
                yield bytes(held.strip())
            held = bytearray(following)
        if len(held) > LONGEST_LINE or total > MOST_BYTES:
            raise ModelError("service_error", "too_long", "The answer is longer than an answer may be")
    if held.strip():
        yield bytes(held.strip())


async def read_whole(response: httpx.Response) -> bytes:
    """The body, of at most LONGEST_LINE bytes; raises as read_lines does."""
    held = bytearray()
    async for chunk in response.aiter_raw():
        held += chunk
        if len(held) > LONGEST_LINE:
            raise ModelError("service_error", "too_long", "The answer is longer than an answer may be")
    return bytes(held)


def read_object(text: bytes) -> dict[str, Any]:
    """The JSON object that ``text`` is; ModelError when it is none."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _no_object(text) from error
    if not isinstance(said, dict):
        raise _no_object(text)
    return said


def read_text(said: dict[str, Any], name: str) -> str:
    """The string under ``name``, empty when there is none; ModelError when it is something else."""
    text = said.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ModelError("service_error", "bad_answer", f"'{name}' of the answer is no text")
    return text


def read_count(said: dict[str, Any], name: str) -> int | None:
    """The number under ``name``, if there is one."""
    count = said.get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _no_object(text: bytes) -> ModelError:
    shown = text[:_SHOWN].decode(errors="replace")
    return ModelError("service_error", "bad_answer", f"The answer is no JSON object: {shown!r}")
