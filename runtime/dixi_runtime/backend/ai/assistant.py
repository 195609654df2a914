"""A question's way to an answer: from the cache, or in its turn from a model, in time or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from dixi_runtime.backend.ai.cache import AnswerCache, KeptAnswer, make_key
from dixi_runtime.backend.ai.metrics import AiMetrics, Outcome
from dixi_runtime.backend.ai.provider import LONGEST_ANSWER, ModelError, Prompt, Provider, Sampling
from dixi_runtime.backend.ai.turns import QueueFullError, Turns

_GRACE_SECONDS: Final = 0.1
"""Lets a question that still waits for its turn at the deadline say so itself."""


@dataclass(frozen=True)
class Answer:
    """The whole text, who gave it, the tokens it took and the time in seconds, which is 0 for one from the cache."""

    text: str
    model: str
    provider: str
    tokens: int
    seconds: float
    cached: bool = False


@dataclass
class _Telling:
    """What has been said so far."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    tokens: int | None = None

    def add(self, text: str) -> str:
        """What of ``text`` is new to the listener: nothing but space does not begin an answer."""
        new = text if self.parts else text.lstrip()
        if new:
            self.parts.append(new)
            self.length += len(new)
        return new

    @property
    def text(self) -> str:
        return "".join(self.parts).rstrip()


class Assistant:
    """Asks the first of ``providers``, and the next when one fails before it has said anything."""

    def __init__(
        self,
        providers: Sequence[Provider],
        sampling: Sampling,
        turns: Turns,
        cache: AnswerCache,
        metrics: AiMetrics,
    ) -> None:
        self._providers: Final = tuple(providers)
        self._sampling = sampling
        self._turns = turns
        self._cache = cache
        self._metrics = metrics
        metrics.watch(turns)

    @property
    def provider(self) -> str:
        """The name of the service that is asked first."""
        return self._providers[0].name

    async def choose(self, *, sees: bool) -> str:
        """The model that is asked first; ModelError when there is none."""
        return await self._providers[0].choose(sees=sees)

    async def stream(self, prompt: Prompt, seconds: float) -> AsyncGenerator[str | Answer, None]:
        """New text as it comes, then the Answer; closing the generator ends the generation at the service.

        Raises ModelError when there is no answer within ``seconds``, and QueueFullError when too many ask.
        """
        outcome: Outcome = "cancelled"
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            async with aclosing(self._ask_each(prompt, deadline)) as events:
                while True:
                    try:
                        async with asyncio.timeout_at(deadline + _GRACE_SECONDS):
                            event = await anext(events)
                    except TimeoutError as error:
                        sentence = f"There was no whole answer within {seconds:g} s"
                        raise ModelError("service_error", "timed_out", sentence) from error
                    if isinstance(event, Answer):
                        outcome = "cached" if event.cached else "answered"
                    yield event
                    if isinstance(event, Answer):
                        return
        except ModelError as error:
            outcome = "failed"
            self._metrics.shared.error("ai", error.reason)
            raise
        except QueueFullError:
            outcome = "queue_full"
            raise
        finally:
            self._metrics.count(outcome)

    async def answer(self, prompt: Prompt, seconds: float) -> Answer:
        """The whole answer; raises as ``stream`` does."""
        async with aclosing(self.stream(prompt, seconds)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise AssertionError("a stream ends with its answer")

    async def _ask_each(self, prompt: Prompt, deadline: float) -> AsyncGenerator[str | Answer, None]:
        *first, last = self._providers
        for provider in first:
            said = False
            try:
                async with aclosing(self._ask(provider, prompt, deadline)) as events:
                    async for event in events:
                        said = True
                        yield event
                return
            except ModelError as error:
                if said:
                    raise
                self._metrics.shared.error("ai", error.reason)
        async with aclosing(self._ask(last, prompt, deadline)) as events:
            async for event in events:
                yield event

    async def _ask(self, provider: Provider, prompt: Prompt, deadline: float) -> AsyncGenerator[str | Answer, None]:
        model = await provider.choose(sees=bool(prompt.images))
        key = make_key(provider.name, model, prompt, self._sampling)
        kept = await self._cache.find(key)
        if kept is not None:
            yield kept.text
            yield Answer(kept.text, model, provider.name, kept.tokens, seconds=0.0, cached=True)
            return
        async with self._turns.turn(deadline), aclosing(self._generate(provider, model, prompt)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    await self._cache.keep(key, KeptAnswer(event.text, event.tokens))
                yield event

    async def _generate(self, provider: Provider, model: str, prompt: Prompt) -> AsyncGenerator[str | Answer, None]:
        started = asyncio.get_running_loop().time()
        told = _Telling()
        async with aclosing(provider.generate(model, prompt, self._sampling)) as pieces:
            async for piece in pieces:
                told.tokens = piece.tokens or told.tokens
                new = told.add(piece.text)
                if told.length > LONGEST_ANSWER:
                    raise ModelError("service_error", "too_long", "The model does not come to an end")
                if new:
                    yield new
        seconds = asyncio.get_running_loop().time() - started
        tokens = told.tokens or len(told.text.split())
        self._metrics.shared.inference_seconds.labels(model).observe(seconds)
        self._metrics.tokens.inc(tokens)
        yield Answer(told.text, model, provider.name, tokens, seconds)
