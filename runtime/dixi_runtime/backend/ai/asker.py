"""Questions over WebSocket: ``{"type":"ask","id":...,"query":...}``; ``{"type":"cancel","id":...}`` takes one back.

The text goes to every client as it grows, then as one card; the asker alone hears of errors.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import orjson
from opentelemetry.trace import Tracer
from pydantic import StringConstraints, ValidationError

from dixi_runtime.backend.ai.bodies import QueryBody
from dixi_runtime.backend.ai.conversation import Conversation
from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.tasks import end
from dixi_runtime.tracing.spans import traced

ASK: Final = "ask"
CANCEL: Final = "cancel"
_LONGEST_ID: Final = 100

Refuse = Callable[[], Awaitable[ApiError | None]]
"""Says why the client may not ask now; None when it may."""

AskId = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_ID)]


class AskBody(QueryBody):
    """A question with the name that its asker gives it."""

    id: AskId | None = None


class Asker:
    """What one client asks: one question at a time, given up when the client leaves."""

    def __init__(
        self,
        conversation: Conversation,
        refuse: Refuse,
        reply: Callable[[dict[str, Any]], None],
        clock: Clock,
        tracer: Tracer | None = None,
    ) -> None:
        self._conversation = conversation
        self._refuse = refuse
        self._reply = reply
        self._clock = clock
        self._tracer = tracer
        self._asked: str | None = None
        self._answering: asyncio.Task[None] | None = None

    def hear(self, said: str | bytes) -> bool:
        """Take what the client said when it is about a question; False when it is about something else."""
        message = read_question(said)
        if message is None:
            return False
        if message["type"] == ASK:
            self._take(message)
        else:
            self._cancel(message)
        return True

    async def close(self) -> None:
        """Give up what is being answered; returns when the generation has been told to stop."""
        if self._answering is not None:
            await end((self._answering,))

    def _take(self, said: dict[str, Any]) -> None:
        name = said.get("id")
        try:
            body = AskBody.model_validate(said)
        except ValidationError as error:
            rows = [invalid(".".join(map(str, item["loc"])), _plain(item["msg"])) for item in error.errors()]
            self._refused(ASK, name, validation_failed(rows))
            return
        if self._answering is not None and not self._answering.done():
            details = "This client's last question is being answered; wait for it, or cancel it"
            self._refused(ASK, name, ApiError(409, "One question at a time", details))
            return
        self._asked = body.id
        answer_id = secrets.token_hex(8)
        self._say("ack", ASK, self._asked, answerId=answer_id)
        self._answering = asyncio.create_task(self._answer(body, answer_id))

    def _cancel(self, said: dict[str, Any]) -> None:
        name = said.get("id", self._asked)
        if self._answering is None or self._answering.done() or name != self._asked:
            self._refused(CANCEL, name, ApiError(404, "No such question", "Nothing with this id is being answered"))
            return
        self._answering.cancel()
        self._say("ack", CANCEL, self._asked)

    async def _answer(self, body: AskBody, answer_id: str) -> None:
        try:
            refusal = await self._refuse()
            if refusal is not None:
                raise refusal
            with traced(self._tracer, f"WebSocket {ASK}", answer_id):
                await self._conversation.tell(body.question(), answer_id=answer_id)
        except ApiError as error:
            self._refused(ASK, body.id, error)
        except StoreUnavailableError as error:
            self._refused(ASK, body.id, ApiError(503, "State unavailable", str(error), "service_error"))

    def _refused(self, original: str, name: object, error: ApiError) -> None:
        body = {"error": error.error, "details": error.details, "code": error.status, "errorType": error.kind}
        known = {key: value for key, value in body.items() if value is not None}
        self._say("error", original, name, **known, **error.extra)

    def _say(self, kind: str, original: str, name: object, **more: Any) -> None:
        named = {"id": name} if isinstance(name, str) and len(name) <= _LONGEST_ID else {}
        self._reply({"type": kind, "originalType": original, **named, **more, "timestamp": milliseconds(self._clock())})


def read_question(said: str | bytes) -> dict[str, Any] | None:
    """The message when it is one about a question; everything else is hardly looked at."""
    if not (_mentions(said, ASK) or _mentions(said, CANCEL)):
        return None
    try:
        message = orjson.loads(said)
    except orjson.JSONDecodeError:
        return None
    return message if isinstance(message, dict) and message.get("type") in (ASK, CANCEL) else None


def _mentions(said: str | bytes, word: str) -> bool:
    quoted = f'"{word}"'
    return quoted in said if isinstance(said, str) else quoted.encode() in said


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
