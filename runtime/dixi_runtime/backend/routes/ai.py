"""``/api/ai``: questions to the local model."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, field_validator

from dixi_runtime.backend.ai.model import FAILURES, Answer, choose
from dixi_runtime.backend.ai.prompts import build_prompt
from dixi_runtime.backend.clock import iso, milliseconds
from dixi_runtime.backend.requests import Given, Json, StrictRoute

router = APIRouter(prefix="/api/ai", tags=["ai"], route_class=StrictRoute)
_LONGEST_QUERY = 5000


class QueryBody(BaseModel):
    """A question, and what is known of the person who asks: an object, or a sentence."""

    query: str
    context: dict[str, Any] | str | None = None

    @field_validator("query")
    @classmethod
    def _bounded(cls, value: str) -> str:
        trimmed = value.strip()
        if not 1 <= len(trimmed) <= _LONGEST_QUERY:
            raise ValueError(f"Query must be between 1 and {_LONGEST_QUERY} characters")
        return trimmed


@router.get("/status")
async def status(services: Given) -> Json:
    """Which model answers, and whether Ollama is there."""
    model = services.model
    try:
        available, connected = await model.available(), True
    except FAILURES:
        available, connected = [], False
    name = model.configured or choose(available)
    body: dict[str, Any] = {
        "initialized": connected,
        "modelName": name,
        "ollamaBaseUrl": model.url,
        "ollamaStatus": "connected" if connected else "disconnected",
        "provider": "ollama",
        "cloudModel": None,
        "geminiConfigured": False,
        "backend": "ollama",
    }
    return Json({**body, "model": name, "baseUrl": model.url, "available": connected, "models": available})


@router.post("/infer")
async def infer(services: Given, question: QueryBody) -> Json:
    """Ask the model; the answer also goes to every client."""
    context = question.context if isinstance(question.context, dict) else {}
    query = question.query if not isinstance(question.context, str) else f"{question.context} {question.query}"
    answer = await services.model.answer(build_prompt(query, context))
    now = services.clock()
    metadata = _metadata(answer, context, iso(now))
    services.events.publish(
        "ai_response",
        {"query": question.query, "response": answer.text, "metadata": metadata, "timestamp": milliseconds(now)},
    )
    return Json({"text": answer.text, "metadata": metadata})


def _metadata(answer: Answer, context: dict[str, Any], now: str) -> dict[str, Any]:
    about = {"app": "Dixi", "timestamp": now, "mode": "text"}
    about |= {key: context[key] for key in ("gesture", "recent_gestures") if key in context}
    return {
        "inferenceTime": round(answer.seconds * 1000),
        "tokenCount": len(answer.text.split()),
        "confidence": 0.95,
        "model": answer.model,
        "context": about,
        "tokens": answer.tokens,
    }
