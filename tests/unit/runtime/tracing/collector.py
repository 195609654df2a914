"""A collector of spans, for want of a real one: it takes them as OTLP over HTTP has them, and keeps them."""

from __future__ import annotations

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Collector:
    """``status`` is what it answers; ``raw`` is all that it was sent, undecoded."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.raw = b""
        self.services: set[str] = set()
        self.spans: list[Span] = []
        self.app = Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])

    def named(self, name: str) -> Span:
        """The one span of that name."""
        (found,) = (span for span in self.spans if span.name == name)
        return found

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.raw += body
        for told in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services.add(str(attributes(told.resource.attributes)["service.name"]))
            self.spans += (span for scope in told.scope_spans for span in scope.spans)
        return Response(status_code=self.status, media_type="application/x-protobuf")


def attributes(given: list[KeyValue]) -> dict[str, str | int]:
    """The attributes of a span or of a resource, texts and numbers."""
    return {item.key: item.value.string_value or item.value.int_value for item in given}
