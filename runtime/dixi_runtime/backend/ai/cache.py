"""Answers that were given before, for as long as they hold."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Final

import orjson

from dixi_runtime.backend.ai.provider import Prompt, Sampling
from dixi_runtime.backend.state.store import Cache

_KEYS: Final = "ai:"


@dataclass(frozen=True)
class KeptAnswer:
    """What is kept of an answer."""

    text: str
    tokens: int


class AnswerCache:
    """Keeps answers in ``cache`` for ``seconds`` each; 0 keeps none."""

    def __init__(self, cache: Cache, seconds: float) -> None:
        self._cache = cache
        self._seconds = seconds

    async def find(self, key: str) -> KeptAnswer | None:
        """The answer under ``key``."""
        if self._seconds <= 0:
            return None
        return _read(await self._cache.get(_KEYS + key))

    async def keep(self, key: str, answer: KeptAnswer) -> None:
        """Keep an answer, unless it is empty: nobody wants to hear nothing again."""
        if self._seconds > 0 and answer.text:
            await self._cache.set(_KEYS + key, orjson.dumps(asdict(answer)), self._seconds)


def make_key(provider: str, model: str, prompt: Prompt, sampling: Sampling) -> str:
    """What identifies an answer: model, sampling, images, and the prompt whatever its case and spacing.

    The prompt has the query and all that the model is told of its context; the rest of a context (times, landmarks)
    cannot change an answer.
    """
    said = [provider, model, " ".join(prompt.text.casefold().split()), prompt.system, asdict(sampling)]
    images = [hashlib.sha256(image).hexdigest() for image in prompt.images]
    return hashlib.sha256(orjson.dumps([said, images])).hexdigest()


def _read(kept: bytes | None) -> KeptAnswer | None:
    try:
        said = None if kept is None else orjson.loads(kept)
    except orjson.JSONDecodeError:
        return None
    match said:
        case {"text": str(text), "tokens": int(tokens)}:
            return KeptAnswer(text, tokens)
        case _:
            return None
