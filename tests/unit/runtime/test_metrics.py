import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dixi_runtime.metrics import CountRequests, Metrics, create_metrics, render_metrics


@pytest.fixture
def metrics() -> Metrics:
    return create_metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


async def ask(metrics: Metrics, method: str, path: str) -> None:
    async def fine(request: Request) -> Response:
        return PlainTextResponse("fine")

    async def broken(request: Request) -> Response:
        raise RuntimeError("broken")

    routes = [Route("/item/{number}", fine), Route("/broken", broken)]
    app = Starlette(routes=routes, middleware=[Middleware(CountRequests, metrics=metrics, component="test")])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.request(method, path)


async def test_requests_count_by_route_template(metrics: Metrics) -> None:
    await ask(metrics, "GET", "/item/1")
    await ask(metrics, "GET", "/item/2")
    assert value(metrics, "dixi_api_requests_total", method="GET", route="/item/{number}", status="200") == 2


async def test_an_unknown_path_or_method_adds_no_label_value(metrics: Metrics) -> None:
    await ask(metrics, "GET", "/no/such/thing")
    await ask(metrics, "BREW", "/no/such/thing")
    assert value(metrics, "dixi_api_requests_total", method="GET", route="unmatched", status="404") == 1
    assert value(metrics, "dixi_api_requests_total", method="OTHER", route="unmatched", status="404") == 1


async def test_a_route_that_raises_counts_as_a_server_error(metrics: Metrics) -> None:
    await ask(metrics, "GET", "/broken")
    assert value(metrics, "dixi_errors_total", component="test", reason="server_error") == 1


def test_the_text_parses_and_names_the_five_series(metrics: Metrics) -> None:
    families = {family.name for family in text_string_to_metric_families(bytes(render_metrics(metrics).body).decode())}
    assert families >= {
        "dixi_gesture_detections",
        "dixi_ai_inference_duration_seconds",
        "dixi_websocket_connections",
        "dixi_api_requests",
        "dixi_errors",
    }
