"""Questions and answers between the clients and the model: who is told what, and in which shape."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from dixi_runtime.backend.ai.assistant import Answer, Assistant
from dixi_runtime.backend.ai.library import Library
from dixi_runtime.backend.ai.prompts import SYSTEM_PROMPT, Question, choose_template, tidy
from dixi_runtime.backend.ai.provider import ModelError, Prompt
from dixi_runtime.backend.ai.templates import BUILT_IN, Template, TemplateError
from dixi_runtime.backend.ai.turns import QueueFullError
from dixi_runtime.backend.clock import Clock, iso, milliseconds
from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.state.store import StoreUnavailableError

CONFIDENCE: Final = 0.95
"""What the existing backend says of every answer; models do not say how sure they are."""

DELTA_SECONDS: Final = 0.1
"""Text that grows is sent to all clients this often at most."""

_BUSY_SECONDS: Final = 5
"""A service that turns questions away does not say for how long."""


@dataclass(frozen=True)
class Times:
    """How long an answer may take, in seconds: asked for whole, streamed, or about an image."""

    whole: float = 60.0
    streamed: float = 120.0
    image: float = 30.0


@dataclass(frozen=True)
class Reply:
    """An answer with what is told about it."""

    text: str
    metadata: dict[str, Any]


class Conversation:
    """Answers questions; ``publish`` tells every client, and takes the kind and the data of a message."""

    def __init__(
        self,
        assistant: Assistant,
        library: Library,
        publish: Callable[[str, dict[str, Any]], None],
        clock: Clock,
        times: Times,
    ) -> None:
        self._assistant = assistant
        self._library = library
        self._publish = publish
        self._clock = clock
        self.times = times

    async def check(self, *, sees: bool = False) -> str:
        """The model that would answer; ModelError when none would."""
        return await self._assistant.choose(sees=sees)

    async def answer(self, question: Question) -> Reply:
        """The whole answer, which is told to nobody else; ApiError when there is none."""
        seconds = self.times.image if question.images else self.times.whole
        async with aclosing(self._stream(question, seconds)) as events:
            async for event in events:
                if isinstance(event, Reply):
                    return event
        raise AssertionError("a stream ends with its reply")

    async def stream(self, question: Question) -> AsyncGenerator[str | Reply, None]:
        """New text as it comes, then the whole Reply; told to nobody else. ApiError when there is no answer."""
        async with aclosing(self._stream(question, self.times.streamed)) as events:
            async for event in events:
                yield event

    def publish(self, query: str, reply: Reply, analysis_type: str = "") -> None:
        """Show an answer to every client as one card, coloured by its ``analysis_type`` (gesture, continuous, ...)."""
        self._tell(query, reply.text, _coloured(reply.metadata, analysis_type))

    async def tell(self, question: Question, *, answer_id: str = "", analysis_type: str = "") -> Reply:
        """Show an answer to every client while it grows, and at its end as one card; ApiError when there is none.

        Growing text that does not reach its end becomes a card as well, marked ``interrupted``: the existing page
        would else put the next answer behind it.
        """
        growing = _Growing(partial(self._tell, question.query), answer_id or secrets.token_hex(8))
        try:
            async with aclosing(self._stream(question, self.times.streamed)) as events:
                async for event in events:
                    if isinstance(event, Reply):
                        growing.end(event.text, _coloured(event.metadata, analysis_type))
                        return event
                    growing.add(event, self._clock())
        finally:
            growing.end_early()
        raise AssertionError("a stream ends with its reply")

    async def _stream(self, question: Question, seconds: float) -> AsyncGenerator[str | Reply, None]:
        prompt = await self._make_prompt(question)
        try:
            async with aclosing(self._assistant.stream(prompt, seconds)) as events:
                async for event in events:
                    yield self._reply(event, question) if isinstance(event, Answer) else event
        except QueueFullError as error:
            raise explain_full(error) from error
        except ModelError as error:
            raise explain(error, sees=bool(question.images)) from error

    async def _make_prompt(self, question: Question) -> Prompt:
        chosen, values = choose_template(question)
        template = await self._find_template(chosen)
        if template is None:
            raise validation_failed([invalid("templateId", "No template has this id", chosen)])
        try:
            text = template.render(values)
        except TemplateError as error:
            raise validation_failed([invalid("variables", str(error))]) from error
        return Prompt(tidy(text), SYSTEM_PROMPT, question.images)

    async def _find_template(self, template_id: str) -> Template | None:
        """A question is answered also while the store is away, if need be without what was edited."""
        try:
            return await self._library.find(template_id)
        except StoreUnavailableError:
            if template_id not in BUILT_IN:
                raise
            return BUILT_IN[template_id]

    def _reply(self, answer: Answer, question: Question) -> Reply:
        mode = "vision" if question.images else "text"
        about = {"app": "Dixi", "timestamp": iso(self._clock()), "mode": mode}
        about |= {key: question.context[key] for key in ("gesture", "recent_gestures") if key in question.context}
        metadata = {
            "inferenceTime": round(answer.seconds * 1000),
            "tokenCount": len(answer.text.split()),
            "confidence": CONFIDENCE,
            "model": answer.model,
            "provider": answer.provider,
            "cached": answer.cached,
            "context": about,
            "tokens": answer.tokens,
        }
        return Reply(answer.text, metadata)

    def _tell(self, query: str, text: str, metadata: dict[str, Any], **more: Any) -> None:
        data = {"query": query, "response": text, "metadata": metadata, "timestamp": milliseconds(self._clock())}
        self._publish("ai_response", {**data, **more})


class _Growing:
    """Text that all clients see grow, and that ends as a card for certain."""

    def __init__(self, tell: Callable[..., None], answer_id: str) -> None:
        self._tell = tell
        self._id = answer_id
        self._text = ""
        self._sent = 0
        self._sent_at: float | None = None
        self._ended = False

    def add(self, text: str, now: float) -> None:
        self._text += text
        if self._sent_at is not None and 0 <= now - self._sent_at < DELTA_SECONDS:
            return
        first = {} if self._sent_at is not None else {"first": True}
        self._tell(self._text[self._sent :], {}, id=self._id, streaming=True, **first)
        self._sent, self._sent_at = len(self._text), now

    def end(self, text: str, metadata: dict[str, Any]) -> None:
        self._tell(text, metadata, id=self._id)
        self._ended = True

    def end_early(self) -> None:
        if self._sent_at is not None and not self._ended:
            self.end(self._text.rstrip(), {"interrupted": True})


def _coloured(metadata: dict[str, Any], analysis_type: str) -> dict[str, Any]:
    return {**metadata, "analysisType": analysis_type} if analysis_type else metadata


def explain_full(error: QueueFullError) -> ApiError:
    """The answer for an asker who is one too many."""
    return _too_many(str(error), error.retry_after)


def explain(error: ModelError, *, sees: bool = False) -> ApiError:
    """The answer for an asker; a reason to come back later is a 503, everything else a 500 as ever."""
    if error.reason == "busy":
        return _too_many(error.sentence, _BUSY_SECONDS)
    if error.reason == "no_model" and sees:
        return ApiError(503, "Vision model not available", error.sentence, "service_error")
    title = "AI service unavailable" if error.kind == "connection_error" else "AI service error"
    return ApiError(500, title, error.sentence, error.kind)


def _too_many(sentence: str, seconds: int) -> ApiError:
    headers, extra = {"retry-after": str(seconds)}, {"retryAfter": seconds}
    return ApiError(503, "Too many questions at once", sentence, "service_error", headers=headers, extra=extra)
