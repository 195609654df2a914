"""Gemini, spoken to a stand-in that follows its protocol: tests send nothing to the outside."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.settings import BackendSettings
from tests.unit.runtime.backend.conftest import NOBODY, OpenServices, asking
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

KEY = "AIza-secret"
JPEG = b"\xff\xd8\xff\xe0 a frame"


def chunk(text: str = "", finish: str | None = None, **more: object) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
    return {"candidates": [candidate if finish is None else {**candidate, "finishReason": finish}], **more}


ANSWER = (chunk("Hello"), chunk(" there", "STOP", usageMetadata={"candidatesTokenCount": 3}))


class GeminiStandIn:
    """Answers ``models/MODEL:streamGenerateContent`` with ``chunks`` as server-sent events, or refuses."""

    def __init__(self, *chunks: object, refusal: int = 0) -> None:
        self._chunks = chunks
        self._refusal = refusal
        self.asked: list[dict[str, Any]] = []
        self.urls: list[str] = []
        self.keys: list[str | None] = []
        self.app = Starlette(routes=[Route("/v1beta/models/{action}", self._generate, methods=["POST"])])

    async def _generate(self, request: Request) -> Response:
        self.urls.append(str(request.url))
        self.keys.append(request.headers.get("x-goog-api-key"))
        self.asked.append(await request.json())
        if self._refusal:
            return JSONResponse({"error": {"code": self._refusal, "message": "no quota"}}, self._refusal)
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        for said in self._chunks:
            yield f"data: {json.dumps(said)}\r\n\r\n"


async def infer(services_with: OpenServices, gemini: GeminiStandIn, **settings: object) -> dict[str, Any]:
    async with running(gemini.app) as address:
        given = {"ai_provider": "gemini", "gemini_api_key": SecretStr(KEY), "gemini_base_url": f"http://{address}"}
        services = await services_with(**given, **settings)
        async with asking(create_app(services)) as client:
            body: dict[str, Any] = (await client.post("/api/ai/infer", json={"query": "Hi"})).json()
    return body


async def test_gemini_answers_in_the_same_shape(services_with: OpenServices) -> None:
    gemini = GeminiStandIn(*ANSWER)
    body = await infer(services_with, gemini, cloud_model="gemini-2.0-flash")
    assert body["text"] == "Hello there"
    assert (body["metadata"]["model"], body["metadata"]["provider"]) == ("gemini-2.0-flash", "gemini")
    assert body["metadata"]["tokens"] == 3
    (asked,) = gemini.asked
    assert asked["contents"] == [{"role": "user", "parts": [{"text": "Hi"}]}]
    assert asked["systemInstruction"]["parts"][0]["text"].startswith("You are Dixi.")
    assert asked["generationConfig"]["maxOutputTokens"] == 150


async def test_the_key_is_in_a_header_and_neither_in_a_url_nor_in_the_log(
    services_with: OpenServices, caplog: pytest.LogCaptureFixture
) -> None:
    gemini = GeminiStandIn(*ANSWER)
    with caplog.at_level(logging.DEBUG):
        await infer(services_with, gemini)
    assert gemini.keys == [KEY]
    assert KEY not in gemini.urls[0]
    assert KEY not in caplog.text
    assert KEY not in repr(BackendSettings.model_validate({"GEMINI_API_KEY": KEY}))


def test_the_key_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    settings = BackendSettings.model_validate({"GEMINI_API_KEY_FILE": tmp_path / "key"})
    assert settings.gemini_api_key.get_secret_value() == KEY
    with pytest.raises(ValidationError, match=r"GEMINI_API_KEY_FILE .* cannot be read"):
        BackendSettings.model_validate({"GEMINI_API_KEY_FILE": tmp_path / "nothing"})


async def test_an_image_goes_along(services_with: OpenServices) -> None:
    gemini = GeminiStandIn(*ANSWER)
    async with running(gemini.app) as address:
        services = await services_with(
            ai_provider="gemini", gemini_api_key=SecretStr(KEY), gemini_base_url=f"http://{address}"
        )
        async with asking(create_app(services)) as client:
            image = base64.b64encode(JPEG).decode()
            body = {"image": image, "prompt": "Who?"}
            assert (await client.post("/api/ai/vision/analyze", json=body)).status_code == 200
            assert (await client.get("/api/ai/vision/status")).json()["available"] is True
            status = (await client.get("/api/ai/status")).json()
    assert gemini.asked[0]["contents"][0]["parts"][1] == {"inlineData": {"mimeType": "image/jpeg", "data": image}}
    assert (status["provider"], status["geminiConfigured"], status["available"]) == ("gemini", True, True)


async def test_where_gemini_fails_ollama_answers(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        body = await infer(services_with, GeminiStandIn(refusal=429), ollama_base_url=f"http://{address}")
    assert body["text"] == "Hello there. 👋"
    assert body["metadata"]["provider"] == "ollama"


async def test_without_a_key_ollama_answers(services_with: OpenServices, caplog: pytest.LogCaptureFixture) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        services = await services_with(ai_provider="gemini", ollama_base_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            body = (await client.post("/api/ai/infer", json={"query": "Hi"})).json()
    assert body["metadata"]["provider"] == "ollama"
    assert "no GEMINI_API_KEY" in caplog.text


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ([chunk(), chunk("", "SAFETY")], "gave_nothing"),
        ([{"promptFeedback": {"blockReason": "OTHER"}}], "gave_nothing"),
        ([], "cut_off"),
        ([{}], "cut_off"),
        ([{"candidates": 5}], "cut_off"),
        ([[1]], "bad_answer"),
        ([chunk(), {"error": {"message": "overloaded"}}], "refused"),
    ],
)
async def test_an_answer_that_is_none_has_a_name(
    services_with: OpenServices, chunks: list[object], reason: str
) -> None:
    gemini = GeminiStandIn(*chunks)
    async with running(gemini.app) as address:
        given = {"ai_provider": "gemini", "gemini_api_key": SecretStr(KEY), "gemini_base_url": f"http://{address}"}
        services = await services_with(ollama_base_url=NOBODY, **given)
        async with asking(create_app(services)) as client:
            failed = await client.post("/api/ai/infer", json={"query": "Hi"})
    assert (failed.status_code, failed.json()["type"]) == (500, "connection_error")
    labels = {"component": "ai", "reason": reason}
    assert services.metrics.registry.get_sample_value("dixi_errors_total", labels) == 1


async def test_what_was_said_before_a_failure_is_not_followed_by_another_answer(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    async with running(ollama.app) as address:
        body = await infer(services_with, GeminiStandIn(chunk("Half an")), ollama_base_url=f"http://{address}")
    assert body["details"] == "Gemini's answer ended before it was complete"
    assert ollama.generated == []
