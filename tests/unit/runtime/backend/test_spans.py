"""What a collector of spans is told of a backend."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from websockets.asyncio.client import ClientConnection, connect

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import open_services
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.metrics import create_metrics
from tests.unit.runtime.backend.beside_ollama import QUESTION
from tests.unit.runtime.backend.conftest import NOBODY
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running
from tests.unit.runtime.tracing.collector import Collector, attributes

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE_ID}-b7ad6b7169203331-01"


async def converse(collector: Collector, ollama: OllamaStandIn) -> None:
    """A question by HTTP within a trace, one by WebSocket, a scene that nobody made, and what probes ask."""
    async with running(collector.app) as there, running(ollama.app) as model:
        given = {
            "otlp_endpoint": f"http://{there}",
            "ollama_base_url": f"http://{model}",
            "ollama_model": "gemma3:4b",
            "vision_service_url": NOBODY,
        }
        settings = BackendSettings.model_validate(given)
        async with (
            open_services(settings, create_metrics(), time.time, "replica", asyncio.Event()) as services,
            running(create_app(services)) as address,
            httpx.AsyncClient(trust_env=False) as client,
            connect(f"ws://{address}/ws?token=secret", proxy=None) as socket,
        ):
            url = f"http://{address}/api/ai/infer?token=secret"
            assert (await client.post(url, json=QUESTION, headers={"traceparent": PARENT})).is_success
            assert (await client.get(f"http://{address}/api/projection/scene/nobody")).status_code == 404
            for path in ("/api/health/ready", "/health/live", "/metrics"):
                await client.get(f"http://{address}{path}")
            await socket.send(json.dumps({"type": "ask", "query": "And you?"}))
            await hear_the_card(socket, "And you?")


async def hear_the_card(socket: ClientConnection, query: str) -> None:
    """Return once the answer has come as a whole."""
    async with asyncio.timeout(10):
        async for said in socket:
            message = json.loads(said)
            is_whole = message["type"] == "ai_response" and not message["data"].get("streaming")
            if is_whole and message["data"]["query"] == query:
                return


async def test_a_question_and_the_models_answer_are_one_trace() -> None:
    collector, ollama = Collector(), OllamaStandIn("gemma3:4b")
    await converse(collector, ollama)
    asked = collector.named("POST /api/ai/infer")
    assert (asked.trace_id.hex(), asked.parent_span_id.hex()) == (TRACE_ID, "b7ad6b7169203331")
    assert asked.kind == Span.SPAN_KIND_SERVER
    told = attributes(list(asked.attributes))
    assert (told["http.route"], told["http.response.status_code"]) == ("/api/ai/infer", 200)
    answered = next(span for span in collector.spans if span.parent_span_id == asked.span_id)
    assert (answered.name, answered.trace_id) == ("POST", asked.trace_id)
    assert ollama.headers[0]["traceparent"] == f"00-{TRACE_ID}-{answered.span_id.hex()}-01"
    assert ollama.headers[0]["x-request-id"] == told["dixi.request_id"]


async def test_a_question_over_websocket_is_a_trace_of_its_own() -> None:
    collector, ollama = Collector(), OllamaStandIn("gemma3:4b")
    await converse(collector, ollama)
    asked = collector.named("WebSocket ask")
    assert not asked.parent_span_id
    assert [span.name for span in collector.spans if span.parent_span_id == asked.span_id] == ["POST"]


async def test_a_span_is_named_by_its_route_and_no_secret_is_in_any() -> None:
    collector = Collector()
    await converse(collector, OllamaStandIn("gemma3:4b"))
    (missed,) = (span for span in collector.spans if span.name.startswith("GET /api/projection/scene/{"))
    told = attributes(list(missed.attributes))
    assert (told["url.path"], told["http.response.status_code"]) == ("/api/projection/scene/nobody", 404)
    assert b"secret" not in collector.raw


async def test_probes_and_scrapes_are_no_spans() -> None:
    collector = Collector()
    await converse(collector, OllamaStandIn("gemma3:4b"))
    assert {span.name for span in collector.spans} == {
        "POST /api/ai/infer",
        "POST",
        "GET /api/projection/scene/{scene_id}",
        "WebSocket ask",
    }
