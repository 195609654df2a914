"""``/api/ai`` and ``/api/tracking/analyze``: questions to the model, and what can be known about it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from dixi_runtime.backend.ai.bodies import AnalyzeBody, InitializeBody, PullBody, QueryBody
from dixi_runtime.backend.ai.conversation import Conversation, Reply, explain, explain_full
from dixi_runtime.backend.ai.ollama import choose, has
from dixi_runtime.backend.ai.parts import Ai
from dixi_runtime.backend.ai.prompts import Question
from dixi_runtime.backend.ai.provider import ModelError
from dixi_runtime.backend.ai.turns import QueueFullError
from dixi_runtime.backend.clock import milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.event_stream import EventStream
from dixi_runtime.backend.requests import Given, Json, StrictRoute
from dixi_runtime.backend.services import Services
from dixi_runtime.leaving import while_here

router = APIRouter(tags=["ai"], route_class=StrictRoute)

CLIENT_LEFT: Final = 499
"""The status of an answer that nobody waits for; nobody sees it but the metrics."""

_SLACK_SECONDS: Final = 10.0
_PULL_SECONDS: Final = 6 * 3600.0


@router.get("/api/ai/status")
async def status(services: Given) -> Json:
    """Which model answers, and whether Ollama is there."""
    ai, settings = services.ai, services.settings
    try:
        available, connected = await ai.ollama.available(), True
    except ModelError:
        available, connected = [], False
    by_cloud = ai.provider != "ollama"
    name = settings.cloud_model if by_cloud else settings.ollama_model or choose(available)
    body: dict[str, Any] = {
        "initialized": connected or by_cloud,
        "modelName": name,
        "ollamaBaseUrl": ai.ollama.url,
        "ollamaStatus": "connected" if connected else "disconnected",
        "provider": ai.provider,
        "cloudModel": settings.cloud_model,
        "geminiConfigured": bool(settings.gemini_api_key.get_secret_value()),
        "backend": ai.provider,
    }
    documented = {
        "model": name,
        "modelSize": (name or "").partition(":")[2],
        "baseUrl": ai.ollama.url,
        "models": available,
    }
    return Json({**body, **documented, "available": connected or by_cloud})


@router.post("/api/ai/initialize")
async def initialize(services: Given, body: InitializeBody | None = None) -> Json:
    """See whether the model could answer. Which one it is, is a setting, and stays what it is."""
    given = body or InitializeBody()
    try:
        await services.ai.conversation.check()
    except ModelError as error:
        raise explain(error) from error
    return Json({"message": "AI model is ready", "modelSize": given.modelSize})


@router.get("/api/ai/models")
async def models(services: Given) -> Json:
    """The models that Ollama has."""
    try:
        found = await services.ai.ollama.models()
    except ModelError as error:
        raise explain(error) from error
    return Json({"message": "Models", "models": found, "count": len(found)})


@router.post("/api/ai/models/pull")
async def pull(services: Given, body: PullBody) -> Response:
    """Have Ollama fetch a model; its progress comes as server-sent events, and it stops when the client leaves."""
    settings = services.settings
    wanted = (settings.ollama_model, settings.ollama_vision_model)
    guarded = settings.api_key.get_secret_value() and settings.api_key_protects != "nothing"
    if not guarded and not has([name for name in wanted if name], body.model):
        details = "Without an API key only OLLAMA_MODEL and OLLAMA_VISION_MODEL can be pulled; set API_KEY for others"
        raise ApiError(403, "Forbidden", details)
    return EventStream(_progress(services.ai, body.model), _PULL_SECONDS)


@router.post("/api/ai/infer")
async def infer(services: Given, request: Request, question: QueryBody) -> Response:
    """Ask the model; the answer also goes to every client, as one card."""
    asked = question.question()
    reply = await while_here(request.receive, services.ai.conversation.answer(asked))
    if reply is None:
        return Response(status_code=CLIENT_LEFT)
    services.ai.conversation.publish(asked.query, reply)
    return Json({"text": reply.text, "metadata": reply.metadata})


@router.post("/api/ai/stream")
async def stream(services: Given, question: QueryBody) -> Response:
    """Ask the model; its text comes as server-sent events, to the asker alone."""
    conversation = services.ai.conversation
    return EventStream(_deltas(conversation, question.question()), conversation.times.streamed + _SLACK_SECONDS)


@router.get("/api/ai/vision/status")
async def vision_status(services: Given) -> Json:
    """Whether there is a model that sees."""
    try:
        model = await services.ai.conversation.check(sees=True)
    except ModelError as error:
        return Json({"available": False, "model": None, "message": error.sentence})
    return Json({"available": True, "model": model, "message": f"{model} is shown images"})


@router.post("/api/ai/vision/analyze")
async def analyze_vision(services: Given, request: Request, body: AnalyzeBody | None = None) -> Response:
    """Ask the model about what the camera sees now, or about an image that comes along."""
    given = body or AnalyzeBody()
    context = _seen(services) if given.includeContext else {}
    reply = await while_here(request.receive, _analyze(services, given, context, "vision"))
    if reply is None:
        return Response(status_code=CLIENT_LEFT)
    known = {"context": {key: context.get(key) for key in ("gesture", "face")}} if context else {}
    return Json({"text": reply.text, "metadata": reply.metadata, **known})


@router.post("/api/tracking/analyze")
async def analyze_tracking(
    services: Given, request: Request, body: Annotated[AnalyzeBody | None, Body()] = None
) -> Response:
    """Ask the model about what the camera sees now, and say what tracking knew of it."""
    context = _seen(services)
    reply = await while_here(request.receive, _analyze(services, body or AnalyzeBody(), context, "tracking"))
    if reply is None:
        return Response(status_code=CLIENT_LEFT)
    analysis = {"text": reply.text, "metadata": reply.metadata}
    return Json({"analysis": analysis, "context": context, "timestamp": milliseconds(services.clock())})


async def _analyze(services: Services, given: AnalyzeBody, context: dict[str, Any], kind: str) -> Reply:
    """The model is looked for first: without one that sees, no frame is worth taking."""
    conversation = services.ai.conversation
    try:
        await conversation.check(sees=True)
    except ModelError as error:
        raise explain(error, sees=True) from error
    image = given.given_image() or await services.vision.picture()
    reply = await conversation.answer(Question(given.text(), context=context, images=(image,)))
    conversation.publish(given.text(), reply, kind)
    return reply


def _seen(services: Services) -> dict[str, Any]:
    """The newest frame, with the gesture of its hand; empty when nobody is there."""
    frame = services.latest.merged(services.clock())
    if frame is None:
        return {}
    hands = frame.get("hands")
    sides = [hands.get("right"), hands.get("left")] if isinstance(hands, dict) else []
    hand = next((side for side in sides if isinstance(side, dict)), None)
    keys = ("position", "confidence", "timestamp")
    gesture = {"type": hand.get("gesture"), **{key: hand[key] for key in keys if key in hand}} if hand else None
    return {**frame, "gesture": gesture}


async def _deltas(conversation: Conversation, question: Question) -> AsyncGenerator[dict[str, Any], None]:
    """``token`` is the name that upstream's documents give to ``text``."""
    async with aclosing(conversation.stream(question)) as events:
        async for event in events:
            if isinstance(event, str):
                yield {"text": event, "token": event, "done": False}
            else:
                yield {"text": "", "token": "", "done": True, "metadata": event.metadata}


async def _progress(ai: Ai, model: str) -> AsyncGenerator[dict[str, Any], None]:
    try:
        async with ai.pulls.turn(), aclosing(ai.ollama.pull(model)) as said:
            async for progress in said:
                yield {**progress, "done": progress.get("status") == "success"}
    except QueueFullError as error:
        raise explain_full(error) from error
    except ModelError as error:
        raise explain(error) from error
