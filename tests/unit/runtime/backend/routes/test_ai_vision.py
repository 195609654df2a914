"""``/api/ai/vision`` and ``/api/tracking/analyze``: what a model that sees is shown, and what is no image."""

from __future__ import annotations

import base64

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.unit.runtime.backend.beside_ollama import backend_of
from tests.unit.runtime.backend.conftest import OpenServices
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running

JPEG = b"\xff\xd8\xff\xe0 a frame"
FRAME = {"hands": {"right": {"gesture": "fist", "position": {"x": 0.1, "y": 0.2}, "confidence": 0.9}, "left": None}}


async def test_without_a_model_that_sees_there_is_no_analysis(services_with: OpenServices) -> None:
    async with backend_of(services_with, OllamaStandIn("m")) as backend:
        status = (await backend.client.get("/api/ai/vision/status")).json()
        assert (status["available"], status["model"]) == (False, None)
        assert "llava:7b" in status["message"]
        for path in ("/api/ai/vision/analyze", "/api/tracking/analyze"):
            refused = await backend.client.post(path, json={})
            assert (refused.status_code, refused.json()["error"]) == (503, "Vision model not available")


def camera(status: int = 200, content: bytes = JPEG) -> Starlette:
    """A vision service that has, or has not, a frame."""

    async def capture(request: object) -> Response:
        return Response(content, media_type="image/jpeg") if status == 200 else JSONResponse({"error": "x"}, status)

    return Starlette(routes=[Route("/capture_frame", capture)])


async def test_a_seeing_model_is_shown_the_frame_and_told_what_is_known(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m", "llava:7b")
    async with (
        running(camera()) as vision,
        backend_of(services_with, ollama, vision_service_url=f"http://{vision}") as backend,
    ):
        backend.services.events.publish("tracking", FRAME)
        backend.told.clear()
        body = (await backend.client.post("/api/ai/vision/analyze", json={"prompt": "Who is there?"})).json()
        (card,) = backend.told
        assert (await backend.client.get("/api/ai/vision/status")).json()["model"] == "llava:7b"
    (asked,) = ollama.generated
    assert asked["model"] == "llava:7b"
    assert asked["images"] == [base64.b64encode(JPEG).decode()]
    assert asked["prompt"].endswith("Who is there?")
    assert "The right hand makes the fist gesture." in asked["prompt"]
    assert body["text"] == "Hello there. 👋"
    assert body["context"]["gesture"]["type"] == "fist"
    assert body["metadata"]["context"]["mode"] == "vision"
    assert card["data"]["metadata"]["analysisType"] == "vision"


async def test_an_image_that_comes_along_is_shown_instead(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("bakllava:latest")
    given = base64.b64encode(JPEG + b" mine").decode()
    async with backend_of(services_with, ollama) as backend:
        body = {"image": f"data:image/jpeg;base64,{given}", "includeContext": False}
        answer = (await backend.client.post("/api/ai/vision/analyze", json=body)).json()
    assert ollama.generated[0]["images"] == [given]
    assert "context" not in answer


@pytest.mark.parametrize("image", ["", "no base64!", "R0lGODlh", "A" * (7 << 20)])
async def test_what_is_no_image_is_a_400_with_the_field(services_with: OpenServices, image: str) -> None:
    async with backend_of(services_with, OllamaStandIn("llava:7b")) as backend:
        refused = await backend.client.post("/api/ai/vision/analyze", json={"image": image})
    (row,) = refused.json()["details"]
    assert (refused.status_code, row["path"]) == (400, "image")


async def test_tracking_is_analysed_with_the_frame_it_is_about(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("llava:7b")
    async with (
        running(camera()) as vision,
        backend_of(services_with, ollama, vision_service_url=f"http://{vision}") as backend,
    ):
        backend.services.events.publish("tracking", FRAME)
        body = (await backend.client.post("/api/tracking/analyze")).json()
    assert body["analysis"]["text"] == "Hello there. 👋"
    assert body["analysis"]["metadata"]["model"] == "llava:7b"
    assert body["context"]["hands"]["right"]["gesture"] == "fist"
    assert isinstance(body["timestamp"], int)


@pytest.mark.parametrize("app", [camera(503), camera(200, b"<html>"), camera(200, JPEG + bytes(6 << 20))])
async def test_without_a_frame_there_is_nothing_to_ask(services_with: OpenServices, app: Starlette) -> None:
    ollama = OllamaStandIn("llava:7b")
    async with (
        running(app) as vision,
        backend_of(services_with, ollama, vision_service_url=f"http://{vision}") as backend,
    ):
        refused = await backend.client.post("/api/ai/vision/analyze", json={})
    assert (refused.status_code, refused.json()["error"]) == (503, "No frame available")
    assert ollama.generated == []
